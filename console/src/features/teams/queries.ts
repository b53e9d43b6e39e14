import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { Page, Team, TeamMember, User } from "@/api/types";

export const teamsQuery = queryOptions({
  queryKey: ["teams", "list"],
  queryFn: async () => (await unwrap<{ items: Team[] }>(client.GET("/teams"))).items,
});

export const teamMembersQuery = (id: string, search: string, cursor: string) =>
  queryOptions({
    queryKey: ["teams", "members", id, search, cursor],
    queryFn: () => {
      const query: { search?: string; cursor?: string } = {};
      if (search) query.search = search;
      if (cursor) query.cursor = cursor;
      return unwrap<Page<TeamMember>>(client.GET("/teams/{id}/members", { params: { path: { id }, query } }));
    },
    placeholderData: keepPreviousData,
  });

/** People whom a search finds, to be added to a team. */
export const candidatesQuery = (search: string) =>
  queryOptions({
    queryKey: ["users", "candidates", search],
    queryFn: () => unwrap<Page<User>>(client.GET("/users", { params: { query: { search, limit: 20 } } })),
    enabled: search.trim() !== "",
    placeholderData: keepPreviousData,
  });

export type Place = { role_id?: string; lead?: boolean };

export function putMember(team: string, user: string, place: Place): Promise<TeamMember> {
  return unwrap(
    client.PUT("/teams/{id}/members/{user_id}", {
      params: { path: { id: team, user_id: user } },
      body: place,
    }),
  );
}

export async function removeMember(team: string, user: string): Promise<void> {
  await unwrap(
    client.DELETE("/teams/{id}/members/{user_id}", { params: { path: { id: team, user_id: user } } }),
  );
}

/** Has everything fetched again that shows who is in which team. */
export async function refreshTeams(queryClient: QueryClient): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ["teams"] }),
    queryClient.invalidateQueries({ queryKey: ["users"] }),
    queryClient.invalidateQueries({ queryKey: ["roles"] }),
  ]);
}
