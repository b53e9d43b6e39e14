import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { Organization } from "@/api/types";

export const organizationsQuery = queryOptions({
  queryKey: ["organizations"],
  queryFn: async () => (await unwrap<{ items: Organization[] }>(client.GET("/organizations"))).items,
});
