import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Skeleton } from "@mantine/core";
import { IconRobot } from "@tabler/icons-react";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { client, unwrap } from "@/api/client";
import type { DashboardHome, DashboardTab } from "@/api/types";
import { dashboardQuery } from "@/app/dashboard";
import { formatDate } from "@/app/format";
import { useSession } from "@/app/session";
import { AgentState } from "@/features/agents/AgentState";
import { MyPermissions } from "@/features/portals/PortalHome";
import { background } from "@/features/sessionguard/idle";
import { ErrorState } from "@/ui/ErrorState";
import { StaleNote } from "@/ui/LoadProblem";
import { useDocumentTitle } from "@/ui/Page";
import { PersonAvatar } from "@/ui/PersonAvatar";
import ui from "@/ui/ui.module.css";
import classes from "./dashboard.module.css";
import { TabIcon } from "./icons";
import { Team } from "./Team";
import { frameAddress, tabTitle } from "./tabs";

const homeQuery = (organization: string) =>
  queryOptions({
    queryKey: ["dashboard", organization, "home"],
    queryFn: () => unwrap<DashboardHome>(client.GET("/dashboard/home", { headers: background })),
    refetchInterval: 60_000,
  });

/** Home: what is new, who is on the team, which AI agents there are, and what one can do here. */
export function HomeTab() {
  const { user, organization } = useSession();
  useDocumentTitle(t`Home`);
  const home = useQuery(homeQuery(organization.id));
  if (home.isError && !home.data)
    return <ErrorState error={home.error} onRetry={() => void home.refetch()} />;
  const name = user.nickname || user.first_name || user.full_name;
  return (
    <>
      <StaleNote query={home} />
      <div className={classes.welcome}>
        <PersonAvatar person={user} size={48} />
        <div className={classes.welcomeText}>
          <h1 className={classes.title}>
            <Trans>Hello {name}</Trans>
          </h1>
          <p className={`${classes.sub} truncate`} dir="auto">
            {organization.name}
          </p>
        </div>
      </div>
      <div className={classes.columns}>
        <div className={classes.column}>
          <section>
            <h2 className={ui.sectionTitle}>
              <Trans>What’s new</Trans>
            </h2>
            <News items={home.data?.news} />
          </section>
          <section>
            <h2 className={ui.sectionTitle}>
              <Trans>AI agents</Trans>
            </h2>
            <Agents home={home.data} organization={organization.name} />
          </section>
        </div>
        <section>
          <h2 className={ui.sectionTitle}>
            <Trans>Your team</Trans>
          </h2>
          <Team home={home.data} />
        </section>
        <section className={classes.wide}>
          <h2 className={ui.sectionTitle}>
            <Trans>What I can do here</Trans>
          </h2>
          <Open organization={organization.id} />
          <MyPermissions />
        </section>
      </div>
    </>
  );
}

function News({ items }: { items: DashboardHome["news"] | undefined }) {
  if (!items) return <Skeleton height={120} mt="sm" />;
  if (items.length === 0) {
    return (
      <p className={classes.quiet}>
        <Trans>Nothing yet. News about your service appears here.</Trans>
      </p>
    );
  }
  return (
    <ul className={classes.news}>
      {items.map((note) => (
        <li key={note.id} className={classes.note}>
          <h3 className={classes.noteTitle} dir="auto">
            {note.title}
          </h3>
          <span className={classes.when}>{formatDate(note.published_at)}</span>
          {note.body && (
            <p className={classes.noteBody} dir="auto">
              {note.body}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

function Agents({ home, organization }: { home: DashboardHome | undefined; organization: string }) {
  if (!home) return <Skeleton height={80} mt="sm" />;
  const more = home.agents_total - home.agents.length;
  if (home.agents.length === 0) {
    return (
      <p className={classes.quiet}>
        <Trans>No AI agent is assigned to {organization} yet. Once one is, it appears here.</Trans>
      </p>
    );
  }
  return (
    <>
      <ul className={classes.team} aria-label={t`AI agents`}>
        {home.agents.map((agent) => (
          <li key={agent.id} className={classes.mate}>
            <IconRobot size={22} stroke={1.5} className={classes.bot} aria-hidden="true" />
            <span className="truncate" dir="auto">
              {agent.name}
            </span>
            <AgentState state={agent.state} />
          </li>
        ))}
      </ul>
      {more > 0 && (
        <p className={classes.quiet}>
          {plural(more, { one: "and # more AI agent", other: "and # more AI agents" })}
        </p>
      )}
    </>
  );
}

/** The tabs beside this one, each a way to do something. */
function Open({ organization }: { organization: string }) {
  const dashboard = useQuery(dashboardQuery(organization));
  const others = dashboard.data?.tabs.filter((tab) => tab.kind !== "page") ?? [];
  if (others.length === 0) return null;
  return (
    <ul className={classes.can}>
      {others.map((tab) => (
        <li key={tab.id}>
          <OpenLink tab={tab} organization={organization} />
        </li>
      ))}
    </ul>
  );
}

function OpenLink({ tab, organization }: { tab: DashboardTab; organization: string }) {
  const title = tabTitle(tab);
  const content = (
    <>
      <TabIcon name={tab.icon} size={20} />
      <span className="truncate" dir="auto">
        <Trans>Open {title}</Trans>
      </span>
    </>
  );
  return tab.mode === "window" ? (
    <a href={frameAddress(tab.id, organization)} target="_blank" rel="noopener noreferrer">
      {content}
    </a>
  ) : (
    <Link to="/dashboard/$tab" params={{ tab: tab.id }}>
      {content}
    </Link>
  );
}
