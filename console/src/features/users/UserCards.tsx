import { t } from "@lingui/core/macro";
import { Checkbox, NativeSelect, Skeleton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { User } from "@/api/types";
import { RoleTags, StatusBadge, TypeBadge } from "@/ui/badges";
import { RelativeTime } from "@/ui/Time";
import { type OnAction, RowMenu } from "./RowActions";
import type { Selection } from "./selection";
import classes from "./UsersPage.module.css";

type Props = {
  users: User[] | undefined;
  stale: boolean;
  sort: string;
  onSort: (sort: string) => void;
  selection: Selection;
  onAction: OnAction;
};

/** The same people on a phone: one below the other, nothing cut off. */
export function UserCards({ users, stale, sort, onSort, selection, onAction }: Props) {
  if (!users) {
    return [1, 2, 3, 4, 5, 6].map((row) => <Skeleton key={row} height={72} my={12} radius="md" />);
  }
  return (
    <>
      <NativeSelect
        className={classes.sort}
        aria-label={t`Sort by`}
        value={sort}
        onChange={(event) => onSort(event.currentTarget.value)}
        data={[
          { value: "name", label: t`By name, A to Z` },
          { value: "-name", label: t`By name, Z to A` },
          { value: "-last_sign_in", label: t`Last sign-in, latest first` },
          { value: "last_sign_in", label: t`Last sign-in, longest ago first` },
          { value: "-created", label: t`Newest first` },
          { value: "created", label: t`Oldest first` },
        ]}
      />
      <List users={users} stale={stale} selection={selection} onAction={onAction} />
    </>
  );
}

type ListProps = Omit<Props, "users" | "sort" | "onSort"> & { users: User[] };

function List({ users, stale, selection, onAction }: ListProps) {
  return (
    <ul className={`${classes.cards} ${stale ? classes.stale : ""}`}>
      {users.map((user) => (
        <li key={user.id} className={classes.card}>
          <Checkbox
            mt={4}
            size="md"
            aria-label={t`Select ${user.full_name}`}
            checked={selection.has(user.id)}
            onChange={() => selection.toggle(user.id)}
          />
          <div className={classes.personText}>
            <Link to="/admin/users/$id" params={{ id: user.id }} className={classes.name} dir="auto">
              {user.full_name}
            </Link>
            <div className={`${classes.muted} truncate`}>{user.email}</div>
          </div>
          <RowMenu user={user} onAction={onAction} />
          <div className={classes.cardMeta}>
            <StatusBadge status={user.status} />
            <TypeBadge type={user.user_type} />
            {user.roles.length > 0 && <RoleTags roles={user.roles} max={1} />}
            <span className={classes.muted}>
              <RelativeTime at={user.last_sign_in_at} fallback={t`Never signed in`} />
            </span>
          </div>
        </li>
      ))}
    </ul>
  );
}
