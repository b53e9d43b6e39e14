import { queryOptions } from "@tanstack/react-query";
import { client, ifMatch, unwrap } from "@/api/client";
import type { IPException, Policy, PolicySettings, Refusal, Rehearsal } from "./draft";

export const policyQuery = (org: string) =>
  queryOptions({
    queryKey: ["policy", org],
    queryFn: () =>
      unwrap<Policy>(client.GET("/organizations/{id}/policy", { params: { path: { id: org } } })),
    staleTime: 0,
  });

export const exceptionsQuery = queryOptions({
  queryKey: ["ip-exceptions"],
  queryFn: async () => (await unwrap<{ items: IPException[] }>(client.GET("/ip-exceptions"))).items,
});

export function rehearse(org: string, body: PolicySettings): Promise<Rehearsal> {
  return unwrap(client.POST("/organizations/{id}/policy/rehearsal", { params: { path: { id: org } }, body }));
}

export function savePolicy(policy: Policy, body: PolicySettings, confirmSelf: boolean): Promise<Policy> {
  return unwrap(
    client.PUT("/organizations/{id}/policy", {
      params: { path: { id: policy.organization_id }, header: { "If-Match": ifMatch(policy.version) } },
      body: { ...body, confirm_self: confirmSelf },
    }),
  );
}

export function lookUp(code: string): Promise<Refusal> {
  return unwrap(client.POST("/ip-refusals/lookup", { body: { code } }));
}

export function letIn(body: {
  code: string;
  everybody: boolean;
  until: string;
  note: string;
}): Promise<IPException> {
  return unwrap(client.POST("/ip-exceptions", { body }));
}

/** Takes an exception back; `self` when the person knows that it is what lets them in. */
export async function takeBack(id: string, self: boolean): Promise<void> {
  await unwrap(
    client.DELETE("/ip-exceptions/{id}", { params: { path: { id }, query: { confirm_self: self } } }),
  );
}
