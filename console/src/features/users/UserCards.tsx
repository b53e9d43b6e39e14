import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Checkbox, Skeleton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { User } from "@/api/types";
import { showNamed } from "@/features/fields/values";
import { AliasNote } from "@/features/personas/AliasNote";
import { RoleTags, StatusBadge, TypeBadge } from "@/ui/badges";
import { PersonMark } from "@/ui/PersonAvatar";
import { RelativeTime } from "@/ui/Time";
import { PlaceNote, placesElsewhere } from "./PlaceNote";
import { RowMenu } from "./RowActions";
import { SortSelect } from "./SortSelect";
import type { ListProps } from "./UserList";
import classes from "./UsersPage.module.css";

/** The same people on a phone: one below the other, nothing cut off. */
export function UserCards({
  users,
  home,
  stale,
  sort,
  onSort,
  selection,
  onAction,
  onOpen,
  columns,
}: ListProps) {
  if (!users) {
    return [1, 2, 3, 4, 5, 6].map((row) => <Skeleton key={row} height={72} my={12} radius="md" />);
  }
  return (
    <>
      <SortSelect sort={sort} onSort={onSort} />
      <Cards
        users={users}
        home={home}
        stale={stale}
        selection={selection}
        onAction={onAction}
        onOpen={onOpen}
        columns={columns}
      />
    </>
  );
}

type CardsProps = Omit<ListProps, "users" | "sort" | "onSort"> & { users: User[] };

function Cards({ users, home, stale, selection, onAction, onOpen, columns }: CardsProps) {
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
          <PersonMark person={user} />
          <div className={classes.personText}>
            <Link to="/admin/users/$id" params={{ id: user.id }} className={classes.name}>
              <bdi>{user.full_name}</bdi>
            </Link>
            {user.aliases.length > 0 && (
              <div className="truncate">
                <AliasNote aliases={user.aliases} />
              </div>
            )}
            <div className={`${classes.muted} truncate`}>{user.email}</div>
          </div>
          <RowMenu user={user} onAction={onAction} onOpen={onOpen} />
          <div className={classes.cardMeta}>
            <StatusBadge status={user.status} />
            <TypeBadge type={user.user_type} />
            {user.roles.length > 0 && <RoleTags roles={user.roles} max={1} />}
          </div>
          <div className={`${classes.cardMeta} ${classes.cardNotes}`}>
            <PlaceNote places={placesElsewhere(user, home)} />
            {columns.map((field) => {
              const value = showNamed(field, user.custom_fields[field.key]);
              return value ? (
                <span key={field.id} title={field.label} dir="auto">
                  {value}
                </span>
              ) : null;
            })}
            <span>
              {user.last_sign_in_at ? (
                <Trans>
                  Last sign-in: <RelativeTime at={user.last_sign_in_at} fallback={t`Never`} />
                </Trans>
              ) : (
                t`Never signed in`
              )}
            </span>
          </div>
        </li>
      ))}
    </ul>
  );
}
