import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { ActionIcon, Alert } from "@mantine/core";
import { IconUsersGroup, IconX } from "@tabler/icons-react";
import { useMutation, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { errorText } from "@/api/messages";
import type { Role, Team, User } from "@/api/types";
import { useCan, useSession } from "@/app/session";
import { rolesQuery } from "@/features/roles/queries";
import { Tag } from "@/ui/badges";
import rows from "@/ui/rows.module.css";
import { putMember, refreshTeams, removeMember, teamQuery } from "./queries";
import { RoleSelect } from "./TeamMembers";
import { TeamAdder } from "./TeamSelect";
import { reachesAll } from "./useCandidates";

type Change = { team: string; role_id?: string; leave?: boolean };

/** As many organizations are asked for their teams. */
const maxPlaces = 20;

/** The organizations in whose teams somebody can be, that of the page first; "" is every one that the viewer sees. */
export function teamPlaces(user: User, page: string, acting: string): string[] {
  const all = reachesAll(user, acting);
  const others = all ? [""] : user.organizations.map(({ id }) => id).filter((id) => id !== page);
  const first = all || user.organizations.some(({ id }) => id === page) ? [page] : [];
  return [...first, ...others].slice(0, maxPlaces);
}

type Props = {
  user: User;
  /** From whose people one came; by default where one acts. */
  organization?: string | undefined;
};

/** The teams of one person: joined, left and given roles in right here. */
export function UserTeams({ user, organization }: Props) {
  const may = useCan();
  const acting = useSession().organization.id;
  const queryClient = useQueryClient();
  const known = useQueries({
    queries: user.teams.map(({ id }) => ({ ...teamQuery(id), enabled: may("teams.read"), retry: false })),
    combine: (found) => found.map(({ data }) => data),
  });
  const roles = useQuery({ ...rolesQuery, enabled: may("roles.read") });
  const change = useMutation({
    mutationFn: ({ team, role_id, leave }: Change): Promise<unknown> =>
      leave
        ? removeMember(team, user.id)
        : putMember(team, user.id, role_id === undefined ? {} : { role_id }),
    onSuccess: () => refreshTeams(queryClient),
  });
  const teamRoles = (roles.data ?? []).filter((role) => role.scope === "team");
  return (
    <>
      {user.teams.length === 0 ? (
        <p className={rows.sub}>
          <Trans>In no team.</Trans>
        </p>
      ) : (
        <ul className={rows.rows} aria-label={t`Teams of ${user.full_name}`}>
          {user.teams.map((entry) => (
            <Place
              key={entry.id}
              user={user}
              entry={entry}
              team={known.find((team) => team?.id === entry.id)}
              roles={teamRoles}
              busy={change.isPending}
              chosen={
                change.isPending && change.variables.team === entry.id ? change.variables.role_id : undefined
              }
              onChange={(next) => change.mutate({ team: entry.id, ...next })}
            />
          ))}
        </ul>
      )}
      {may("teams.read") && may("teams.manage") && (
        <TeamAdder
          label={t`Add ${user.full_name} to a team`}
          placeholder={t`Add to a team`}
          icon={<IconUsersGroup size={16} stroke={1.75} />}
          organizations={teamPlaces(user, organization ?? acting, acting)}
          without={user.teams.map(({ id }) => id)}
          disabled={change.isPending}
          onAdd={(team) => change.mutate({ team })}
        />
      )}
      {change.isError && (
        <Alert color="red" role="alert" mt={8}>
          {errorText(change.error)}
        </Alert>
      )}
    </>
  );
}

type PlaceProps = {
  user: User;
  entry: User["teams"][number];
  team: Team | undefined;
  roles: Role[];
  busy: boolean;
  /** The id of the role that is being saved, if one is. */
  chosen: string | undefined;
  onChange: (change: Omit<Change, "team">) => void;
};

function Place({ user, entry, team, roles, busy, chosen, onChange }: PlaceProps) {
  const may = useCan();
  const held = entry.role_id
    ? { id: entry.role_id, name: roles.find((role) => role.id === entry.role_id)?.name ?? t`Another role` }
    : null;
  return (
    <li className={rows.row}>
      <div className={rows.main}>
        <div className={rows.title}>
          {team ? (
            <Link to="/admin/teams/$id" params={{ id: entry.id }} className="link" dir="auto">
              {entry.name}
            </Link>
          ) : (
            entry.name
          )}
          {entry.lead && <Tag>{t`Lead`}</Tag>}
        </div>
        {team && <div className={rows.sub}>{team.organization.name}</div>}
      </div>
      {team?.manageable ? (
        <>
          <RoleSelect
            name={`${user.full_name}, ${entry.name}`}
            held={held}
            chosen={chosen}
            roles={roles}
            disabled={busy || !may("roles.assign")}
            onChange={(role_id) => onChange({ role_id })}
          />
          <ActionIcon
            aria-label={t`Take ${user.full_name} out of ${entry.name}`}
            disabled={busy}
            onClick={() => onChange({ leave: true })}
          >
            <IconX size={18} stroke={1.75} />
          </ActionIcon>
        </>
      ) : (
        held && <Tag>{held.name}</Tag>
      )}
    </li>
  );
}
