import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { Colleague, Page, Permission, Role } from "@/api/types";

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
