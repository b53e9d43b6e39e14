import { readFile } from "node:fs/promises";
import { ok } from "../support/api";
import { confirm, takeSecret, UsersPage } from "../support/pages/users";
import { looker as look } from "../support/screen";
import { expect, people, test } from "../support/test";

type Field = { id: string; key: string; label: string };

// covers E-12
test("a field is defined, asked for, filtered by and exported", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  await page.goto("/admin/fields");
  await page.getByRole("button", { name: "New field" }).click();
  const panel = page.getByRole("dialog", { name: "New field" });
  const add = panel.getByRole("button", { name: "Add field" });
  await expect(add).toBeDisabled();
  await panel.getByRole("textbox", { name: "Name" }).fill("Shirt size");
  await panel.getByRole("combobox", { name: "Kind" }).selectOption("Choice");
  await expect(panel.getByRole("status")).toHaveText("Missing: at least one choice");
  await panel.getByRole("textbox", { name: "Choice 1", exact: true }).fill("Small");
  await panel.getByRole("textbox", { name: "Choice 2", exact: true }).fill("Large");
  await panel.getByRole("textbox", { name: "Choice 2", exact: true }).press("Enter");
  await expect(panel.getByRole("textbox", { name: "Choice 3", exact: true })).toBeFocused();
  await page.keyboard.type("Größe XL");
  await panel.getByRole("checkbox", { name: "Required" }).check();
  await add.click();
  await expect(panel).toBeHidden();
  await expect(page.getByRole("listitem").filter({ hasText: "Shirt size" })).toContainText("Small, Large, Größe XL");

  const users = new UsersPage(page);
  await users.goto();
  await expect(users.table.getByRole("columnheader", { name: "Department" })).toBeVisible();
  await expect(users.table.getByRole("columnheader", { name: "Created" })).toBeVisible();
  const form = await users.openAdd();
  await form.fill({ "First name": "Noor", "Last name": "Haddad", "E-mail": "noor@kestrellane.example" });
  await expect(form.note()).toHaveText("Missing: Shirt size");
  await expect(form.button("Create")).toBeDisabled();
  await form.select("Shirt size").selectOption("Größe XL");
  await form.field("Employee number").fill("KL-9001");
  await form.button("Create").click();
  await takeSecret(page, /Noor Haddad/);

  await page.getByRole("button", { name: "More filters" }).click();
  await page.getByRole("dialog", { name: "More filters" }).getByRole("combobox", { name: "Shirt size" }).selectOption("Größe XL");
  await expect(page).toHaveURL((url) => url.searchParams.get("field.shirt_size") === "grosse_xl");
  await page.keyboard.press("Escape");
  await expect(users.names()).toHaveText(["Noor Haddad"]);
  await page.reload();
  await expect(users.names()).toHaveText(["Noor Haddad"]);

  await page.getByRole("button", { name: "Export", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Export" });
  await expect(dialog).toContainText("Shirt size: Größe XL");
  const download = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Export", exact: true }).click();
  const lines = (await readFile(await (await download).path(), "utf8")).trim().split("\r\n");
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain(",field.department,field.employee_number,field.shirt_size");
  expect(lines[1]).toContain(",,KL-9001,grosse_xl");

  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(users.names().nth(1)).toBeVisible();
  // Who was here before is asked at the next edit, and not broken until then.
  await users.find("kwame");
  const edit = await users.openEdit(people.agent.name);
  await edit.fill({ Nickname: "Kay" });
  await expect(edit.note()).toHaveText("Missing: Shirt size");
  await edit.select("Shirt size").selectOption("Small");
  await edit.button("Save").click();
  await expect(edit.dialog).toBeHidden();
  await users.names().first().click();
  await expect(page.getByRole("definition").filter({ hasText: "Small" })).toBeVisible();
});

// covers E-12
test("a field is ordered, renamed and deleted after saying who loses something", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  await page.goto("/admin/fields");
  const list = page.getByRole("main").getByRole("listitem");
  await expect(list.first()).toContainText("Department");
  await page.getByRole("button", { name: "Move Department down" }).click();
  await expect(list.first()).toContainText("Employee number");
  await page.getByRole("button", { name: "Edit the field Department" }).click();
  const panel = page.getByRole("dialog", { name: "Edit the field Department" });
  await expect(panel.getByRole("button", { name: "Save" })).toBeDisabled();
  // Somebody has it: another name, but not gone.
  await expect(panel.getByRole("button", { name: "Remove Quality" })).toBeDisabled();
  await panel.getByRole("textbox", { name: "Choice 3", exact: true }).fill("Quality & training");
  await panel.getByRole("button", { name: "Save" }).click();
  await expect(list.nth(1)).toContainText("Quality & training");
  const { people: count } = await ok<{ people: number }>(
    await api.get(
      `/custom-fields/${(await ok<{ items: Field[] }>(await api.get("/custom-fields"))).items.find((field) => field.key === "department")?.id}/usage`,
    ),
  );
  expect(count).toBeGreaterThan(20);
  await page.getByRole("button", { name: "Delete the field Department" }).click();
  await expect(page.getByRole("dialog")).toContainText(`${count} people have something in this field.`);
  await confirm(page, "Delete the field Department?", `Delete ${count} values`);
  await expect(list).toHaveCount(1);
  await page.goto("/admin/users");
  await expect(page.getByRole("columnheader", { name: "Status" })).toBeVisible();
  await expect(page.getByRole("columnheader", { name: "Department" })).toHaveCount(0);
  await page.goto("/admin/fields");
  await page.getByRole("button", { name: "Delete the field Employee number" }).click();
  await confirm(page, "Delete the field Employee number?", `Delete ${count} values`);
  await expect(page.getByText("No custom fields yet")).toBeVisible();
  await look(page)("fields-empty");
});

