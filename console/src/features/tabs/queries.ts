import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { Announcement, CustomTabs, TabApp } from "@/api/types";

export const tabsQuery = queryOptions({
  queryKey: ["tabs"],
  queryFn: () => unwrap<CustomTabs>(client.GET("/tabs")),
});

export const tabAppsQuery = (organization: string) =>
  queryOptions({
    queryKey: ["tab-apps", organization],
    queryFn: async () =>
      (
        await unwrap<{ items: TabApp[] }>(
          client.GET("/organizations/{id}/tab-apps", { params: { path: { id: organization } } }),
        )
      ).items,
  });

export const announcementsQuery = queryOptions({
  queryKey: ["announcements"],
  queryFn: async () =>
    (
      await unwrap<{ items: Announcement[] }>(
        client.GET("/announcements", { params: { query: { limit: 200 } } }),
      )
    ).items,
});
