import { ok } from "../support/api";
import { rowAction, takeSecret } from "../support/pages/users";
import { choosePassword, signIn } from "../support/pages/signin";
import { expect, people, test } from "../support/test";

//
//
//
//
//
//
test("a new client gets its first person, who runs it and sees nothing of the others", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  await page.goto("/admin/organizations");
  await expect(page.getByRole("heading", { level: 1, name: "Clients" })).toBeVisible();
  await page.getByRole("button", { name: "New client" }).click();
  const form = page.getByRole("dialog", { name: "New client" });
  await form.getByRole("textbox", { name: "Name", exact: true }).fill("Tidewater Surf");
  await form.getByRole("button", { name: "Create" }).click();
  await expect(page.getByRole("heading", { level: 2, name: "Tidewater Surf" })).toBeVisible();
  await expect(page.getByText("Nobody in Tidewater Surf yet")).toBeVisible();

  // Its passwords are longer than those that are made where nobody asks for more.
  const policy = `/api/v1/organizations/${new URL(page.url()).searchParams.get("organization")}/policy`;
  const etag = (await page.request.get(policy)).headers().etag ?? "";
  await ok(
    await page.request.put(policy, { data: { password_length: { value: 33 } }, headers: { "If-Match": etag } }),
  );
  await page.getByRole("button", { name: "Add user" }).click();
  const add = page.getByRole("dialog", { name: "Add user to Tidewater Surf" });
  await expect(add.getByRole("checkbox", { name: "Org Admin" })).toBeChecked();
  await expect(add.getByText("Reads and edits what the AI agents know.")).toBeVisible();
  await add.getByLabel("Full name").fill("Lani Kealoha");
  await add.getByLabel("E-mail").fill("lani@tidewater.example");
  await add.getByRole("button", { name: "Generate" }).click();
  await add.getByRole("button", { name: "Create" }).click();
  const password = await takeSecret(page, "Temporary password for Lani Kealoha");
  expect(password.length).toBeGreaterThanOrEqual(33);
  await expect(page.getByRole("link", { name: "Lani Kealoha" })).toBeVisible();

  const hers = await open(null);
  await signIn(hers, "lani@tidewater.example", password);
  await choosePassword(hers, "orchard-bicycle-lantern-by-the-river-42");
  await expect(hers).toHaveURL(/\/dashboard/);
  await hers.goto("/admin/organizations");
  await expect(hers.getByRole("button", { name: "Portal: Administration" })).toBeVisible();
  await expect(hers.getByRole("heading", { level: 1, name: "Organization" })).toBeVisible();
  await expect(hers.getByRole("heading", { level: 2, name: "Tidewater Surf" })).toBeVisible();
  await expect(hers.getByText("Brightdesk")).toHaveCount(0);
});

test("staff of the agency switch the organization, and every tab keeps its own", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  await page.goto("/admin/organizations");
  const other = await page.context().newPage();
  await other.goto("/admin/organizations");
  await page.getByRole("button", { name: /^Organization: .* Switch$/ }).click();
  await page.getByRole("textbox", { name: "Search organizations" }).last().fill("bright");
  await page.getByRole("button", { name: "Brightdesk" }).last().click();
  await expect(page.getByRole("button", { name: "Organization: Brightdesk. Switch" })).toBeVisible();
  await page.goto("/admin/organizations");
  await expect(page.getByRole("heading", { level: 1, name: "Organization" })).toBeVisible();
  await other.reload();
  await expect(other.getByRole("heading", { level: 1, name: "Clients" })).toBeVisible();
});

test("an organization is made below another one, and moved, by a part of the name", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  await page.goto("/admin/organizations");
  await page.getByRole("button", { name: "New client" }).click();
  const form = page.getByRole("dialog", { name: "New client" });
  await form.getByRole("textbox", { name: "Name", exact: true }).fill("Tidewater Surf");
  const below = page.getByRole("combobox", { name: "Below" });
  const found = page.getByRole("listbox", { name: "Below" }).getByRole("option");
  await expect(below).toHaveValue("Kestrel Lane");
  await below.fill("volta");
  await expect(found).toHaveText([/^Volta Nord/, /^Volta Nord Hamburg/]);
  await found.first().click();
  await form.getByRole("button", { name: "Create" }).click();
  await expect(page.getByRole("heading", { level: 2, name: "Tidewater Surf" })).toBeVisible();
  const detail = page.getByRole("region", { name: "Tidewater Surf" });
  await expect(detail).toContainText("Kestrel Lane / Volta Nord");

  await page.getByRole("button", { name: "Actions for Tidewater Surf" }).click();
  await page.getByRole("menuitem", { name: "Move" }).click();
  const dialog = page.getByRole("dialog", { name: "Move Tidewater Surf" });
  await expect(below).toHaveValue("Volta Nord");
  await expect(dialog.getByRole("button", { name: "Move" })).toBeDisabled();
  await below.fill("tide");
  await expect(page.getByText("Nothing found")).toBeVisible();
  await below.fill("hamb");
  await expect(found).toHaveText([/^Volta Nord Hamburg/]);
  await found.click();
  await dialog.getByRole("button", { name: "Move" }).click();
  await expect(detail).toContainText("Kestrel Lane / Volta Nord / Volta Nord Hamburg");

  // Nothing goes below what is below it.
  await page.getByRole("button", { name: /^Volta Nord \d/ }).click();
  await page.getByRole("button", { name: "Actions for Volta Nord", exact: true }).click();
  await page.getByRole("menuitem", { name: "Move" }).click();
  await below.fill("tide");
  await expect(page.getByText("Nothing found")).toBeVisible();
  await page.keyboard.press("Escape"); // the choices alone
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();

  // A new client is the company's own, whichever is looked at.
  await page.getByRole("button", { name: "New client" }).click();
  await expect(below).toHaveValue("Kestrel Lane");
  await form.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Actions for Volta Nord", exact: true }).click();
  await page.getByRole("menuitem", { name: "New organization below" }).click();
  await expect(page.getByRole("dialog", { name: "New organization" })).toBeVisible();
  await expect(below).toHaveValue("Volta Nord");
});