// covers E-12, A-06
test("people of client organizations have the fields, too, and nobody there defines them", async ({ open, api }) => {
  const { items } = await ok<{ items: { id: string; short_name: string }[] }>(await api.get("/organizations"));
  const client = items.find((organization) => organization.short_name === "brightdesk")?.id ?? "";
  const page = await open(people.tenant_admin.email);
  await page.goto(`/admin/organizations?organization=${client}`);
  await page.getByRole("button", { name: "Add user", exact: true }).first().click();
  const panel = page.getByRole("dialog", { name: "Add user to Brightdesk" });
  await panel.getByRole("textbox", { name: "Full name" }).fill("Lea Sommer");
  await panel.getByRole("textbox", { name: "E-mail" }).fill("lea@brightdesk.example");
  await panel.getByRole("combobox", { name: "Department" }).selectOption("Quality");
  await panel.getByRole("button", { name: "Create" }).click();
  await takeSecret(page, /Lea Sommer/);
  const lea = (await api.userOf("lea@brightdesk.example")) as unknown as { custom_fields: Record<string, string> };
  expect(lea.custom_fields).toEqual({ department: "quality" });
});

test("the company's own column is in the list where there is room for it", async ({ open }) => {
  const page = await open(people.tenant_admin.email, { viewport: { width: 1720, height: 900 } });
  const users = new UsersPage(page);
  await users.goto("?search=kwame");
  await expect(users.row(people.agent.name).getByRole("cell", { name: "Customer care" })).toBeVisible();
  await look(page)("field-column");
  await page.setViewportSize({ width: 1440, height: 900 });
  await expect(users.row(people.agent.name).getByRole("cell", { name: "Customer care" })).toBeVisible();
  await page.setViewportSize({ width: 1360, height: 900 });
  await expect(page.getByRole("columnheader", { name: "Department" })).toBeHidden();
  await expect(page.getByRole("columnheader", { name: "Created" })).toBeVisible();
  await expect(users.row(people.agent.name)).toContainText(`${people.agent.email} · Customer care`);
});

for (const width of [1440, 390]) {
  test(`custom fields can be used by everybody at ${width} px`, async ({ open }) => {
    const page = await open(people.tenant_admin.email, { viewport: { width, height: 900 } });
    await page.goto("/admin/fields");
    await expect(page.getByText("Employee number")).toBeVisible();
    await look(page)("fields");
    await page.getByRole("button", { name: "Edit the field Department" }).click();
    await expect(page.getByText(/people have it/).first()).toBeVisible();
    await look(page)("field");
    await page.goto("/admin/users?search=kwame");
    if (width < 768) await page.getByRole("button", { name: "Filters", exact: true }).click();
    await page.getByRole("button", { name: "More filters" }).click();
    await look(page)("field-filters");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Add user", exact: true }).click();
    await page.getByRole("dialog").getByRole("textbox", { name: "Employee number" }).focus();
    await look(page)("field-form");
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("link", { name: people.agent.name }).click();
    await expect(page.getByRole("definition").filter({ hasText: "Customer care" })).toBeVisible();
    await look(page)("field-profile");
  });
}
