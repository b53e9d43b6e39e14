import { keepPreviousData, type QueryClient, queryOptions, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { Access, AuditEvent, DeletedUser, DeviceSession, Page, User, UserStats } from "@/api/types";
import { toApiQuery, type UserSearch } from "./filters";

/** Rows of a page of the Users table. */
export const pageSize = 50;

export const usersQuery = (search: UserSearch) =>
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

export const userAccessQuery = (id: string) =>
  queryOptions({
    queryKey: ["users", "access", id],
    queryFn: () => unwrap<Access>(client.GET("/users/{id}/access", { params: { path: { id } } })),
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

/** Puts a changed user into what is on screen and has the lists fetched again. */
export async function refreshUsers(queryClient: QueryClient, changed?: User): Promise<void> {
  if (changed) queryClient.setQueryData(userQuery(changed.id).queryKey, changed);
  await queryClient.invalidateQueries({ queryKey: ["users"] });
}

export function useRefreshUsers(): (changed?: User) => Promise<void> {
  const queryClient = useQueryClient();
  return (changed) => refreshUsers(queryClient, changed);
}
