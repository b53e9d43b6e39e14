import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { Once } from "@/api/once";
import type { AccessReview, AccessReviewRow, Page, ReviewDecided, ReviewDecision } from "@/api/types";
import { background } from "@/features/sessionguard/idle";

const busy = (review: AccessReview | undefined) =>
  review?.state === "preparing" || review?.state === "finishing";

export const reviewsQuery = (cursor: string) =>
  queryOptions({
    queryKey: ["reviews", "list", cursor],
    queryFn: () =>
      unwrap<Page<AccessReview>>(
        client.GET("/access-reviews", { params: { query: cursor ? { cursor } : {} }, headers: background }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: (query) => (query.state.data?.items.some(busy) ? 1500 : false),
  });

export const reviewQuery = (id: string) =>
  queryOptions({
    queryKey: ["reviews", "one", id],
    queryFn: () =>
      unwrap<AccessReview>(
        client.GET("/access-reviews/{id}", { params: { path: { id } }, headers: background }),
      ),
    refetchInterval: (query) => (busy(query.state.data) ? 1000 : false),
  });

export type RowFilter = "all" | "undecided" | "unused" | "above" | "keep" | "reduce" | "remove";

export const rowFilters: RowFilter[] = ["all", "undecided", "unused", "above", "keep", "reduce", "remove"];

export const rowsQuery = (id: string, filter: RowFilter, cursor: string, state: string) =>
  queryOptions({
    queryKey: ["reviews", "rows", id, filter, cursor, state],
    queryFn: () =>
      unwrap<Page<AccessReviewRow>>(
        client.GET("/access-reviews/{id}/rows", {
          params: {
            path: { id },
            query: {
              ...(filter === "undecided" && { undecided: true }),
              ...(filter === "unused" && { unused: true }),
              ...(filter === "above" && { from_above: true }),
              ...((filter === "keep" || filter === "reduce" || filter === "remove") && { decision: filter }),
              ...(cursor && { cursor }),
            },
          },
        }),
      ),
    placeholderData: keepPreviousData,
  });

type NewReview = {
  organization_id: string;
  includes_below: boolean;
  name?: string;
  due_at?: string;
  repeat_months: number;
};

export const startReview = (once: Once, body: NewReview) =>
  once((headers) => unwrap<AccessReview>(client.POST("/access-reviews", { headers, body })));

export type Take = { role_ids: string[]; permissions: string[]; team_ids: string[] };

export const decideRow = (id: string, row: number, decision: ReviewDecision, take?: Take) =>
  unwrap<AccessReviewRow>(
    client.PATCH("/access-reviews/{id}/rows/{row}", {
      params: { path: { id, row: String(row) } },
      body: { decision, ...take },
    }),
  );

export const decideRows = async (id: string, rows: number[], decision: ReviewDecision) =>
  (
    await unwrap<{ results: ReviewDecided[] }>(
      client.PATCH("/access-reviews/{id}/rows", { params: { path: { id } }, body: { rows, decision } }),
    )
  ).results;

export const finishReview = (id: string, keepUndecided: boolean) =>
  unwrap<AccessReview>(
    client.POST("/access-reviews/{id}/finish", {
      params: { path: { id } },
      body: { keep_undecided: keepUndecided },
    }),
  );

export const cancelReview = (id: string) =>
  unwrap<AccessReview>(client.POST("/access-reviews/{id}/cancel", { params: { path: { id } } }));

export const refreshReviews = (queryClient: QueryClient) =>
  queryClient.invalidateQueries({ queryKey: ["reviews"] });
