import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { groupName, permissionLabel } from "@/api/permissionNames";
import type { AccessPermission, DashboardTab } from "@/api/types";
import { dashboardQuery } from "@/app/dashboard";
import { hasPortal, useCan, useSession } from "@/app/session";
import { portalName } from "@/app/shell/nav";
import { myAccessQuery } from "@/features/account/queries";
import { builtInTitle } from "@/features/dashboard/tabs";
import { byGroup } from "@/features/roles/matrix";
import { userTypeDescription } from "@/features/users/userTypes";
import { Tag, TypeBadge } from "@/ui/badges";
import { LoadProblem } from "@/ui/LoadProblem";
import { Page } from "@/ui/Page";
import { PersonAvatar } from "@/ui/PersonAvatar";
import ui from "@/ui/ui.module.css";
import { Colleagues } from "./Colleagues";
import classes from "./portals.module.css";

/** The start page of a portal: who I am, what I can do here, and my colleagues where I may see them. */
export function PortalHome({ portal }: { portal: string }) {
  const session = useSession();
  const may = useCan();
  const here = session.portals.find((entry) => entry.id === portal) ?? { id: portal, name: portal };
  const { user, organization } = session;
  return (
    <Page title={portalName(here, session.organization)}>
      <section className={classes.me} aria-label={t`Who I am`}>
        <PersonAvatar person={user} size={56} />
        <div className={classes.meText}>
          <h2 className={classes.name}>{user.full_name}</h2>
          <div className={classes.meta}>
            <TypeBadge type={user.user_type} />
            <span>{organization.name}</span>
            <span>{user.email}</span>
          </div>
          <p className={classes.about}>{userTypeDescription(user.user_type)}</p>
        </div>
        <Button component={Link} to="/account" variant="default">
          <Trans>My account</Trans>
        </Button>
      </section>
      <section className={classes.section}>
        <h2 className={ui.sectionTitle}>
          <Trans>What I can do here</Trans>
        </h2>
        <MyPermissions />
      </section>
      {may("directory.read") && (
        <section className={classes.section}>
          <h2 className={ui.sectionTitle}>
            <Trans>Colleagues</Trans>
          </h2>
          <Colleagues />
        </section>
      )}
    </Page>
  );
}

/** What somebody's dashboard shows of itself; undefined while that is asked for, null where there is none. */
function useTabs(): DashboardTab[] | null | undefined {
  const session = useSession();
  const here = hasPortal(session, "dashboard");
  const dashboard = useQuery({ ...dashboardQuery(session.organization.id), enabled: here });
  return here && !dashboard.isError ? dashboard.data?.tabs : null;
}

/** Whether a permission opens something that is shown: tabs that are not count for nothing. */
function opens({ id }: AccessPermission, tabs: DashboardTab[] | null): boolean {
  if (!tabs || !id.startsWith(tabPermission)) return true;
  if (id === `${tabPermission}custom_tabs`) return tabs.some(({ kind }) => kind === "custom");
  return tabs.some((tab) => tabPermission + tab.id === id);
}

const tabPermission = "dashboard.";

/** What a permission opens, by the name that it has in the header and among the tabs. */
function openText(permission: AccessPermission, place: { is_root: boolean }): string {
  if (permission.id === "portals.tenant_admin" && !place.is_root) return t`Open the Administration portal`;
  const tab = builtInTitle(permission.id.slice(tabPermission.length));
  return permission.id.startsWith(tabPermission) && tab
    ? t`Open the ${tab} tab`
    : permissionLabel(permission);
}

export function MyPermissions() {
  const { organization } = useSession();
  const access = useQuery(myAccessQuery);
  const tabs = useTabs();
  if (access.isError && !access.data) return <LoadProblem query={access} />;
  if (!access.data || tabs === undefined) return <Skeleton height={96} />;
  const effective = access.data.permissions.filter(
    (permission) => permission.effective && opens(permission, tabs),
  );
  if (effective.length === 0) {
    return (
      <p className={ui.sectionLead}>
        <Trans>You have no permissions yet. Ask your administrator for a role.</Trans>
      </p>
    );
  }
  return (
    <>
      <dl className={ui.definition}>
        {byGroup(effective).map(([group, permissions]) => (
          <div key={group} className={classes.pair}>
            <dt>{groupName(group)}</dt>
            <dd className={ui.wrap}>
              {permissions.map((permission) => (
                <Tag key={permission.id}>{openText(permission, organization)}</Tag>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <p className={classes.more}>
        <Link to="/account" search={{ tab: "access" }} className="link">
          <Trans>Where each of these comes from</Trans>
        </Link>
      </p>
    </>
  );
}
