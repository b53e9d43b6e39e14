import { type QueryClient, queryOptions, useQuery } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { Dashboard } from "@/api/types";
import { hasPortal, useSession } from "./session";

/** The tabs of the signed-in person in an organization: the server decides which there are. */
export const dashboardQuery = (organization: string) =>
  queryOptions({
    queryKey: ["dashboard", organization],
    queryFn: () => unwrap<Dashboard>(client.GET("/dashboard")),
    staleTime: 30_000,
  });

/** Has the dashboards fetched again after something that they show was changed, wherever that was. */
export function dashboardsChanged(queryClient: QueryClient): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: ["dashboard"] });
}

export type Layout = "vertical" | "horizontal";

/** Where the tabs of the dashboard are: at the side, or above the page. Other portals have theirs at the side. */
export function useDashboardLayout(portal: string | null): Layout {
  const session = useSession();
  const enabled = portal === "dashboard" && hasPortal(session, "dashboard");
  const dashboard = useQuery({ ...dashboardQuery(session.organization.id), enabled });
  return portal === "dashboard" && dashboard.data?.layout === "horizontal" ? "horizontal" : "vertical";
}
