import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { groupName, permissionLabel } from "@/api/permissionNames";
import { ForbiddenPage } from "@/app/ErrorPages";
import { hasPortal, useCan, useSession } from "@/app/session";
import { portalName } from "@/app/shell/nav";
import { myAccessQuery } from "@/features/account/queries";
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
  if (!hasPortal(session, portal)) return <ForbiddenPage />;
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

export function MyPermissions() {
  const access = useQuery(myAccessQuery);
  if (access.isError && !access.data) return <LoadProblem query={access} />;
  if (!access.data) return <Skeleton height={96} />;
  const effective = access.data.permissions.filter((permission) => permission.effective);
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
                <Tag key={permission.id}>{permissionLabel(permission)}</Tag>
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
