import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { Announcement, CustomTabs, Page, TabApp } from "@/api/types";
import { dashboardsChanged } from "@/app/dashboard";

export const tabsQuery = queryOptions({
  queryKey: ["tabs"],
  queryFn: () => unwrap<CustomTabs>(client.GET("/tabs")),
});

const tabAppsKey = ["tab-apps"];

export const tabAppsQuery = (organization: string) =>
  queryOptions({
    queryKey: [...tabAppsKey, organization],
    queryFn: async () =>
      (
        await unwrap<{ items: TabApp[] }>(
          client.GET("/organizations/{id}/tab-apps", { params: { path: { id: organization } } }),
        )
      ).items,
  });

const announcementsKey = ["announcements"];

/** A page of the announcements, newest first. */
export const announcementsQuery = (cursor: string) =>
  queryOptions({
    queryKey: [...announcementsKey, cursor],
    queryFn: () =>
      unwrap<Page<Announcement>>(
        client.GET("/announcements", { params: { query: cursor ? { cursor } : {} } }),
      ),
    placeholderData: keepPreviousData,
  });

/** Has everything fetched again of which dashboards consist, and the dashboards themselves. */
export async function tabsChanged(queryClient: QueryClient): Promise<void> {
  await Promise.all([
    ...[tabsQuery.queryKey, tabAppsKey, announcementsKey].map((queryKey) =>
      queryClient.invalidateQueries({ queryKey }),
    ),
    dashboardsChanged(queryClient),
  ]);
}
