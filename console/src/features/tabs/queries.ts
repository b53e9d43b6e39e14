import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { Announcement, CustomTabs, Page, TabApp } from "@/api/types";

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

export const announcementsKey = ["announcements"];

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
