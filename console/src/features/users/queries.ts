import { keepPreviousData, type QueryClient, queryOptions, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { client, unwrap } from "@/api/client";
import { isApiError } from "@/api/errors";
import type { Access, AuditEvent, DeletedUser, DeviceSession, Page, User, UserStats } from "@/api/types";
import { type PeopleSearch, toApiQuery } from "./filters";

/** Rows of a page of the Users table. */
const pageSize = 50;

export const usersQuery = (search: PeopleSearch) =>
  queryOptions({
    queryKey: ["users", "list", search],
    queryFn: ({ signal }) =>
      unwrap<Page<User>>(
        client.GET("/users", {
          params: { query: { ...toApiQuery(search), limit: pageSize } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const userStatsQuery = queryOptions({
  queryKey: ["users", "stats"],
  queryFn: () => unwrap<UserStats>(client.GET("/users/stats")),
});

export const userQuery = (id: string) =>
  queryOptions({
    queryKey: ["users", "one", id],
    queryFn: () => unwrap<User>(client.GET("/users/{id}", { params: { path: { id } } })),
  });

/** What somebody may do in an organization; "" for the one in which they act. */
export const userAccessQuery = (id: string, organization = "") =>
  queryOptions({
    queryKey: ["users", "access", id, organization],
    queryFn: () => {
      const query = organization ? { organization_id: organization } : {};
      return unwrap<Access>(client.GET("/users/{id}/access", { params: { path: { id }, query } }));
    },
    placeholderData: keepPreviousData,
  });

export const userSessionsQuery = (id: string) =>
  queryOptions({
    queryKey: ["users", "sessions", id],
    queryFn: async () =>
      (
        await unwrap<{ items: DeviceSession[] }>(
          client.GET("/users/{id}/sessions", { params: { path: { id } } }),
        )
      ).items,
  });

export const userHistoryQuery = (id: string, cursor: string) =>
  queryOptions({
    queryKey: ["users", "history", id, cursor],
    queryFn: () =>
      unwrap<Page<AuditEvent>>(
        client.GET("/users/{id}/history", {
          params: { path: { id }, query: cursor ? { cursor } : {} },
        }),
      ),
    placeholderData: keepPreviousData,
  });

/** A page of the people who were deleted. */
export const deletedUsersQuery = (search: string, cursor: string) =>
  queryOptions({
    queryKey: ["users", "deleted", search, cursor],
    queryFn: ({ signal }) => {
      const query: { search?: string; cursor?: string; limit: number } = { limit: pageSize };
      if (search.trim()) query.search = search.trim();
      if (cursor) query.cursor = cursor;
      return unwrap<Page<DeletedUser>>(client.GET("/deleted-users", { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
  });

export const deletedUserQuery = (id: string) =>
  queryOptions({
    queryKey: ["users", "deleted-one", id],
    queryFn: () => unwrap<DeletedUser>(client.GET("/deleted-users/{id}", { params: { path: { id } } })),
  });

/** An address as far as two that differ only in that are the same. */
export const sameAddress = (a: string, b: string): boolean =>
  a.trim().normalize("NFKC").toLowerCase() === b.trim().normalize("NFKC").toLowerCase();

/** The person who has an address, as far as the viewer sees them; null for nobody. */
export const takenByQuery = (email: string) =>
  queryOptions({
    queryKey: ["users", "taken", email],
    queryFn: async ({ signal }) => {
      const query = { search: email.trim(), limit: 50 };
      const { items } = await unwrap<Page<User>>(client.GET("/users", { params: { query }, signal }));
      return items.find((user) => sameAddress(user.email, email)) ?? null;
    },
    staleTime: 0,
  });

/** Puts a changed user into what is on screen and has the lists fetched again. */
export async function refreshUsers(queryClient: QueryClient, changed?: User): Promise<void> {
  if (changed) queryClient.setQueryData(userQuery(changed.id).queryKey, changed);
  await queryClient.invalidateQueries({ queryKey: ["users"] });
}

export function useRefreshUsers(): (changed?: User) => Promise<void> {
  const queryClient = useQueryClient();
  return (changed) => refreshUsers(queryClient, changed);
}

/** Has the lists and their counts fetched again once somebody in them turns out to be gone. */
export function useListsWithout(error: unknown): void {
  const queryClient = useQueryClient();
  const gone = isApiError(error, "not_found");
  useEffect(() => {
    if (!gone) return;
    // Not whoever is gone: that would find it out anew, and so on.
    for (const queryKey of [["users", "list"], userStatsQuery.queryKey, ["organizations"]])
      void queryClient.invalidateQueries({ queryKey });
  }, [gone, queryClient]);
}
