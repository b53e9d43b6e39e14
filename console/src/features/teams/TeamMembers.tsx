import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Checkbox, NativeSelect, Skeleton } from "@mantine/core";
import { IconUserMinus, IconUsersGroup } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { errorText } from "@/api/messages";
import type { Role, Team, TeamMember } from "@/api/types";
import { formatDate } from "@/app/format";
import { useCan } from "@/app/session";
import { useListAddress } from "@/app/useListAddress";
import { rolesQuery } from "@/features/roles/queries";
import { roleName } from "@/features/roles/roleNames";
import { StatusBadge, Tag } from "@/ui/badges";
import { CursorPager } from "@/ui/CursorPager";
import { ErrorState } from "@/ui/ErrorState";
import { notifyUndo } from "@/ui/notify";
import { EmptyState } from "@/ui/Page";
import { PersonPresence } from "@/ui/PersonAvatar";
import rows from "@/ui/rows.module.css";
import { SearchInput } from "@/ui/SearchInput";
import { AddMember } from "./AddMember";
import { type Place, putMember, refreshTeams, removeMember, teamMembersQuery } from "./queries";
import classes from "./teams.module.css";

/** How the address knows the list of members, beside that of teams. */
const address = { search: "member", cursor: "members" };

export const memberNames = Object.values(address);

/** The people of a team, with what each is there. */
export function TeamMembers({ team }: { team: Team }) {
  const may = useCan();
  const { search, cursor, onSearch, onGo } = useListAddress(address);
  const members = useQuery(teamMembersQuery(team.id, search, cursor));
  const roles = useQuery({ ...rolesQuery, enabled: may("roles.read") });
  const items = members.data?.items;
  if (members.isError && !items) {
    return (
      <ErrorState error={members.error} onRetry={() => void members.refetch()} cursor={address.cursor} />
    );
  }
  return (
    <>
      <div className={classes.tools}>
        <SearchInput value={search} onChange={onSearch} placeholder={t`Search members`} />
        {team.manageable && may("users.read") && <AddMember team={team} />}
      </div>
      {!items ? (
        [1, 2, 3].map((row) => <Skeleton key={row} height={56} my={8} />)
      ) : items.length === 0 ? (
        <EmptyState
          icon={<IconUsersGroup size={32} stroke={1.5} aria-hidden="true" />}
          title={search ? t`Nobody in the team matches` : t`Nobody here yet`}
          text={search ? t`Try fewer letters.` : t`Add the first person with the field above.`}
        />
      ) : (
        <ul className={rows.rows} aria-label={t`Members of ${team.name}`}>
          {items.map((member) => (
            <MemberRow
              key={member.user_id}
              team={team}
              member={member}
              roles={(roles.data ?? []).filter((role) => role.scope === "team")}
            />
          ))}
        </ul>
      )}
      <CursorPager next={members.data?.next_cursor} previous={members.data?.prev_cursor} onGo={onGo} />
    </>
  );
}

/** What somebody is in a team, as it was before they were taken out. */
function placeOf({ role, lead }: TeamMember): Place {
  return { lead, ...(role && { role_id: role.id }) };
}

type RowProps = { team: Team; member: TeamMember; roles: Role[] };

function MemberRow({ team, member, roles }: RowProps) {
  const may = useCan();
  const name = member.full_name ?? member.name;
  const queryClient = useQueryClient();
  const after = () => refreshTeams(queryClient);
  const place = useMutation({
    mutationFn: (next: Place) => putMember(team.id, member.user_id, next),
    onSuccess: after,
  });
  const leave = useMutation({
    mutationFn: () => removeMember(team.id, member.user_id),
    onSuccess: async () => {
      notifyUndo(t`${name} is no longer in ${team.name}.`, async () => {
        await putMember(team.id, member.user_id, placeOf(member));
        await after();
      });
      await after();
    },
  });
  const error = place.error ?? leave.error;
  // What was chosen shows at once; the server's answer confirms it or brings back what was.
  const saving = place.isPending ? place.variables : {};
  return (
    <li>
      <div className={`${rows.row} ${classes.member}`}>
        <PersonPresence person={{ ...member, name }} presence={member.presence} />
        <div className={rows.main}>
          <div className={rows.title}>
            <Link to="/admin/users/$id" params={{ id: member.user_id }} className="link" dir="auto">
              {name}
            </Link>
            {member.lead && <Tag>{t`Lead`}</Tag>}
            {member.status !== "active" && <StatusBadge status={member.status} />}
          </div>
          <div className={rows.sub}>
            {[
              member.name !== name && t`as ${member.name}`,
              member.email,
              t`here since ${formatDate(member.joined_at)}`,
            ]
              .filter(Boolean)
              .join(" · ")}
          </div>
        </div>
        {team.manageable ? (
          <div className={classes.controls}>
            <RoleSelect
              name={name}
              held={member.role}
              chosen={saving.role_id}
              roles={roles}
              disabled={!may("roles.assign") || place.isPending}
              onChange={(role_id) => place.mutate({ role_id })}
            />
            <Checkbox
              label={t`Lead`}
              aria-label={t`${name} leads the team`}
              checked={saving.lead ?? member.lead}
              disabled={place.isPending}
              onChange={(event) => place.mutate({ lead: event.currentTarget.checked })}
            />
            <Button
              variant="subtle"
              color="gray"
              loading={leave.isPending}
              disabled={place.isPending}
              leftSection={<IconUserMinus size={16} stroke={1.75} />}
              aria-label={t`Remove ${name} from the team`}
              onClick={() => leave.mutate()}
            >
              <Trans>Remove</Trans>
            </Button>
          </div>
        ) : (
          member.role && <Tag>{roleName(member.role)}</Tag>
        )}
      </div>
      {error && (
        <Alert color="red" role="alert" my={8}>
          {errorText(error)}
        </Alert>
      )}
    </li>
  );
}

type SelectProps = {
  name: string;
  held: { id: string; name: string } | null | undefined;
  /** The id that is being saved, if one is; empty takes the role away. */
  chosen?: string | undefined;
  roles: Role[];
  disabled: boolean;
  onChange: (id: string) => void;
};

/** The role that somebody holds in a team; those that the signed-in person can't give are shown, not offered. */
export function RoleSelect({ name, held, chosen, roles, disabled, onChange }: SelectProps) {
  const known = roles.some((role) => role.id === held?.id);
  return (
    <NativeSelect
      aria-label={t`Team role of ${name}`}
      value={chosen ?? held?.id ?? ""}
      disabled={disabled}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={[
        { value: "", label: t`No team role` },
        ...roles.map((role) => ({ value: role.id, label: roleName(role), disabled: !role.assignable })),
        ...(held && !known ? [{ value: held.id, label: held.name, disabled: true }] : []),
      ]}
    />
  );
}
