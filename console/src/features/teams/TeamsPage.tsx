import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Skeleton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconPlus, IconUsersGroup } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import type { Team } from "@/api/types";
import { useCan } from "@/app/session";
import roles from "@/features/roles/roles.module.css";
import { SearchInput } from "@/features/users/FilterBar";
import { ErrorState } from "@/ui/ErrorState";
import { StaleNote } from "@/ui/LoadProblem";
import { EmptyState, Page } from "@/ui/Page";
import { PersonAvatar } from "@/ui/PersonAvatar";
import { teamsQuery } from "./queries";
import { TeamDetail } from "./TeamDetail";
import { TeamPanel } from "./TeamPanel";
import classes from "./teams.module.css";

/** Teams on the left, the people of the chosen one on the right. */
export function TeamsPage() {
  const { id } = useParams({ strict: false }) as { id?: string };
  const may = useCan();
  const phone = useMediaQuery("(max-width: 62em)", false, { getInitialValueInEffect: false });
  const teams = useQuery(teamsQuery);
  const [creating, setCreating] = useState(false);
  const chosen = teams.data?.find((team) => team.id === id) ?? (id || phone ? undefined : teams.data?.[0]);
  const create = may("teams.manage") && (
    <Button leftSection={<IconPlus size={16} stroke={2} />} onClick={() => setCreating(true)}>
      <Trans>New team</Trans>
    </Button>
  );
  return (
    <Page
      title={t`Teams`}
      crumbs={id && phone ? [{ to: "/admin/teams", label: t`All teams` }] : undefined}
      lead={
        id && phone
          ? undefined
          : t`People who take chats together. A role held in a team adds to what its people may do.`
      }
      actions={teams.data && teams.data.length > 0 && create}
    >
      <StaleNote query={teams} />
      {teams.isError && !teams.data ? (
        <ErrorState error={teams.error} onRetry={() => void teams.refetch()} />
      ) : !teams.data ? (
        <Skeleton height={420} />
      ) : teams.data.length === 0 ? (
        <EmptyState
          icon={<IconUsersGroup size={32} stroke={1.5} aria-hidden="true" />}
          title={t`No teams yet`}
          text={t`Make a team of the people who take chats together, such as a shift or a language.`}
          action={create}
        />
      ) : (
        <div className={roles.layout} data-chosen={id ? true : undefined}>
          <TeamList teams={teams.data} current={chosen?.id} />
          {chosen ? (
            <TeamDetail key={chosen.id} team={chosen} />
          ) : (
            id && <EmptyState title={t`This team doesn't exist`} text={t`It may have been deleted.`} />
          )}
        </div>
      )}
      {creating && <TeamPanel team={null} onClose={() => setCreating(false)} />}
    </Page>
  );
}

function TeamList({ teams, current }: { teams: Team[]; current: string | undefined }) {
  const [search, setSearch] = useState("");
  const wanted = search.trim().toLowerCase();
  const found = teams.filter((team) => `${team.name} ${team.description}`.toLowerCase().includes(wanted));
  return (
    <nav className={roles.side} aria-label={t`Teams`}>
      <SearchInput value={search} onChange={setSearch} placeholder={t`Search teams`} />
      {found.length === 0 && (
        <p className={roles.sideTitle}>
          <Trans>No team matches.</Trans>
        </p>
      )}
      <ul className={`${roles.list} ${classes.list}`}>
        {found.map((team) => (
          <li key={team.id}>
            <Link
              to="/admin/teams/$id"
              params={{ id: team.id }}
              className={roles.role}
              data-here={team.id === current || undefined}
              aria-current={team.id === current ? "true" : undefined}
            >
              <PersonAvatar
                person={{ full_name: team.name, photo_thumb_url: team.photo_thumb_url }}
                size={24}
              />
              <span className={`${roles.roleName} truncate`} dir="auto">
                {team.name}
              </span>
              <span className={roles.roleCount} title={t`People in the team`}>
                {team.members_count}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
