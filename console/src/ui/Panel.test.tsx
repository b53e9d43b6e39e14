import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Agent, User } from "@/api/types";
import { AgentPanel } from "@/features/agents/AgentPanel";
import { UserSidePanel } from "@/features/users/UserSidePanel";
import { serve, show } from "@/test-show";

const root = { id: "org_root", name: "Kestrel Lane", is_root: true, path: [] };
const role = { name: "Shift lead", code: "shift_lead", scope: "organization", assignable: true };

const person = {
  id: "user_1",
  full_name: "Ada Wu",
  email: "ada@example.org",
  status: "active",
  user_type: "agent",
  presence: "offline",
  aliases: [],
  roles: [],
  organizations: [root],
  here: { organization: root, roles: [] },
  custom_fields: {},
  allowed_actions: ["edit"],
  version: 1,
} as unknown as User;

beforeEach(() => {
  serve({
    "GET /agent-organizations": () => ({
      items: [{ id: "org_a", name: "Brightdesk", path: [] }],
      more: false,
    }),
    "GET /users/user_1": () => person,
    "GET /roles": () => ({ items: [{ ...role, id: "role_1", permissions: [] }] }),
    "GET /custom-fields": () => ({ items: [] }),
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

const session = {
  permissions: ["bots.manage", "roles.read", "roles.assign"],
  organization: root,
  user: { id: "user_me" },
};

async function choose(field: string | RegExp, option: string) {
  await userEvent.click(await screen.findByRole("combobox", { name: field }));
  await userEvent.click(await screen.findByRole("option", { name: option, hidden: true }));
}

const asked = () => screen.queryByRole("dialog", { name: "Discard your changes?" }) !== null;

describe("a panel that is closed with something unsaved", () => {
  const agent = {
    id: "agent_1",
    name: "Luna",
    description: "",
    external_id: "",
    state: "active",
    organizations: [],
    manageable: true,
    version: 1,
  } as unknown as Agent;

  it("asks, also when it was chosen from a list", async () => {
    const onClose = vi.fn();
    show(<AgentPanel agent={agent} onClose={onClose} />, session);
    await choose("Assigned to", "Brightdesk");
    await userEvent.click(screen.getByRole("button", { name: "Close" }));
    expect(asked()).toBe(true);
    expect(onClose).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole("button", { name: "Discard" }));
    expect(onClose).toHaveBeenCalledOnce();
  });

  it("asks nothing while nothing has changed", async () => {
    const onClose = vi.fn();
    show(<AgentPanel agent={agent} onClose={onClose} />, session);
    await userEvent.click(screen.getByRole("button", { name: "Close" }));
    expect(asked()).toBe(false);
    expect(onClose).toHaveBeenCalledOnce();
  });

  it("asks for the roles of somebody beside the list, too", async () => {
    const onClose = vi.fn();
    show(<UserSidePanel id="user_1" onClose={onClose} />, session);
    await choose("Roles", "Shift lead");
    await userEvent.click(screen.getByRole("button", { name: "Close" }));
    expect(asked()).toBe(true);
    expect(onClose).not.toHaveBeenCalled();
  });
});