test("an organization is deleted with what the preview names", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  await page.goto("/admin/organizations");
  await page.getByRole("button", { name: "Show what is below Volta Nord" }).click();
  await page.getByRole("button", { name: /^Volta Nord Hamburg/ }).click();
  await page.getByRole("button", { name: "Actions for Volta Nord Hamburg" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete Volta Nord Hamburg?" });
  await expect(dialog).toContainText("It has no people and nothing below it.");
  await dialog.getByRole("button", { name: "Delete the organization" }).click();
  await expect(page.getByRole("button", { name: /^Volta Nord Hamburg/ })).toHaveCount(0);
  await expect(page.getByRole("heading", { level: 2, name: "Volta Nord" })).toBeVisible();
});

test("the people of a client fit beside the tree, with everything that can be done with them", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  await page.goto("/admin/organizations");
  await page.getByRole("button", { name: "Brightdesk" }).click();
  const region = page.getByRole("region", { name: "Brightdesk" });
  const menu = region.getByRole("button", { name: /^Actions for / });
  for (const width of [1440, 1280, 1024]) {
    await page.setViewportSize({ width, height: 900 });
    await expect(menu.nth(5)).toBeInViewport({ ratio: 1 });
    const outside = await region.locator("xpath=..").evaluate((pane) => pane.scrollWidth - pane.clientWidth);
    expect(outside, `${width} px`).toBe(0);
  }
  // One below the other, whatever of them is allowed.
  const places = await region.getByRole("row").getByRole("button", { name: /^Edit / }).evaluateAll((buttons) =>
    buttons.map((button) => button.getBoundingClientRect().left),
  );
  expect(new Set(places).size).toBe(1);
  // What can be done with whoever is chosen is in sight, however long the list.
  await page.setViewportSize({ width: 1440, height: 600 });
  await region.getByRole("checkbox", { name: /^Select / }).nth(1).check();
  await expect(menu.last()).not.toBeInViewport();
  await expect(page.getByRole("region", { name: "Chosen people" })).toBeInViewport({ ratio: 1 });
  await rowAction(page, "Access of Olga Kowalczyk");
  await expect(page.getByRole("dialog", { name: /^Access of Olga Kowalczyk/ })).toBeVisible();
});

test("what is changed of one client is not lost on the way to another one", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  await page.goto("/admin/organizations");
  const other = page.getByRole("navigation", { name: "Organizations" }).getByRole("button", { name: /^Volta Nord/ });
  await page.getByRole("button", { name: "Brightdesk" }).click();
  await page.getByRole("tab", { name: "Manage" }).click();
  await page.getByRole("textbox", { name: "Description" }).fill("Lamps");
  await other.click();
  const question = page.getByRole("dialog", { name: "Discard your changes?" });
  await question.getByRole("button", { name: "Keep editing" }).click();
  await expect(page.getByRole("textbox", { name: "Description" })).toHaveValue("Lamps");
  await page.getByRole("button", { name: /^Organization: .* Switch$/ }).click();
  await question.getByRole("button", { name: "Keep editing" }).click();
  await other.click();
  await question.getByRole("button", { name: "Discard" }).click();
  await expect(page.getByRole("heading", { level: 2, name: "Volta Nord" })).toBeVisible();
  await expect(page.getByRole("tab", { name: "Manage" })).toHaveAttribute("aria-selected", "true");
  await page.getByRole("button", { name: "Actions for Volta Nord", exact: true }).click();
  await page.getByRole("menuitem", { name: "Suspend" }).click();
  await expect(page.getByRole("dialog", { name: "Suspend Volta Nord?" })).toContainText(/\d+ people stop working there\./);
});

test("an address that leads nowhere and somebody who is not there are told in their place", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  await page.goto("/admin/nowhere");
  await expect(page.getByText("There is no page at this address")).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Clients" })).toBeVisible();
  await page.goto("/dashboard");
  await expect(page.getByRole("heading", { name: "The company has no dashboard of its own" })).toBeAttached();
  await expect(page.getByRole("alert")).toHaveCount(0);
  await page.goto("/admin/users/user_01jzzzzzzzzzzzzzzzzzzzzzzz");
  await page.getByRole("link", { name: "Back to users" }).click();
  await expect(page).toHaveURL("/admin/users");
});
