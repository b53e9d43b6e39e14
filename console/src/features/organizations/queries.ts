import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type {
  AccessOption,
  Membership,
  Organization,
  OrganizationDeletion,
  OrganizationFeature,
  OwnOrganizations,
  Page,
} from "@/api/types";

export const organizationsQuery = queryOptions({
  queryKey: ["organizations"],
  queryFn: async () => (await unwrap<{ items: Organization[] }>(client.GET("/organizations"))).items,
});

/** The organizations whose names contain a text, in the order of the tree. */
export const organizationSearchQuery = (search: string) =>
  queryOptions({
    queryKey: ["organizations", "search", search],
    queryFn: async ({ signal }) =>
      (
        await unwrap<{ items: Organization[] }>(
          client.GET("/organizations", { params: { query: { search } }, signal }),
        )
      ).items,
  });

/** A few of the organizations whose names contain a text, to choose one; "" begins the tree. */
export const organizationChoicesQuery = (search: string) =>
  queryOptions({
    queryKey: ["organizations", "choices", search],
    queryFn: ({ signal }) =>
      unwrap<Page<Organization>>(
        client.GET("/organizations", { params: { query: { search, limit: 50 } }, signal }),
      ),
    staleTime: 30_000,
  });

export const organizationQuery = (id: string) =>
  queryOptions({
    queryKey: ["organizations", "one", id],
    queryFn: () => unwrap<Organization>(client.GET("/organizations/{id}", { params: { path: { id } } })),
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

export const accessOptionsQuery = queryOptions({
  queryKey: ["access-options"],
  queryFn: async () => (await unwrap<{ items: AccessOption[] }>(client.GET("/access-options"))).items,
  staleTime: Number.POSITIVE_INFINITY,
});

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
