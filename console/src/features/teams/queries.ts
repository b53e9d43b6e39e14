import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { Page, Team, TeamMember, User } from "@/api/types";
import type { ChoicesQuery, Option } from "@/features/organizations/choices";

/** A page of the teams whose name or description has the words of a search. */
export const teamsQuery = (search: string, cursor: string) =>
  queryOptions({
    queryKey: ["teams", "list", search, cursor],
    queryFn: ({ signal }) => {
      const query: { search?: string; cursor?: string } = {};
      if (search.trim()) query.search = search.trim();
      if (cursor) query.cursor = cursor;
      return unwrap<Page<Team>>(client.GET("/teams", { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
  });

export const teamQuery = (id: string) =>
  queryOptions({
    queryKey: ["teams", "one", id],
    queryFn: () => unwrap<Team>(client.GET("/teams/{id}", { params: { path: { id } } })),
    staleTime: 30_000,
  });

/** Which teams there are to choose from: of one organization, those that the person may change. */
export type WhichTeams = { organization?: string; manageable?: boolean };

/** A team to choose, with the organization that it is of. */
export type TeamChoice = Option;

/** A few of the teams that a search finds, to choose one. */
export const teamChoicesQuery = (search: string, which: WhichTeams): ChoicesQuery<TeamChoice> => ({
  queryKey: ["teams", "choices", search, which.organization ?? "", String(which.manageable ?? false)],
  queryFn: async ({ signal }) => {
    const query: { search?: string; organization_id?: string; manageable?: boolean; limit: number } = {
      limit: 50,
    };
    if (search) query.search = search;
    if (which.organization) query.organization_id = which.organization;
    if (which.manageable) query.manageable = true;
    const page = await unwrap<Page<Team>>(client.GET("/teams", { params: { query }, signal }));
    const items = page.items.map(({ id, name, organization }) => ({ id, name, path: [organization.name] }));
    return { items, more: page.next_cursor !== null };
  },
  staleTime: 30_000,
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
