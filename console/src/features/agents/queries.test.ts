import { describe, expect, it } from "vitest";
import type { Agent } from "@/api/types";
import { agentPatch, draftOf, reassigns } from "./queries";

const agent: Agent = {
  id: "agent_1",
  name: "Returns",
  description: "d",
  external_id: "bot-1",
  state: "active",
  organizations: [
    { id: "org_1", name: "One" },
    { id: "org_2", name: "Two" },
  ],
  manageable: true,
  assignable: true,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
  version: 1,
};

describe("what is saved of an AI agent", () => {
  it("is nothing as long as nothing has changed", () => {
    const draft = { ...draftOf(agent), name: " Returns ", organizations: [...agent.organizations].reverse() };
    expect(agentPatch(agent, draft)).toEqual({});
    expect(reassigns(agent, draft)).toBe(false);
  });

  it("is what differs, and assignments by themselves", () => {
    const draft = {
      ...draftOf(agent),
      external_id: "",
      state: "paused" as const,
      organizations: agent.organizations.slice(1),
    };
    expect(agentPatch(agent, draft)).toEqual({ external_id: "", state: "paused" });
    expect(reassigns(agent, draft)).toBe(true);
  });
});
