import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { client, ifMatch, unwrap } from "@/api/client";
import type { Once } from "@/api/once";
import type { Agent, AgentOrganizations } from "@/api/types";
import { dashboardsChanged } from "@/app/dashboard";
import type { ChoicesQuery, Option, Ref } from "@/features/organizations/choices";
import { sameSet } from "@/features/users/userForm";

export const agentsQuery = queryOptions({
  queryKey: ["agents", "list"],
  queryFn: async () => (await unwrap<{ items: Agent[] }>(client.GET("/agents"))).items,
});

/** A few of the organizations to which one may assign AI agents, whose names contain a text. */
export const agentOrganizationsQuery = (search: string): ChoicesQuery<Option> => ({
  queryKey: ["agents", "organizations", search],
  queryFn: ({ signal }) =>
    unwrap<AgentOrganizations>(
      client.GET("/agent-organizations", { params: { query: { search, limit: 50 } }, signal }),
    ),
  staleTime: 30_000,
});

/** Has everything fetched again that shows AI agents. */
export async function refreshAgents(queryClient: QueryClient): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ["agents"] }),
    dashboardsChanged(queryClient),
  ]);
}

export type Draft = {
  name: string;
  description: string;
  external_id: string;
  state: Agent["state"];
  organizations: Ref[];
};

const idsOf = (draft: Draft) => draft.organizations.map(({ id }) => id);

export function draftOf(agent: Agent | null): Draft {
  return {
    name: agent?.name ?? "",
    description: agent?.description ?? "",
    external_id: agent?.external_id ?? "",
    state: agent?.state ?? "active",
    organizations: agent?.organizations ?? [],
  };
}

/** What of a draft differs from the AI agent, apart from its assignments. */
export function agentPatch(agent: Agent, draft: Draft): Partial<Omit<Draft, "organizations">> {
  const patch: Partial<Omit<Draft, "organizations">> = {};
  if (draft.name.trim() !== agent.name) patch.name = draft.name.trim();
  if (draft.description.trim() !== agent.description) patch.description = draft.description.trim();
  if (draft.external_id.trim() !== agent.external_id) patch.external_id = draft.external_id.trim();
  if (draft.state !== agent.state) patch.state = draft.state;
  return patch;
}

/** Whether a draft assigns the AI agent to others than it is assigned to. */
export const reassigns = (agent: Agent, draft: Draft) => !sameSet(idsOf(draftOf(agent)), idsOf(draft));

export function createAgent(once: Once, draft: Draft): Promise<Agent> {
  return once((headers) =>
    unwrap<Agent>(
      client.POST("/agents", {
        headers,
        body: {
          name: draft.name.trim(),
          description: draft.description.trim(),
          external_id: draft.external_id.trim(),
          state: draft.state,
          organization_ids: idsOf(draft),
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
        body: { organization_ids: idsOf(draft) },
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
