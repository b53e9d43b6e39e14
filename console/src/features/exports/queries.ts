import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { client, downloadHref, unwrap } from "@/api/client";
import type { Export, ExportRequest } from "@/api/types";
import { background } from "@/features/sessionguard/idle";

/** Whether the server is still making an export. */
export function isBusy(state: string): boolean {
  return state === "queued" || state === "running";
}

const pause = 1_500;

export const exportsQuery = queryOptions({
  queryKey: ["exports", "list"],
  // It asks by itself, so it does not keep the session alive.
  queryFn: async () =>
    (await unwrap<{ items: Export[] }>(client.GET("/exports", { headers: background }))).items,
  staleTime: 0,
  // Asked again only while something is happening.
  refetchInterval: (query) => (query.state.data?.some(({ state }) => isBusy(state)) ? pause : false),
});

export const exportQuery = (id: string) =>
  queryOptions({
    queryKey: ["exports", "one", id],
    queryFn: () =>
      unwrap<Export>(client.GET("/exports/{id}", { params: { path: { id } }, headers: background })),
    staleTime: 0,
    refetchInterval: (query) => (query.state.data && isBusy(query.state.data.state) ? pause : false),
  });

export const createExport = (body: ExportRequest) => unwrap<Export>(client.POST("/exports", { body }));

export const deleteExport = (id: string) =>
  unwrap(client.DELETE("/exports/{id}", { params: { path: { id } } }));

export const refreshExports = (queryClient: QueryClient) =>
  queryClient.invalidateQueries({ queryKey: ["exports"] });

/** Where the file is. A link carries no header, so it says itself where this tab acts. */
export function fileHref(id: string): string {
  return downloadHref(`/exports/${id}/file`);
}

/** Lets the browser download the file. */
export function download(entry: Pick<Export, "id" | "file_name">): void {
  const link = document.createElement("a");
  link.href = fileHref(entry.id);
  link.download = entry.file_name;
  link.click();
}
