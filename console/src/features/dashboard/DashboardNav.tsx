import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Skeleton } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { errorText } from "@/api/messages";
import type { DashboardTab } from "@/api/types";
import { dashboardQuery, type Layout } from "@/app/dashboard";
import { hasPortal, useSession } from "@/app/session";
import shell from "@/app/shell/Shell.module.css";
import { Support } from "@/features/branding/Support";
import classes from "./dashboard.module.css";
import { TabIcon } from "./icons";
import { frameAddress, tabTitle } from "./tabs";

/** The tabs of the dashboard: exactly those that the server says the person may use. */
export function DashboardNav({ layout, onPick }: { layout: Layout; onPick?: () => void }) {
  const session = useSession();
  const { organization } = session;
  const here = hasPortal(session, "dashboard");
  const dashboard = useQuery({ ...dashboardQuery(organization.id), enabled: here });
  const across = layout === "horizontal";
  // The page says why there is nothing.
  if (!here) return null;
  if (dashboard.isPending) return across ? null : <Skeleton height={180} />;
  if (dashboard.isError && !dashboard.data) {
    return (
      <div className={classes.failed} role="alert">
        <span>{errorText(dashboard.error)}</span>
        <Button variant="default" size="xs" onClick={() => void dashboard.refetch()}>
          <Trans>Try again</Trans>
        </Button>
      </div>
    );
  }
  return (
    <div className={across ? classes.across : classes.down}>
      <ul className={across ? classes.row : shell.list}>
        {dashboard.data?.tabs.map((tab) => (
          <li key={tab.id}>
            <TabLink tab={tab} organization={organization.id} across={across} onPick={onPick} />
          </li>
        ))}
      </ul>
      {!across && <DashboardFoot />}
    </div>
  );
}

/**
 * Where to get help, and what the dashboard is made with unless the brand hides
 * it: below the tabs, or below the page where these stand across it.
 */
export function DashboardFoot({ across = false }: { across?: boolean }) {
  const { brand } = useSession();
  if (!brand.support_url && !brand.support_email && !brand.powered_by) return null;
  const Element = across ? "footer" : "div";
  return (
    <Element className={across ? classes.footAcross : classes.foot}>
      <Support brand={brand} />
    </Element>
  );
}

type LinkProps = { tab: DashboardTab; organization: string; across: boolean; onPick?: () => void };

function TabLink({ tab, organization, across, onPick }: LinkProps) {
  const className = across ? classes.tab : shell.item;
  const content = (
    <>
      <TabIcon name={tab.icon} />
      <span className="truncate" dir="auto">
        {tabTitle(tab)}
      </span>
    </>
  );
  if (tab.mode === "window") {
    return (
      <a
        className={className}
        href={frameAddress(tab.id, organization)}
        target="_blank"
        rel="noopener noreferrer"
        onClick={onPick}
      >
        {content}
        <IconExternalLink size={14} stroke={1.75} aria-label={t`opens in a new window`} />
      </a>
    );
  }
  if (tab.kind === "page") {
    return (
      <Link to="/dashboard" className={className} activeOptions={{ exact: true }} onClick={onPick}>
        {content}
      </Link>
    );
  }
  return (
    <Link to="/dashboard/$tab" params={{ tab: tab.id }} className={className} onClick={onPick}>
      {content}
    </Link>
  );
}
