import type { Locator, Page } from "@playwright/test";
import { type Api, ok } from "../support/api";
import { rowAction } from "../support/pages/users";
import { looker } from "../support/screen";
import { expect, people, test } from "../support/test";

type Item = { id: string; version: number; name: string };

const told = /^Somebody else changed this in the meantime/;

async function first(api: Api, path: string, named: (item: Item) => boolean = () => true): Promise<Item> {
  const { items } = await ok<{ items: Item[] }>(await api.get(path));
  const item = items.find(named);
  if (!item) throw new Error(`${path} is empty`);
  return item;
}

const organization = (api: Api, name: string) => first(api, "/organizations", (item) => item.name === name);

/** Looks at what is on screen, on a desk and on a phone. */
async function look(page: Page, name: string): Promise<void> {
  await looker(page)(name);
  await page.setViewportSize({ width: 390, height: 844 });
  await looker(page)(name);
  await page.setViewportSize({ width: 1440, height: 900 });
}

/** Presses twice: the first time somebody else was quicker. */
async function twice(button: Locator, within: Page | Locator): Promise<void> {
  await button.click();
  await expect(within.getByRole("alert").filter({ hasText: told })).toBeVisible();
  await button.click();
}

test("what somebody else has changed of a team, a field or a role meanwhile is told, and the second Save works", async ({
  open,
  api,
}) => {
  const page = await open(people.tenant_admin.email);
  const save = page.getByRole("dialog").getByRole("button", { name: "Save" });

  const team = await first(api, "/teams");
  await page.goto(`/admin/teams/${team.id}`);
  await page.getByRole("button", { name: "Edit", exact: true }).click();
  await page.getByRole("textbox", { name: "Description" }).fill("mine");
  await ok(await api.patch(`/teams/${team.id}`, team.version, { name: "Theirs" }));
  await twice(save, page.getByRole("dialog"));
  const region = page.getByRole("region", { name: "Theirs" });
  await expect(region).toContainText("mine");

  const field = await first(api, "/custom-fields");
  await page.goto("/admin/fields");
  await page.getByRole("button", { name: "Edit the field Department" }).click();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Unit");
  await ok(await api.patch(`/custom-fields/${field.id}`, field.version, { in_table: false, required: true }));
  await twice(save, page.getByRole("dialog"));
  await expect(page.getByRole("listitem").filter({ hasText: "Unit" })).toContainText("Required");

  const role = await ok<Item>(await api.post("/roles", { name: "Callers", scope: "organization", permissions: ["users.read"] }));
  await page.goto(`/admin/roles/${role.id}`);
  await page.getByRole("textbox", { name: "Description" }).fill("mine");
  await ok(await api.patch(`/roles/${role.id}`, role.version, { name: "Theirs" }));
  await twice(page.getByRole("main").getByRole("button", { name: "Save" }), page);
  await expect(page.getByText("The role Theirs is saved.")).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Description" })).toHaveValue("mine");
});

test("the same of a tab and an announcement, and the dashboard shows it at once", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  const client = await organization(api, "Brightdesk");
  await page.goto("/admin/tabs");
  // Once it is there it says no more of its own where one acts.
  await expect(page.getByRole("button", { name: "New tab" })).toBeVisible();
  await page.evaluate((id) => sessionStorage.setItem("retinue.organization", id), client.id);
  await page.goto("/dashboard");
  await expect(page.getByRole("heading", { name: "Your team" })).toBeVisible();
  const portal = async (name: string) => {
    await page.getByRole("button", { name: /^Portal: / }).click();
    await page.getByRole("menuitem", { name: new RegExp(name) }).click();
  };
  await portal("Admin");
  await page.getByRole("link", { name: "Dashboard tabs" }).click();
  await page.getByRole("button", { name: "New tab" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Title" }).fill("Lamps");
  await dialog.getByRole("textbox", { name: "Address" }).fill("https://lamps.example/");
  await dialog.getByRole("button", { name: "Add tab" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "lamps.example" })).toBeVisible();
  await portal("Dashboard");
  await expect(page.getByRole("navigation").getByRole("link", { name: "Lamps" })).toBeVisible();

  await portal("Admin");
  await page.getByRole("link", { name: "Dashboard tabs" }).click();
  await page.getByRole("button", { name: "Edit Lamps" }).click();
  await dialog.getByRole("textbox", { name: "Title" }).fill("Lights");
  const tab = await ok<{ id: string; version: number }>(
    await page.request.get("/api/v1/tabs").then(async (answer) => {
      const { items } = (await answer.json()) as { items: { id: string; title: string; version: number }[] };
      return page.request.get(`/api/v1/tabs/${items.find(({ title }) => title === "Lamps")?.id}`);
    }),
  );
  await ok(await api.patch(`/tabs/${tab.id}`, tab.version, { icon: "cart" }));
  await twice(dialog.getByRole("button", { name: "Save" }), dialog);
  await expect(page.getByText("The tab Lights is saved.")).toBeVisible();
  await page.getByRole("button", { name: "Delete Lights" }).click();
  await ok(await api.patch(`/tabs/${tab.id}`, tab.version + 2, { icon: "book" }));
  await twice(dialog.getByRole("button", { name: "Delete 1 tab" }), dialog);
  await expect(page.getByText("The tab Lights is gone from all dashboards.")).toBeVisible();
});

