import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { Import, ImportRow, Page } from "@/api/types";
import { background } from "@/features/sessionguard/idle";

/** Whether the server is still working on an import. */
export function isBusy(state: string): boolean {
  return state === "checking" || state === "running";
}

export const importsQuery = queryOptions({
  queryKey: ["imports", "list"],
  queryFn: async () => (await unwrap<Page<Import>>(client.GET("/user-imports"))).items,
});

export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ["imports", "one", id],
    // It asks by itself, so it does not keep the session alive.
    queryFn: () =>
      unwrap<Import>(client.GET("/user-imports/{id}", { params: { path: { id } }, headers: background })),
    staleTime: 0,
    // Asked again only while something is happening.
    refetchInterval: (query) => (query.state.data && isBusy(query.state.data.state) ? 1_500 : false),
  });

/** What happens to lines: "" for everything. */
export type ReportAction = "" | "create" | "skip" | "error";

export const reportQuery = (id: string, state: string, action: ReportAction, cursor: string) =>
  queryOptions({
    queryKey: ["imports", "report", id, state, action, cursor],
    queryFn: () =>
      unwrap<Page<ImportRow>>(
        client.GET("/user-imports/{id}/report", {
          params: {
            path: { id },
            query: { limit: 50, ...(action && { action }), ...(cursor && { cursor }) },
          },
        }),
      ),
    placeholderData: keepPreviousData,
  });
