import type { Page } from "@playwright/test";
import { ok } from "../support/api";
import { expect, people, test } from "../support/test";

const mateo = { email: "mateo.herrera@kestrellane.example", name: "Mateo Herrera Ruiz" };
const boss = "tamsin.entwistle@brightdesk.example";

async function organizationID(page: Page, shortName: string): Promise<string> {
  const { items } = await ok<{ items: { id: string; short_name: string }[] }>(
    await page.request.get("/api/v1/organizations"),
  );
  return items.find((item) => item.short_name === shortName)?.id ?? "";
}

// covers E-12
test("somebody goes by an alias at a client, whose people see nothing else", async ({ open, openNew }) => {
  const admin = await open(people.tenant_admin.email);
  const client = await organizationID(admin, "brightdesk");
  const page = await open(mateo.email);
  const me = await ok<{ version: number }>(await page.request.get("/api/v1/me"));
  await ok(
    await page.request.patch("/api/v1/me", {
      headers: { "If-Match": `"${me.version}"`, "Content-Type": "application/merge-patch+json" },
      data: { locale: "en" },
    }),
  );
  await page.goto("/account?tab=persona");
  const field = page.getByRole("textbox", { name: "Brightdesk" });
  const save = page.getByRole("button", { name: "Save the alias in Brightdesk" });
  await expect(save).toBeDisabled();
  await field.fill("x".repeat(61));
  await expect(page.getByText("1 character too many")).toBeVisible();
  await expect(save).toBeDisabled();
  await field.fill("Anna Porter");
  await save.click();
  await expect(page.getByText("The name in Brightdesk is Anna Porter now.")).toBeVisible();
  await expect(save).toBeDisabled();

  const member = await openNew({
    first_name: "Nora",
    last_name: "Vance",
    email: "nora.vance@brightdesk.example",
    organization_id: client,
    access: ["home"],
  });
  await member.goto("/dashboard/home");
  const team = member.getByRole("listitem").filter({ hasText: "Anna Porter" });
  await expect(team).toContainText("Away"); // as the demo has it
  await expect(member.getByText("Mateo")).toHaveCount(0);
  const home = await (await member.request.get("/api/v1/dashboard/home")).text();
  expect(home).toContain("Anna Porter");
  expect(home).not.toContain("Mateo");

  // Who runs the organization knows both; the company's admin takes the alias away.
  const chief = await open(boss);
  await chief.goto("/admin/users?search=anna+porter");
  const row = chief.getByRole("row").filter({ hasText: mateo.name });
  await expect(row).toContainText("as Anna Porter");
  await admin.goto("/admin/users?search=anna+porter");
  await admin.getByRole("link", { name: mateo.name }).click();
  await admin.getByRole("textbox", { name: "Brightdesk" }).fill("");
  await admin.getByRole("button", { name: "Save the alias in Brightdesk" }).click();
  await expect(admin.getByText("The alias in Brightdesk is gone.")).toBeVisible();
  await member.reload();
  await expect(member.getByText("Hello Nora")).toBeVisible();
  await expect(member.getByText("Anna Porter")).toHaveCount(0);
});

// covers E-12
test("a person says by keyboard whether they are there, and time says more", async ({ open, server }) => {
  const page = await open(people.agent.email);
  await page.goto("/desktop");
  const menu = page.getByRole("button", { name: "Your menu, Kwame Adu-Mensah, Online" });
  await menu.focus();
  await page.keyboard.press("Enter");
  const online = page.getByRole("radio", { name: "Online" });
  await expect(online).toBeChecked();
  await online.focus();
  const stored = page.waitForResponse("**/api/v1/me/presence");
  await page.keyboard.press("ArrowRight");
  expect((await stored).ok()).toBe(true);
  await expect(page.getByRole("radio", { name: "Away" })).toBeChecked();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Your menu, Kwame Adu-Mensah, Away" })).toBeFocused();
  await page.close();

  const other = await open(people.supervisor.email);
  const seen = async (presence: string) => {
    await other.goto("/operations");
    await other.getByRole("searchbox", { name: "Search colleagues" }).fill("kwame");
    await expect(other.getByRole("listitem").filter({ hasText: "Kwame" })).toContainText(presence);
  };
  await seen("Away");
  await server.advance("6m");
  await seen("Offline");
});
