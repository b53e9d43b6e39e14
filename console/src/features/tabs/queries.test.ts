import { QueryClient } from "@tanstack/react-query";
import { expect, it } from "vitest";
import { dashboardQuery } from "@/app/dashboard";
import { announcementsQuery, tabAppsQuery, tabsChanged, tabsQuery } from "./queries";

it("what dashboards consist of is known anew after a change, and so are they", async () => {
  const queries = new QueryClient();
  const keys = [
    tabsQuery.queryKey,
    tabAppsQuery("org_1").queryKey,
    announcementsQuery("").queryKey,
    dashboardQuery("org_1").queryKey,
    ["dashboard", "org_1", "home"],
  ];
  for (const key of keys) queries.setQueryData(key, {} as never);
  await tabsChanged(queries);
  expect(keys.filter((key) => !queries.getQueryState(key)?.isInvalidated)).toEqual([]);
});
