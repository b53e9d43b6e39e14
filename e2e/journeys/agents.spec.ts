import type { Page } from "@playwright/test";
import { ok } from "../support/api";
import { looker as look } from "../support/screen";
import { expect, people, test } from "../support/test";

const clientAdmin = (first_name: string, organization_id: string | undefined) => ({
  first_name,
  last_name: "Client",
  email: `${first_name.toLowerCase()}@clients.example`,
  user_type: "member",
  organization_id,
  role_ids: ["org_admin"],
});

const agentsOf = (page: Page) => page.getByRole("main").getByRole("list", { name: "AI agents" });

// An AI agent is the company's; the client that it is assigned to sees it, its sister does not.
test("an AI agent is added, assigned to a client, and seen there alone", async ({ open, openNew, api }) => {
  const { items } = await ok<{ items: { id: string; short_name: string }[] }>(await api.get("/organizations"));
  const idOf = (name: string) => items.find((item) => item.short_name === name)?.id;
  const page = await open(people.bot_admin.email);
  await page.goto("/operations");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "AI agents" }).click();
  await page.getByRole("button", { name: "New AI agent" }).click();
  const panel = page.getByRole("dialog", { name: "New AI agent" });
  await expect(panel.getByRole("button", { name: "Add AI agent" })).toBeDisabled();
  await panel.getByRole("textbox", { name: "Name" }).fill("Lamp doctor");
  await panel.getByRole("textbox", { name: "External ID" }).fill("kl-bot-900");
  await panel.getByRole("button", { name: "Add AI agent" }).click();
  const row = agentsOf(page).getByRole("listitem").filter({ hasText: "Lamp doctor" });
  await expect(row).toContainText("Not assigned to any organization");

  await row.getByRole("button", { name: "Edit Lamp doctor" }).click();
  const edit = page.getByRole("dialog", { name: "Edit Lamp doctor" });
  await expect(edit.getByRole("button", { name: "Save" })).toBeDisabled();
  await edit.getByRole("combobox", { name: "Assigned to" }).fill("bright");
  const found = page.getByRole("listbox", { name: "Assigned to" }).getByRole("option");
  await expect(found).toHaveText([/^Brightdesk/]);
  await found.click();
  await page.keyboard.press("Tab");
  await edit.getByRole("combobox", { name: "State" }).selectOption("Paused");
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(row).toContainText("Brightdesk");
  await expect(row).toContainText("Paused");
  await page.getByRole("searchbox", { name: "Search AI agents" }).fill("bot-900");
  await expect(agentsOf(page).getByRole("listitem")).toHaveCount(1);

  const owner = await open(people.tenant_admin.email);
  await owner.goto("/admin");
  await owner.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "AI agents" }).click();
  await expect(agentsOf(owner).getByRole("listitem").filter({ hasText: "Lamp doctor" })).toContainText("Brightdesk");

  const theirs = await openNew(clientAdmin("Bria", idOf("brightdesk")));
  await theirs.goto("/dashboard");
  await expect(agentsOf(theirs)).toContainText("Lamp doctor");
  await expect(agentsOf(theirs)).toContainText("Paused");
  const sister = await openNew(clientAdmin("Vera", idOf("marrow-and-mint")));
  await sister.goto("/dashboard");
  await expect(agentsOf(sister)).toContainText("Market stall");
  await expect(agentsOf(sister)).not.toContainText("Lamp doctor");

  await row.getByRole("button", { name: "Delete Lamp doctor" }).click();
  await expect(page.getByRole("dialog")).toContainText("It disappears from the Home of Brightdesk.");
  await page.getByRole("button", { name: "Delete the AI agent" }).click();
  await expect(page.getByText("No AI agent matches")).toBeVisible();
  await theirs.reload();
  await expect(agentsOf(theirs)).toContainText("Desk helper");
  await expect(agentsOf(theirs)).not.toContainText("Lamp doctor");
});

for (const width of [1440, 390]) {
  test(`AI agents can be read by everybody at ${width} px`, async ({ open, openNew, api }) => {
    const { items } = await ok<{ items: { id: string; short_name: string }[] }>(await api.get("/organizations"));
    const viewport = { width, height: 900 };
    const page = await open(people.bot_admin.email, { viewport });
    await page.goto("/operations/agents");
    await look(page)("agents");
    await page.getByRole("button", { name: "Edit Returns" }).click();
    await expect(page.getByRole("dialog", { name: "Edit Returns" })).toBeVisible();
    await look(page)("agent-panel");
    const home = await openNew(clientAdmin("Bria", items.find((item) => item.short_name === "brightdesk")?.id));
    await home.setViewportSize(viewport);
    await home.goto("/dashboard");
    await expect(agentsOf(home)).toContainText("Desk helper");
    await look(home)("home-agents");
  });
}
