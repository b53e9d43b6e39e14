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

/** Which teams there are to choose from. */
export type WhichTeams = {
  /** Those of these organizations, in this order; "" is every one that the person sees. */
  organizations?: string[];
  /** Only those that the person may change. */
  manageable?: boolean;
};

/** A team to choose, with the organization that it is of. */
export type TeamChoice = Option;

/** A few of the teams that a search finds, to choose one. */
export const teamChoicesQuery = (
  search: string,
  { organizations = [""], manageable = false }: WhichTeams,
): ChoicesQuery<TeamChoice> => ({
  queryKey: ["teams", "choices", search, String(manageable), ...organizations],
  queryFn: async ({ signal }) => {
    const pages = await Promise.all(
      organizations.map((organization) => {
        const query: { search?: string; organization_id?: string; manageable?: boolean; limit: number } = {
          limit: 50,
        };
        if (search) query.search = search;
        if (organization) query.organization_id = organization;
        if (manageable) query.manageable = true;
        return unwrap<Page<Team>>(client.GET("/teams", { params: { query }, signal }));
      }),
    );
    const found = pages.flatMap(({ items }) => items);
    const items = found.map(({ id, name, organization }) => ({ id, name, path: [organization.name] }));
    return {
      items: [...new Map(items.map((team) => [team.id, team])).values()],
      more: pages.some(({ next_cursor }) => next_cursor !== null),
    };
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

/** The first people whom a search finds in an organization, to choose one; "" is everywhere that the person sees. */
export const candidatesQuery = (search: string, organization: string) =>
  queryOptions({
    queryKey: ["users", "candidates", search, organization],
    queryFn: ({ signal }) => {
      const query: { search?: string; organization_id?: string; limit: number } = { limit: 50 };
      if (search) query.search = search;
      if (organization) query.organization_id = organization;
      return unwrap<Page<User>>(client.GET("/users", { params: { query }, signal }));
    },
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
