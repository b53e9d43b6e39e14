import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { client, ifMatch, unwrap } from "@/api/client";
import type { Once } from "@/api/once";
import type { Agent, OrganizationRef } from "@/api/types";
import { sameSet } from "@/features/users/userForm";

export const agentsQuery = queryOptions({
  queryKey: ["agents", "list"],
  queryFn: async () => (await unwrap<{ items: Agent[] }>(client.GET("/agents"))).items,
});

/** The organizations to which one may assign AI agents, in the order of the tree. */
export const agentOrganizationsQuery = queryOptions({
  queryKey: ["agents", "organizations"],
  queryFn: async () => (await unwrap<{ items: OrganizationRef[] }>(client.GET("/agent-organizations"))).items,
});

/** Has everything fetched again that shows AI agents. */
export async function refreshAgents(queryClient: QueryClient): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ["agents"] }),
    queryClient.invalidateQueries({ queryKey: ["dashboard"] }),
  ]);
}

export type Draft = {
  name: string;
  description: string;
  external_id: string;
  state: Agent["state"];
  organization_ids: string[];
};

export function draftOf(agent: Agent | null): Draft {
  return {
    name: agent?.name ?? "",
    description: agent?.description ?? "",
    external_id: agent?.external_id ?? "",
    state: agent?.state ?? "active",
    organization_ids: agent?.organizations.map((organization) => organization.id) ?? [],
  };
}

/** What of a draft differs from the AI agent, apart from its assignments. */
export function agentPatch(agent: Agent, draft: Draft): Partial<Omit<Draft, "organization_ids">> {
  const patch: Partial<Omit<Draft, "organization_ids">> = {};
  if (draft.name.trim() !== agent.name) patch.name = draft.name.trim();
  if (draft.description.trim() !== agent.description) patch.description = draft.description.trim();
  if (draft.external_id.trim() !== agent.external_id) patch.external_id = draft.external_id.trim();
  if (draft.state !== agent.state) patch.state = draft.state;
  return patch;
}

/** Whether a draft assigns the AI agent to others than it is assigned to. */
export const reassigns = (agent: Agent, draft: Draft) =>
  !sameSet(draftOf(agent).organization_ids, draft.organization_ids);

export function createAgent(once: Once, draft: Draft): Promise<Agent> {
  return once((headers) =>
    unwrap<Agent>(
      client.POST("/agents", {
        headers,
        body: {
          ...draft,
          name: draft.name.trim(),
          description: draft.description.trim(),
          external_id: draft.external_id.trim(),
        },
      }),
    ),
  );
}

/** Writes what differs; onStep is told what each step has made of the AI agent, so that a later one can be tried again. */
export async function saveAgent(agent: Agent, draft: Draft, onStep: (saved: Agent) => void): Promise<Agent> {
  let saved = agent;
  const patch = agentPatch(agent, draft);
  if (Object.keys(patch).length > 0) {
    saved = await unwrap<Agent>(
      client.PATCH("/agents/{id}", {
        params: { path: { id: agent.id }, header: { "If-Match": ifMatch(saved.version) } },
        headers: { "Content-Type": "application/merge-patch+json" },
        body: patch,
      }),
    );
    onStep(saved);
  }
  if (reassigns(agent, draft)) {
    saved = await unwrap<Agent>(
      client.PUT("/agents/{id}/organizations", {
        params: { path: { id: agent.id }, header: { "If-Match": ifMatch(saved.version) } },
        body: { organization_ids: draft.organization_ids },
      }),
    );
    onStep(saved);
  }
  return saved;
}

export async function deleteAgent(agent: Agent): Promise<void> {
  await unwrap(
    client.DELETE("/agents/{id}", {
      params: { path: { id: agent.id }, header: { "If-Match": ifMatch(agent.version) } },
    }),
  );
}