test("the same of a policy, and of what somebody may do at a client", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  const client = await organization(api, "Brightdesk");
  const address = `/organizations/${client.id}/policy`;
  await page.goto(`/admin/policies?org=${client.id}`);
  await page.getByRole("radio", { name: "Set here" }).check();
  const { version } = await ok<Item>(await api.get(address));
  await ok(await api.put(address, version, { password_length: { value: 20 } }));
  await twice(page.getByRole("button", { name: "Save" }), page);
  await expect(page.getByText("The policy is saved.")).toBeVisible();
  await expect
    .poll(async () => (await ok<{ password_length: { own: number } }>(await api.get(address))).password_length.own)
    .toBe(20);

  await page.goto(`/admin/organizations?organization=${client.id}`);
  await rowAction(page, "Access of Olga Kowalczyk");
  const dialog = page.getByRole("dialog", { name: /^Access of Olga Kowalczyk/ });
  const box = dialog.getByRole("checkbox", { name: "Analytics", exact: true });
  const wanted = !(await box.isChecked());
  await box.setChecked(wanted);
  const olga = await first(api, "/users?search=olga+kowalczyk");
  await ok(await api.patch(`/users/${olga.id}`, olga.version, { nickname: "Olia" }));
  await twice(dialog.getByRole("button", { name: "Save" }), dialog);
  await expect(page.getByText("The access of Olga Kowalczyk is changed.")).toBeVisible();
});

test("the same when a person is deleted, and an organization is moved or goes", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  const dialog = page.getByRole("dialog");
  const kwame = await api.userOf(people.agent.email);
  await page.goto("/admin/users?search=kwame");
  await rowAction(page, `Delete ${people.agent.name}`);
  await expect(dialog.getByRole("button", { name: `Delete ${people.agent.name}` })).toBeVisible();
  const ends = dialog.getByRole("radio", { name: "It ends" });
  await ok(await api.patch(`/users/${kwame.id}`, kwame.version, { nickname: "Kay" }));
  if (await ends.isVisible()) await ends.check();
  await twice(dialog.getByRole("button", { name: `Delete ${people.agent.name}` }), dialog);
  await expect(page.getByText(`${people.agent.name} is deleted.`)).toBeVisible();

  const hamburg = await organization(api, "Volta Nord Hamburg");
  await page.goto(`/admin/organizations?organization=${hamburg.id}`);
  await page.getByRole("button", { name: "Actions for Volta Nord Hamburg" }).click();
  await page.getByRole("menuitem", { name: "Move" }).click();
  await page.getByRole("combobox", { name: "Below" }).fill("bright");
  await page.getByRole("listbox", { name: "Below" }).getByRole("option").first().click();
  await ok(await api.patch(`/organizations/${hamburg.id}`, hamburg.version, { description: "North" }));
  await twice(dialog.getByRole("button", { name: "Move" }), dialog);
  await expect(page.getByText("Volta Nord Hamburg is moved.")).toBeVisible();
  await page.getByRole("button", { name: "Actions for Volta Nord Hamburg" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await ok(await api.patch(`/organizations/${hamburg.id}`, hamburg.version + 2, { description: "South" }));
  await twice(dialog.getByRole("button", { name: "Delete the organization" }), dialog);
  await expect(page.getByText("Volta Nord Hamburg is deleted.")).toBeVisible();
});

test("two who change a client's description see both, and what was typed is not lost", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  const client = await organization(api, "Brightdesk");
  await page.goto(`/admin/organizations?organization=${client.id}&tab=manage`);
  await page.getByRole("textbox", { name: "Description" }).fill("Lamps");
  await ok(await api.patch(`/organizations/${client.id}`, client.version, { description: "Desks" }));
  await page.getByRole("button", { name: "Save" }).click();
  const conflict = page.getByRole("dialog", { name: "Somebody else changed Brightdesk" });
  const row = conflict.getByRole("row").filter({ hasText: "Description" });
  await expect(row).toContainText("Desks");
  await expect(row).toContainText("Lamps");
  await look(page, "organization-conflict");
  await conflict.getByRole("button", { name: "Save mine on top" }).click();
  await expect(page.getByText("Brightdesk is saved.")).toBeVisible();
  await expect(page.getByRole("region", { name: "Brightdesk" })).toContainText("Lamps");

  // Where both changed something else, the form has theirs, too, and what was typed.
  await page.getByRole("textbox", { name: "Description" }).fill("Lamps and desks");
  const saved = await organization(api, "Brightdesk");
  await ok(await api.patch(`/organizations/${saved.id}`, saved.version, { name: "Brightdesk Ltd" }));
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert").filter({ hasText: told })).toBeVisible();
  await expect(page.getByRole("alert").filter({ hasText: told })).toBeInViewport();
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toHaveValue("Brightdesk Ltd");
  await look(page, "organization-changed-meanwhile");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Brightdesk Ltd is saved.")).toBeVisible();
});
