import { queryOptions, useQuery } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { CustomField, CustomFieldUsage } from "@/api/types";
import { useCan } from "@/app/session";

export const fieldsQuery = queryOptions({
  queryKey: ["custom-fields"],
  queryFn: async () => (await unwrap<{ items: CustomField[] }>(client.GET("/custom-fields"))).items,
  staleTime: 60_000,
});

export const fieldUsageQuery = (id: string) =>
  queryOptions({
    queryKey: ["custom-fields", "usage", id],
    queryFn: () =>
      unwrap<CustomFieldUsage>(client.GET("/custom-fields/{id}/usage", { params: { path: { id } } })),
    staleTime: 0,
  });

const none: CustomField[] = [];

/** The company's own fields, for whoever may see people; none while they are not known. */
export function useFields(): CustomField[] {
  const may = useCan();
  return useQuery({ ...fieldsQuery, enabled: may("users.read") }).data ?? none;
}
