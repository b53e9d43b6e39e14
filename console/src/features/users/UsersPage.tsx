import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { IconPlus, IconUpload, IconUserSearch, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useState } from "react";
import { useCan, useSession } from "@/app/session";
import { ExportButton } from "@/features/exports/ExportButton";
import { InviteButton } from "@/features/invitations/InviteButton";
import { rolesQuery } from "@/features/roles/queries";
import { ErrorState } from "@/ui/ErrorState";
import { StaleNote } from "@/ui/LoadProblem";
import { EmptyState, Page } from "@/ui/Page";
import { StatCard } from "@/ui/StatCard";
import ui from "@/ui/ui.module.css";
import { AddUserPanel } from "./AddUserPanel";
import { BulkBar } from "./BulkBar";
import { DeletedUsers } from "./DeletedUsers";
import { FilterBar } from "./FilterBar";
import {
  changeSearch,
  isFiltered,
  noFilters,
  parseUserSearch,
  toExportFilter,
  toUrlSearch,
  type UserSearch,
  withoutDeleted,
} from "./filters";
import { PeoplePager } from "./PeoplePager";
import { PeopleTabs } from "./PeopleTabs";
import { useRefreshUsers, userStatsQuery, usersQuery } from "./queries";
import type { OnAction } from "./RowActions";
import { useSelection } from "./selection";
import { type PendingAction, UserDialogs } from "./UserDialogs";
import { UserList } from "./UserList";
import { UserSidePanel } from "./UserSidePanel";
import classes from "./UsersPage.module.css";

function useUserSearch() {
  const raw = useSearch({ strict: false });
  const navigate = useNavigate();
  const search = parseUserSearch(raw);
  const change = (next: Partial<UserSearch>) =>
    void navigate({
      to: "/admin/users",
      search: toUrlSearch(changeSearch(search, next)),
      // Typing shouldn't fill the history; turning a page should be undone by "back".
      replace: next.cursor === undefined,
    });
  return { search, change };
}

/** The tenant's people: counts, filters, the table and everything that is done with them. */
export function UsersPage() {
  const may = useCan();
  const session = useSession();
  const { search, change } = useUserSearch();
  const deleted = search.status === "deleted";
  const list = useQuery({ ...usersQuery(withoutDeleted(search)), enabled: !deleted });
  const stats = useQuery(userStatsQuery);
  const roles = useQuery({ ...rolesQuery, enabled: may("roles.read") });
  const refresh = useRefreshUsers();
  const selection = useSelection(JSON.stringify({ ...search, cursor: "" }));
  const [adding, setAdding] = useState(false);
  const [opened, setOpened] = useState("");
  const [pending, setPending] = useState<PendingAction>(null);
  const users = list.data?.items;
  const stale = list.isPlaceholderData;
  const onAction: OnAction = useCallback((action, user) => setPending({ action, user }), []);
  return (
    <Page title={t`Users`} actions={<PageActions search={search} onAdd={() => setAdding(true)} />}>
      <PeopleTabs value="users" />
      <div className={classes.stats}>
        <StatCard label={t`Total`} value={stats.data?.total} query={stats} />
        <StatCard label={t`Active`} value={stats.data?.active} query={stats} />
        <StatCard label={t`Suspended`} value={stats.data?.suspended} query={stats} />
      </div>
      <FilterBar
        search={search}
        roles={roles.data ?? []}
        onChange={change}
        onRefresh={() => void refresh()}
        refreshing={list.isFetching}
        withDeleted
        withOrganizations
      />
      {deleted ? (
        <DeletedUsers
          search={search.search}
          cursor={search.cursor}
          onGo={(cursor) => change({ cursor })}
          onClear={() => change(noFilters)}
        />
      ) : (
        <>
          <StaleNote query={list} />
          {list.isError && !users ? (
            <ErrorState error={list.error} onRetry={() => void list.refetch()} />
          ) : users?.length === 0 ? (
            <NoUsers
              filtered={isFiltered(search)}
              onAdd={() => setAdding(true)}
              onClear={() => change(noFilters)}
            />
          ) : (
            <UserList
              users={users}
              home={search.organization.trim() || session.organization.id}
              stale={stale}
              sort={search.sort}
              onSort={(sort) => change({ sort })}
              selection={selection}
              onAction={onAction}
              onOpen={setOpened}
            />
          )}
          <PeoplePager page={list.data} onGo={(cursor) => change({ cursor })} />
          <BulkBar users={users} selection={selection} membersOf={search.organization.trim()} />
        </>
      )}
      {may("users.create") && <AddUserPanel opened={adding} onClose={() => setAdding(false)} />}
      <UserSidePanel id={opened} onClose={() => setOpened("")} />
      <UserDialogs pending={pending} onClose={() => setPending(null)} />
      <span className="visually-hidden" role="status">
        {stale ? t`Loading` : ""}
      </span>
    </Page>
  );
}

function PageActions({ search, onAdd }: { search: UserSearch; onAdd: () => void }) {
  const may = useCan();
  return (
    <>
      {search.status !== "deleted" && (
        <ExportButton kinds={["users", "memberships"]} filter={toExportFilter(withoutDeleted(search))} />
      )}
      {may("users.import") && (
        <Button
          component={Link}
          to="/admin/users/import"
          className={ui.phoneIcon}
          variant="default"
          leftSection={<IconUpload size={16} stroke={1.75} />}
        >
          <Trans>Import</Trans>
        </Button>
      )}
      <InviteButton />
      {may("users.create") && (
        <Button leftSection={<IconPlus size={16} stroke={2} />} onClick={onAdd}>
          <Trans>Add user</Trans>
        </Button>
      )}
    </>
  );
}

function NoUsers({
  filtered,
  onAdd,
  onClear,
}: {
  filtered: boolean;
  onAdd: () => void;
  onClear: () => void;
}) {
  const may = useCan();
  if (filtered) {
    return (
      <EmptyState
        icon={<IconUserSearch size={32} stroke={1.5} aria-hidden="true" />}
        title={t`Nobody matches these filters`}
        text={t`Try fewer letters or another status, type or role.`}
        action={
          <Button variant="default" onClick={onClear}>
            <Trans>Clear filters</Trans>
          </Button>
        }
      />
    );
  }
  return (
    <EmptyState
      icon={<IconUsers size={32} stroke={1.5} aria-hidden="true" />}
      title={t`Nobody here yet`}
      text={t`Add the first person, or import a list of up to a million from a CSV file.`}
      action={may("users.create") && <Button onClick={onAdd}>{t`Add user`}</Button>}
    />
  );
}
