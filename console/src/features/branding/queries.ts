import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { Domain, OrganizationBrand } from "@/api/types";

export const brandQuery = (organization: string) =>
  queryOptions({
    queryKey: ["branding", organization],
    queryFn: () =>
      unwrap<OrganizationBrand>(
        client.GET("/organizations/{id}/branding", { params: { path: { id: organization } } }),
      ),
  });

export const domainsQuery = queryOptions({
  queryKey: ["domains"],
  queryFn: async () => (await unwrap<{ items: Domain[] }>(client.GET("/domains"))).items,
});
