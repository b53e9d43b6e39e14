import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { serve, visit } from "@/test-show";
import { Shell } from "./Shell";

const supervisor = {
  user: { id: "user_1", full_name: "Ada Wu", email: "ada@example.org", presence: "online", theme: "system" },
  organization: { id: "org_1", name: "Kestrel Lane", is_root: true, path: [] },
  organizations: [{ id: "org_1", name: "Kestrel Lane" }],
  brand: { name: "Kestrel Lane", color: "#205080", logo_url: null },
  portals: [{ id: "operations", name: "Operations" }],
  home_portal: "operations",
  permissions: ["teams.read", "bots.read", "bots.manage"],
  tenant: { id: "ten_1", name: "Kestrel Lane", slug: "kestrel-lane" },
  features: {},
};

afterEach(() => vi.unstubAllGlobals());

const menu = async () => within(await screen.findByRole("navigation", { name: "Main" }));

test("who comes to a portal that is not theirs keeps the menu of their own", async () => {
  serve({});
  visit("/admin/users", supervisor, Shell, "/admin/users", "/operations");
  expect((await menu()).queryByRole("link", { name: "Teams" })).toBeNull();
  await userEvent.click((await menu()).getByRole("link", { name: "Home" }));
  expect((await menu()).getByRole("link", { name: "AI agents" }).getAttribute("href")).toBe(
    "/operations/agents",
  );
});

test("the account keeps the menu of the portal last visited", async () => {
  serve({});
  const portals = [...supervisor.portals, { id: "tenant_admin", name: "Tenant Admin" }];
  visit("/admin/teams", { ...supervisor, portals }, Shell, "/admin/teams", "/account");
  expect((await menu()).getByRole("link", { name: "Teams" })).toBeDefined();
});
