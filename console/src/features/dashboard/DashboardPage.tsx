import { Skeleton } from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { client, unwrap } from "@/api/client";
import { isApiError } from "@/api/errors";
import type { DashboardTab } from "@/api/types";
import { ForbiddenPage, NotFoundPage } from "@/app/ErrorPages";
import { can, hasPortal, useSession } from "@/app/session";
import { PortalHome } from "@/features/portals/PortalHome";
import { ErrorState } from "@/ui/ErrorState";
import { useDocumentTitle } from "@/ui/Page";
import classes from "./dashboard.module.css";
import { HomeTab } from "./HomeTab";
import { frameAddress, tabTitle } from "./tabs";

/** The Home of the dashboard; who may not open that tab still finds out who they are and what they can do. */
export function DashboardHomePage() {
  const session = useSession();
  if (!hasPortal(session, "dashboard")) return <ForbiddenPage />;
  return can(session, "dashboard.home") ? <HomeTab /> : <PortalHome portal="dashboard" />;
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

function TabFrame({ tab, organization }: { tab: DashboardTab; organization: string }) {
  const title = tabTitle(tab);
  useDocumentTitle(title);
  return (
    <div className={classes.page}>
      <h1 className="visually-hidden">{title}</h1>
      <iframe
        key={`${tab.id} ${organization}`}
        className={classes.frame}
        title={title}
        src={frameAddress(tab.id, organization)}
      />
    </div>
  );
}
