import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Skeleton } from "@mantine/core";
import { IconLayoutDashboard } from "@tabler/icons-react";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { client, unwrap } from "@/api/client";
import { isApiError } from "@/api/errors";
import type { DashboardTab } from "@/api/types";
import { ForbiddenPage, NotFoundPage } from "@/app/ErrorPages";
import { can, hasPortal, useSession } from "@/app/session";
import { PortalHome } from "@/features/portals/PortalHome";
import { ErrorState } from "@/ui/ErrorState";
import { EmptyState, useDocumentTitle } from "@/ui/Page";
import { HomeTab } from "./HomeTab";
import { TabFrame } from "./TabFrame";

/** The Home of the dashboard; who may not open that tab still finds out who they are and what they can do. */
export function DashboardHomePage() {
  const session = useSession();
  if (!hasPortal(session, "dashboard"))
    return session.organization.is_root ? <NoDashboard /> : <ForbiddenPage />;
  return can(session, "dashboard.home") ? <HomeTab /> : <PortalHome portal="dashboard" />;
}

/** The company has no dashboard: its client organizations have, and whoever manages those finds them from here. */
function NoDashboard() {
  const session = useSession();
  const title = t`The company has no dashboard of its own`;
  useDocumentTitle(title);
  const manages = hasPortal(session, "tenant_admin") && can(session, "organizations.read");
  return (
    <>
      <h1 className="visually-hidden">{title}</h1>
      <EmptyState
        icon={<IconLayoutDashboard size={32} stroke={1.5} aria-hidden="true" />}
        title={title}
        text={t`Its client organizations have one each. Switch to one of them at the top of the page to see it.`}
        action={
          manages ? (
            <Button component={Link} to="/admin/organizations" variant="default">
              <Trans>Client organizations</Trans>
            </Button>
          ) : (
            <Button component={Link} to="/" variant="default">
              <Trans>Go to my start page</Trans>
            </Button>
          )
        }
      />
    </>
  );
}

const tabQuery = (organization: string, id: string) =>
  queryOptions({
    queryKey: ["dashboard", organization, "tab", id],
    queryFn: () => unwrap<DashboardTab>(client.GET("/dashboard/tabs/{id}", { params: { path: { id } } })),
  });

/** A tab that shows a page from elsewhere. The server decides whether it is for this person. */
export function DashboardTabPage() {
  const { tab = "" } = useParams({ strict: false }) as { tab?: string };
  const { organization } = useSession();
  const query = useQuery(tabQuery(organization.id, tab));
  if (query.isPending) return <Skeleton height={320} />;
  if (isApiError(query.error, "forbidden")) return <ForbiddenPage />;
  if (isApiError(query.error, "not_found")) return <NotFoundPage />;
  if (query.isError && !query.data)
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data.kind === "page") return <DashboardHomePage />;
  return <TabFrame tab={query.data} organization={organization.id} />;
}
