import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Skeleton } from "@mantine/core";
import { IconUserOff, IconUserSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { DeletedUser } from "@/api/types";
import { formatList } from "@/app/format";
import { TypeBadge } from "@/ui/badges";
import { CursorPager } from "@/ui/CursorPager";
import { LoadProblem } from "@/ui/LoadProblem";
import { EmptyState } from "@/ui/Page";
import rows from "@/ui/rows.module.css";
import { RelativeTime } from "@/ui/Time";
import { deletedUsersQuery } from "./queries";
import classes from "./UsersPage.module.css";

type Props = {
  search: string;
  cursor: string;
  onGo: (cursor: string) => void;
  onClear: () => void;
};

/** Who was deleted, the last first, with who did it. */
export function DeletedUsers({ search, cursor, onGo, onClear }: Props) {
  const list = useQuery(deletedUsersQuery(search, cursor));
  const items = list.data?.items;
  return (
    <>
      <LoadProblem query={list} />
      {list.isPending && [1, 2, 3, 4].map((row) => <Skeleton key={row} height={56} my={8} />)}
      {items?.length === 0 &&
        (search.trim() ? (
          <EmptyState
            icon={<IconUserSearch size={32} stroke={1.5} aria-hidden="true" />}
            title={t`Nobody who was deleted matches`}
            text={t`Try fewer letters.`}
          />
        ) : (
          <EmptyState
            icon={<IconUserOff size={32} stroke={1.5} aria-hidden="true" />}
            title={t`Nobody was deleted`}
            text={t`People who are deleted appear here, with what they did. They can be invited again.`}
            action={
              <Button variant="default" onClick={onClear}>
                <Trans>Clear filters</Trans>
              </Button>
            }
          />
        ))}
      {items && items.length > 0 && (
        <ul className={rows.rows} aria-label={t`Deleted people`} aria-busy={list.isPlaceholderData}>
          {items.map((person) => (
            <Row key={person.id} person={person} />
          ))}
        </ul>
      )}
      <CursorPager
        next={list.data?.next_cursor}
        previous={list.data?.prev_cursor}
        onGo={onGo}
        note={
          items && items.length > 0
            ? plural(items.length, { one: "# person on this page", other: "# people on this page" })
            : null
        }
      />
    </>
  );
}

function Row({ person }: { person: DeletedUser }) {
  const places = person.organizations.map(({ name }) => name);
  return (
    <li className={rows.row}>
      <div className={rows.main}>
        <div className={rows.title}>
          <Link to="/admin/users/deleted/$id" params={{ id: person.id }} className="link" dir="auto">
            {person.full_name}
          </Link>{" "}
          <TypeBadge type={person.user_type} />
        </div>
        <div className={`${rows.sub} ${classes.breakable}`}>
          {[person.email, formatList(places)].filter(Boolean).join(" · ")}
        </div>
        <div className={rows.sub}>
          <Deleted person={person} />
        </div>
      </div>
    </li>
  );
}

/** When somebody was deleted, and by whom. */
export function Deleted({ person }: { person: DeletedUser }) {
  const at = <RelativeTime at={person.deleted_at} />;
  return person.deleted_by ? (
    <Trans>
      Deleted {at} by {person.deleted_by.name}
    </Trans>
  ) : (
    <Trans>Deleted {at} by the operator</Trans>
  );
}
