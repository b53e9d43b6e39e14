import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { ActionIcon, Drawer } from "@mantine/core";
import { IconMenu2 } from "@tabler/icons-react";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useFocusNet } from "@/ui/useFocusNet";
import { useProfileTheme } from "../Appearance";
import { useDashboardLayout } from "../dashboard";
import { isBelow, portalOfPath } from "../paths";
import { hasPortal, useSession } from "../session";
import { Brand } from "./Brand";
import { type NavEntry, navOf } from "./nav";
import { OrganizationSwitcher } from "./OrganizationSwitcher";
import { PortalSwitcher } from "./PortalSwitcher";
import classes from "./Shell.module.css";
import { UserMenu } from "./UserMenu";

const DashboardNav = lazy(() =>
  import("@/features/dashboard/DashboardNav").then((module) => ({ default: module.DashboardNav })),
);

const DashboardFoot = lazy(() =>
  import("@/features/dashboard/DashboardNav").then((module) => ({ default: module.DashboardFoot })),
);

/** What the router says of a link to the current page. */
const here = { "data-status": "active", "aria-current": "page" } as const;

function NavList({ entries, onPick }: { entries: NavEntry[]; onPick?: () => void }) {
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  return (
    <ul className={classes.list}>
      {entries.map(({ to, exact = false, also = [], label, icon: Icon }) => (
        <li key={to}>
          <Link
            to={to}
            className={classes.item}
            onClick={onPick}
            activeOptions={{ exact, includeSearch: false }}
            {...(also.some((path) => isBelow(pathname, path)) && here)}
          >
            <Icon size={18} stroke={1.75} />
            {label}
          </Link>
        </li>
      ))}
    </ul>
  );
}

// What only watches is loaded after the page.
const SessionGuards = lazy(() =>
  import("@/features/sessionguard/SessionGuards").then((module) => ({ default: module.SessionGuards })),
);

/**
 * Remembers the portal last visited, so that the account page keeps its navigation. Who has come to a portal that is not
 * theirs is in none: they read that they may not be there.
 */
function usePortal(): string | null {
  const session = useSession();
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const last = useRef(session.home_portal);
  const entered = portalOfPath(pathname);
  const current = entered && hasPortal(session, entered) ? entered : null;
  useEffect(() => {
    if (current) last.current = current;
  }, [current]);
  if (current) return current;
  return hasPortal(session, last.current) ? last.current : session.home_portal;
}

/** The frame of every signed-in page: header, navigation, main area. */
export function Shell() {
  const session = useSession();
  useProfileTheme();
  useFocusNet();
  const portal = usePortal();
  const entries = navOf(session, portal);
  const layout = useDashboardLayout(portal);
  const list = (onPick?: () => void) =>
    portal === "dashboard" ? (
      <Suspense fallback={null}>
        <DashboardNav onPick={onPick} layout={onPick ? "vertical" : layout} />
      </Suspense>
    ) : (
      <NavList entries={entries} onPick={onPick} />
    );
  const [drawer, setDrawer] = useState(false);
  const close = () => setDrawer(false);
  return (
    <div className={classes.frame} data-layout={layout}>
      <a className="skip-link" href="#main">
        <Trans>Skip to content</Trans>
      </a>
      <header className={classes.header}>
        <ActionIcon
          className={classes.burger}
          size={40}
          aria-label={t`Open navigation`}
          onClick={() => setDrawer(true)}
        >
          <IconMenu2 size={20} stroke={1.75} />
        </ActionIcon>
        <Brand />
        <PortalSwitcher current={portal} />
        <div className={classes.spacer} />
        <OrganizationSwitcher />
        <UserMenu />
      </header>
      <nav className={classes.nav} aria-label={t`Main`}>
        {list()}
      </nav>
      <Drawer
        opened={drawer}
        onClose={close}
        size={280}
        title={session.brand.name}
        closeButtonProps={{ "aria-label": t`Close` }}
      >
        <nav aria-label={t`Main`}>{list(close)}</nav>
      </Drawer>
      <main id="main" className={classes.main} tabIndex={-1}>
        <Outlet />
      </main>
      {portal === "dashboard" && layout === "horizontal" && (
        <Suspense fallback={null}>
          <DashboardFoot across />
        </Suspense>
      )}
      <Suspense fallback={null}>
        <SessionGuards />
      </Suspense>
    </div>
  );
}
