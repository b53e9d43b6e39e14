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
import { useListAddress } from "@/app/useListAddress";
import roles from "@/features/roles/roles.module.css";
import { CursorPager } from "@/ui/CursorPager";
import { ErrorState } from "@/ui/ErrorState";
import { StaleNote } from "@/ui/LoadProblem";
import { EmptyState, Page } from "@/ui/Page";
import { PersonAvatar } from "@/ui/PersonAvatar";
import { SearchInput } from "@/ui/SearchInput";
import { teamQuery, teamsQuery } from "./queries";
import { TeamDetail } from "./TeamDetail";
import { memberNames } from "./TeamMembers";
import { TeamPanel } from "./TeamPanel";
import classes from "./teams.module.css";

/** Teams on the left, with search and pages, the people of the chosen one on the right. */
export function TeamsPage() {
  const { id } = useParams({ strict: false }) as { id?: string };
  const may = useCan();
  const phone = useMediaQuery("(max-width: 62em)", false, { getInitialValueInEffect: false });
  const { search, cursor, kept, onSearch, onGo } = useListAddress({ drops: memberNames });
  const teams = useQuery(teamsQuery(search, cursor));
  const items = teams.data?.items;
  const listed = items?.find((team) => team.id === id) ?? (id || phone ? undefined : items?.[0]);
  // One that is on another page, or that a search leaves out, stays open.
  const single = useQuery({
    ...teamQuery(id ?? ""),
    enabled: Boolean(id) && Boolean(items) && !listed,
    retry: false,
  });
  const chosen = listed ?? (id ? single.data : undefined);
  const [creating, setCreating] = useState(false);
  const nothing = items?.length === 0 && search === "" && cursor === "";
  const create = may("teams.manage") && (
    <Button leftSection={<IconPlus size={16} stroke={2} />} onClick={() => setCreating(true)}>
      <Trans>New team</Trans>
    </Button>
  );
  return (
    <Page
      title={t`Teams`}
      crumbs={id && phone ? [{ to: "/admin/teams", search: kept, label: t`All teams` }] : undefined}
      lead={
        id && phone
          ? undefined
          : t`People who take chats together. A role held in a team adds to what its people may do.`
      }
      actions={items && !nothing && !(id && phone) && create}
    >
      <StaleNote query={teams} />
      {teams.isError && !items ? (
        <ErrorState error={teams.error} onRetry={() => void teams.refetch()} />
      ) : !items ? (
        <Skeleton height={420} />
      ) : nothing ? (
        <EmptyState
          icon={<IconUsersGroup size={32} stroke={1.5} aria-hidden="true" />}
          title={t`No teams yet`}
          text={t`Make a team of the people who take chats together, such as a shift or a language.`}
          action={create}
        />
      ) : (
        <div className={roles.layout} data-chosen={id ? true : undefined}>
          <nav className={roles.side} aria-label={t`Teams`}>
            <SearchInput value={search} onChange={onSearch} placeholder={t`Search teams`} />
            <TeamList teams={items} current={chosen?.id} kept={kept} />
            <CursorPager
              of={t`Pages of teams`}
              next={teams.data?.next_cursor}
              previous={teams.data?.prev_cursor}
              onGo={onGo}
            />
          </nav>
          {chosen ? (
            <TeamDetail key={chosen.id} team={chosen} kept={kept} />
          ) : (
            id &&
            (single.isPending ? (
              <Skeleton height={420} />
            ) : (
              <EmptyState title={t`This team doesn't exist`} text={t`It may have been deleted.`} />
            ))
          )}
        </div>
      )}
      {creating && <TeamPanel team={null} onClose={() => setCreating(false)} />}
    </Page>
  );
}

type ListProps = {
  teams: Team[];
  current: string | undefined;
  /** The search and the page of the list, which stay. */
  kept: Record<string, string>;
};

function TeamList({ teams, current, kept }: ListProps) {
  if (teams.length === 0) {
    return (
      <p className={roles.sideTitle} role="status">
        <Trans>No team matches.</Trans>
      </p>
    );
  }
  return (
    <ul className={`${roles.list} ${classes.list}`}>
      {teams.map((team) => (
        <li key={team.id}>
          <Link
            to="/admin/teams/$id"
            params={{ id: team.id }}
            search={kept}
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
  );
}
