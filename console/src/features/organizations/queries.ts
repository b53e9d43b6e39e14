import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type {
  AccessOption,
  Membership,
  Organization,
  OrganizationDeletion,
  OrganizationFeature,
  OrganizationUserType,
  OwnOrganizations,
  Page,
  PasswordRules,
  User,
} from "@/api/types";
import type { ChoicesQuery } from "./choices";
import { leavesBelow, withBelow, withChange } from "./tree";

export const organizationsQuery = queryOptions({
  queryKey: ["organizations"],
  queryFn: async () => (await unwrap<{ items: Organization[] }>(client.GET("/organizations"))).items,
});

/** The first organizations whose names contain a text, in the order of the tree. */
export const organizationSearchQuery = (search: string, limit: number) =>
  queryOptions({
    queryKey: ["organizations", "search", search, limit],
    queryFn: async ({ signal }) =>
      (
        await unwrap<{ items: Organization[] }>(
          client.GET("/organizations", { params: { query: { search, limit } }, signal }),
        )
      ).items,
  });

/**
 * A few of the organizations whose names contain a text, to choose one; "" begins the tree. None of them is, or is
 * below, the one that is given as `outside`.
 */
export const organizationChoicesQuery = (search: string, outside = ""): ChoicesQuery<Organization> => ({
  queryKey: ["organizations", "choices", search, outside],
  queryFn: async ({ signal }) => {
    const { items, next_cursor } = await unwrap<Page<Organization>>(
      client.GET("/organizations", { params: { query: { search, outside, limit: 50 } }, signal }),
    );
    return { items, more: next_cursor !== null };
  },
  staleTime: 30_000,
});

/** Whether there are organizations below one. */
export const hasBelowQuery = (id: string) =>
  queryOptions({
    queryKey: ["organizations", "below", id],
    queryFn: async ({ signal }) => {
      const query = { parent_id: id, limit: 1 };
      const { items } = await unwrap<Page<Organization>>(
        client.GET("/organizations", { params: { query }, signal }),
      );
      return items.length > 0;
    },
  });

export const organizationQuery = (id: string) =>
  queryOptions({
    queryKey: ["organizations", "one", id],
    queryFn: () => unwrap<Organization>(client.GET("/organizations/{id}", { params: { path: { id } } })),
    staleTime: 30_000,
  });

/** What a password that is chosen for somebody in an organization must be like. */
export const passwordRulesQuery = (id: string) =>
  queryOptions({
    queryKey: ["password-rules", id],
    queryFn: () =>
      unwrap<PasswordRules>(client.GET("/organizations/{id}/password-rules", { params: { path: { id } } })),
    staleTime: 30_000,
  });

/** Where the signed-in person may act. */
export const ownOrganizationsQuery = (search: string) =>
  queryOptions({
    queryKey: ["own-organizations", search],
    queryFn: ({ signal }) =>
      unwrap<OwnOrganizations>(
        client.GET("/me/organizations", { params: { query: { search, limit: 50 } }, signal }),
      ),
  });

export const featuresQuery = queryOptions({
  queryKey: ["organization-features"],
  queryFn: async () =>
    (await unwrap<{ items: OrganizationFeature[] }>(client.GET("/organization-features"))).items,
  staleTime: Number.POSITIVE_INFINITY,
});

/** The checkboxes of access as they work for people of a type in an organization; "" is the one of this tab. */
export const accessOptionsQuery = (organization = "", userType: OptionType = "") =>
  queryOptions({
    queryKey: ["access-options", organization, userType],
    queryFn: async () => {
      const query = {
        ...(organization && { organization_id: organization }),
        ...(userType && { user_type: userType }),
      };
      return (await unwrap<{ items: AccessOption[] }>(client.GET("/access-options", { params: { query } })))
        .items;
    },
    staleTime: 60_000,
  });

/** A type of the people who get access; "" for one that can have everything. */
export type OptionType = "" | Exclude<User["user_type"], "client">;

/** The user types that new people of an organization can have. */
export const userTypesQuery = (organization: string) =>
  queryOptions({
    queryKey: ["organization-user-types", organization],
    queryFn: async () =>
      (
        await unwrap<{ items: OrganizationUserType[] }>(
          client.GET("/organizations/{id}/user-types", { params: { path: { id: organization } } }),
        )
      ).items,
    staleTime: 60_000,
  });

/** Where somebody belongs, as far as the signed-in person may see it. */
export const membershipsQuery = (user: string) =>
  queryOptions({
    queryKey: ["users", "memberships", user],
    queryFn: async () =>
      (
        await unwrap<{ items: Membership[] }>(
          client.GET("/users/{id}/memberships", { params: { path: { id: user } } }),
        )
      ).items,
  });

/** Puts a new organization into the tree as it is known, which may be too large to ask for all of it again. */
export async function organizationMade(queryClient: QueryClient, made: Organization): Promise<void> {
  queryClient.setQueryData(organizationsQuery.queryKey, (tree) => tree && [...tree, made]);
  await searchesAgain(queryClient);
}

/** Everything that is known of organizations but the tree is asked for again. */
function searchesAgain(queryClient: QueryClient): Promise<void> {
  return queryClient.invalidateQueries({
    queryKey: organizationsQuery.queryKey,
    predicate: ({ queryKey }) => queryKey.length > organizationsQuery.queryKey.length,
  });
}

/** Puts an organization into the tree as it is now; the tree is asked for only when those below changed with it. */
export async function organizationChanged(queryClient: QueryClient, changed: Organization): Promise<void> {
  const tree = queryClient.getQueryData(organizationsQuery.queryKey);
  const before = tree?.find(({ id }) => id === changed.id);
  if (!tree || !before || (withBelow(tree, changed.id).size > 1 && !leavesBelow(before, changed))) {
    await queryClient.invalidateQueries({ queryKey: organizationsQuery.queryKey });
    return;
  }
  queryClient.setQueryData(organizationsQuery.queryKey, withChange(tree, changed));
  await searchesAgain(queryClient);
}

/** Takes an organization and everything below it out of the tree as it is known. */
export async function organizationGone(queryClient: QueryClient, gone: string): Promise<void> {
  queryClient.setQueryData(organizationsQuery.queryKey, (tree) => {
    if (!tree) return tree;
    const ids = withBelow(tree, gone);
    return tree.filter(({ id }) => !ids.has(id));
  });
  await searchesAgain(queryClient);
}

/** Counts those who came to an organization, or left it. */
export async function memberCounted(
  queryClient: QueryClient,
  organization: string,
  by: number,
): Promise<void> {
  const counted = (one: Organization) =>
    one.id === organization ? { ...one, members_count: Math.max(0, one.members_count + by) } : one;
  queryClient.setQueryData(organizationsQuery.queryKey, (tree) => tree?.map(counted));
  await searchesAgain(queryClient);
}

/** What would go with an organization; asked anew each time. */
export const deletionQuery = (id: string) =>
  queryOptions({
    queryKey: ["organization-deletion", id],
    queryFn: () =>
      unwrap<OrganizationDeletion>(client.GET("/organizations/{id}/deletion", { params: { path: { id } } })),
    staleTime: 0,
    gcTime: 0,
  });

export const membershipQuery = (user: string, organization: string) =>
  queryOptions({
    queryKey: ["users", "membership", user, organization],
    queryFn: () =>
      unwrap<Membership>(
        client.GET("/users/{id}/memberships/{organization_id}", {
          params: { path: { id: user, organization_id: organization } },
        }),
      ),
    staleTime: 0,
  });
