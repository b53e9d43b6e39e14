import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { Colleague, Page, Permission, Role } from "@/api/types";
import type { Invitation } from "@/features/invitations/queries";

export const rolesQuery = queryOptions({
  queryKey: ["roles", "list"],
  queryFn: async () => (await unwrap<{ items: Role[] }>(client.GET("/roles"))).items,
  staleTime: 60_000,
});

export const permissionsQuery = queryOptions({
  queryKey: ["permissions"],
  queryFn: async () => (await unwrap<{ items: Permission[] }>(client.GET("/permissions"))).items,
  staleTime: 600_000,
});

export const roleMembersQuery = (id: string, cursor = "") =>
  queryOptions({
    queryKey: ["roles", "members", id, cursor],
    queryFn: () =>
      unwrap<Page<Colleague>>(
        client.GET("/roles/{id}/members", {
          params: { path: { id }, query: cursor ? { cursor } : {} },
        }),
      ),
  });

/** The pending invitations that give a role, the newest ten. */
export const roleInvitationsQuery = (id: string) =>
  queryOptions({
    queryKey: ["invitations", "role", id],
    queryFn: () =>
      unwrap<Page<Invitation>>(
        client.GET("/invitations", { params: { query: { role_id: id, state: "pending", limit: 10 } } }),
      ),
  });

/** Those that the signed-in person may give in an organization. */
export const rolesToGive = (roles: Role[]): Role[] =>
  roles.filter((role) => role.assignable && role.scope === "organization");
