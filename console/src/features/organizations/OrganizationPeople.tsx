import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import { IconPlus, IconShieldCheck, IconUserSearch, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import type { Organization, User } from "@/api/types";
import { useCan, useSession } from "@/app/session";
import { ExportButton } from "@/features/exports/ExportButton";
import { InviteButton } from "@/features/invitations/InviteButton";
import { rolesQuery } from "@/features/roles/queries";
import { AddUserPanel } from "@/features/users/AddUserPanel";
import { BulkBar } from "@/features/users/BulkBar";
import { FilterBar } from "@/features/users/FilterBar";
import {
  changeSearch,
  isFiltered,
  noFilters,
  type PeopleSearch,
  parseUserSearch,
  toExportFilter,
  toUrlSearch,
  type UserSearch,
  withoutDeleted,
} from "@/features/users/filters";
import { PeoplePager } from "@/features/users/PeoplePager";
import { useRefreshUsers, usersQuery } from "@/features/users/queries";
import { type OnAction, RowExtras } from "@/features/users/RowActions";
import { useSelection } from "@/features/users/selection";
import { type PendingAction, UserDialogs } from "@/features/users/UserDialogs";
import { UserList } from "@/features/users/UserList";
import { UserSidePanel } from "@/features/users/UserSidePanel";
import { ErrorState } from "@/ui/ErrorState";
import { StaleNote } from "@/ui/LoadProblem";
import { EmptyState } from "@/ui/Page";
import { AccessPanel } from "./AccessPanel";
import { AddMemberPanel } from "./AddMemberPanel";

function usePeopleSearch(organization: string) {
  const raw = useSearch({ strict: false });
  const navigate = useNavigate();
  // The organization is the page's, and no filter of its list.
  const search: PeopleSearch = { ...withoutDeleted(parseUserSearch(raw)), organization: "" };
  const theirs: PeopleSearch = { ...search, organization };
  const change = (next: Partial<UserSearch>) =>
    void navigate({
      to: "/admin/organizations",
      search: { organization, ...toUrlSearch(changeSearch(search, next)) },
      replace: next.cursor === undefined,
    });
  return { search, theirs, change };
}

/** The people of one organization, and everything that is done with them. */
export function OrganizationPeople({ organization }: { organization: Organization }) {
  const may = useCan();
  const me = useSession().user.id;
  const { search, theirs, change } = usePeopleSearch(organization.id);
  const list = useQuery({ ...usersQuery(theirs), enabled: may("users.read") });
  const roles = useQuery({ ...rolesQuery, enabled: may("roles.read") });
  const refresh = useRefreshUsers();
  const selection = useSelection(JSON.stringify({ ...theirs, cursor: "" }));
  const [adding, setAdding] = useState(false);
  const [opened, setOpened] = useState("");
  const [pending, setPending] = useState<PendingAction>(null);
  const [access, setAccess] = useState<User | null>(null);
  const onAction: OnAction = useCallback((action, user) => setPending({ action, user }), []);
  const assign = may("roles.assign") && !organization.is_root;
  const extras = useMemo(
    () => (user: User) =>
      // Also of those who belong elsewhere, too: what they hold here is decided here.
      assign && user.id !== me
        ? [
            {
              key: "access",
              label: t`Access of ${user.full_name}`,
              icon: IconShieldCheck,
              onClick: () => setAccess(user),
            },
          ]
        : [],
    [assign, me],
  );
  const users = list.data?.items;
  const empty = users?.length === 0;
  const add = may("users.create") && (
    <Button leftSection={<IconPlus size={16} stroke={2} />} onClick={() => setAdding(true)}>
      <Trans>Add user</Trans>
    </Button>
  );
  const open = organization.status === "active" && !organization.stopped_above;
  const invite = open && <InviteButton organization={organization} />;
  return (
    <RowExtras value={extras}>
      {!(empty && !isFiltered(search)) && (
        <FilterBar
          search={search}
          roles={roles.data ?? []}
          onChange={change}
          onRefresh={() => void refresh()}
          refreshing={list.isFetching}
          folded
        >
          <ExportButton kinds={["memberships", "users"]} filter={toExportFilter(theirs)} below />
          {invite}
          {add}
        </FilterBar>
      )}
      <StaleNote query={list} />
      {list.isError && !users ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : empty ? (
        <Nobody
          organization={organization}
          filtered={isFiltered(search)}
          add={
            <Group gap="xs" justify="center">
              {add}
              {invite}
            </Group>
          }
          onClear={() => change(noFilters)}
        />
      ) : (
        <UserList
          users={users}
          home={organization.id}
          stale={list.isPlaceholderData}
          sort={search.sort}
          onSort={(sort) => change({ sort })}
          selection={selection}
          onAction={onAction}
          onOpen={setOpened}
        />
      )}
      <PeoplePager page={list.data} onGo={(cursor) => change({ cursor })} />
      <BulkBar users={users} selection={selection} organization={organization} />
      {organization.is_root ? (
        <AddUserPanel opened={adding} onClose={() => setAdding(false)} />
      ) : (
        adding && (
          <AddMemberPanel
            organization={organization}
            first={empty === true && !isFiltered(search)}
            onClose={() => setAdding(false)}
          />
        )
      )}
      {access && <AccessPanel user={access} organization={organization} onClose={() => setAccess(null)} />}
      <UserSidePanel id={opened} organization={organization.id} onClose={() => setOpened("")} />
      <UserDialogs pending={pending} organization={organization} onClose={() => setPending(null)} />
    </RowExtras>
  );
}

type NobodyProps = {
  organization: Organization;
  filtered: boolean;
  add: React.ReactNode;
  onClear: () => void;
};

function Nobody({ organization, filtered, add, onClear }: NobodyProps) {
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
      title={t`Nobody in ${organization.name} yet`}
      text={t`Add its first person, who can then add everybody else. The first one is suggested as Org Admin.`}
      action={add}
    />
  );
}
