import { rowAction, UsersPage } from "../support/pages/users";
import { demoPassword, expect, people, test } from "../support/test";

test("everything on the Users page is reached and left by keyboard", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  const users = new UsersPage(page);
  await users.goto();
  await expect(users.names()).toHaveCount(50);
  const keys = page.keyboard;

  await keys.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to content" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await keys.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await keys.press("Tab");
  await expect(page.getByRole("button", { name: "Export", exact: true })).toBeFocused();

  await keys.press("/");
  await expect(users.search).toBeFocused();
  await keys.type("kestrellane");
  await expect(page).toHaveURL(/search=kestrellane/);
  for (const name of ["Status", "User type", "Role", "Organization", "Team"]) {
    await keys.press("Tab");
    await expect(page.getByRole("combobox", { name, exact: true })).toBeFocused();
  }
  for (const name of ["More filters", "Refresh"]) {
    await keys.press("Tab");
    await expect(page.getByRole("button", { name })).toBeFocused();
  }

  await users.names().first().focus();
  await keys.press("ArrowDown");
  await expect(users.names().nth(1)).toBeFocused();
  await keys.press("ArrowUp");
  await expect(users.names().first()).toBeFocused();
  await keys.press("Enter");
  await expect(page).toHaveURL(/\/admin\/users\/user_/);
});

test("dialogs take the focus, keep it, and give it back", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  const users = new UsersPage(page);
  await users.goto("?search=kwame");
  const keys = page.keyboard;
  const add = page.getByRole("button", { name: "Add user", exact: true });
  await add.focus();
  await keys.press("Enter");
  const panel = page.getByRole("dialog", { name: "Add user" });
  await expect(panel.getByRole("textbox", { name: "First name" })).toBeFocused();
  for (let step = 0; step < 30; step++) {
    await keys.press("Tab");
    expect(await panel.evaluate((dialog) => dialog.contains(document.activeElement))).toBe(true);
  }
  // A letter that is a shortcut elsewhere is a letter in a field.
  await panel.getByRole("textbox", { name: "First name" }).focus();
  await keys.type("n/p");
  await expect(panel.getByRole("textbox", { name: "First name" })).toHaveValue("n/p");
  await keys.press("Escape");
  const discard = page.getByRole("dialog", { name: "Discard your changes?" });
  await expect(discard.getByRole("button", { name: "Keep editing" })).toBeFocused();
  await keys.press("Escape");
  await expect(discard).toBeHidden();
  await expect(panel.getByRole("textbox", { name: "First name" })).toHaveValue("n/p");
  await expect(panel.getByRole("textbox", { name: "First name" })).toBeFocused();
  await keys.press("Escape");
  await discard.getByRole("button", { name: "Discard" }).click();
  await expect(panel).toBeHidden();
  await expect(add).toBeFocused();

  const suspend = page.getByRole("button", { name: `Suspend ${people.agent.name}` });
  await suspend.focus();
  await keys.press("Enter");
  const question = page.getByRole("dialog", { name: `Suspend ${people.agent.name}?` });
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await keys.press("Escape");
  await expect(question).toBeHidden();
  await expect(suspend).toBeFocused();
  await expect(users.row(people.agent.name)).toContainText("Active");

  const more = page.getByRole("button", { name: `Actions for ${people.agent.name}` });
  await more.focus();
  await keys.press("Enter");
  const remove = page.getByRole("menuitem", { name: `Delete ${people.agent.name}` });
  for (let step = 0; step < 6 && !(await remove.evaluate((item) => item === document.activeElement)); step++) {
    await keys.press("ArrowDown");
  }
  await keys.press("Enter");
  const farewell = page.getByRole("dialog", { name: `Delete ${people.agent.name}?` });
  await expect(farewell.getByRole("button", { name: "Cancel" })).toBeFocused();
  await keys.press("Escape");
  await expect(farewell).toBeHidden();
  await expect(more).toBeFocused();

  const edit = page.getByRole("button", { name: `Edit ${people.agent.name}` });
  await edit.focus();
  await keys.press("Enter");
  const form = page.getByRole("dialog", { name: `Edit ${people.agent.name}` });
  await expect(form.getByRole("textbox", { name: "First name" })).toBeFocused();
  await keys.press("Escape");
  await expect(form).toBeHidden();
  await expect(edit).toBeFocused();
});

test("menus open, choose and close by keyboard", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  await new UsersPage(page).goto("?search=kwame");
  const keys = page.keyboard;
  const mine = page.getByRole("button", { name: /^Your menu/ });
  await mine.focus();
  await keys.press("Enter");
  await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
  await keys.press("Escape");
  await expect(page.getByRole("button", { name: "Sign out" })).toBeHidden();
  await expect(mine).toBeFocused();

  await page.getByRole("button", { name: /^Portal:/ }).focus();
  await keys.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Tenant Admin" })).toBeFocused();
  await keys.press("ArrowDown");
  await expect(page.getByRole("menuitem", { name: "Operations" })).toBeFocused();
  await keys.press("Enter");
  await expect(page).toHaveURL("/operations");
});

test("n and p turn pages, and single keys can be switched off", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  const users = new UsersPage(page);
  await users.goto();
  await expect(users.names()).toHaveCount(50);
  await page.keyboard.press("n");
  await expect(users.names()).toHaveCount(10);
  await page.keyboard.press("p");
  await expect(users.names()).toHaveCount(50);
  await page.goto("/account?tab=appearance");
  await page.getByRole("switch", { name: "Keyboard shortcuts" }).uncheck();
  await users.goto();
  await expect(users.names()).toHaveCount(50);
  await page.keyboard.press("/");
  await expect(users.search).not.toBeFocused();
});

test("one signs in by keyboard alone", async ({ open }) => {
  const page = await open(null);
  await page.goto("/sign-in");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  const email = page.getByRole("textbox", { name: "E-mail" });
  for (let step = 0; step < 5 && !(await email.evaluate((field) => field === document.activeElement)); step++) {
    await page.keyboard.press("Tab");
  }
  await expect(email).toBeFocused();
  await page.keyboard.type(people.agent.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(demoPassword);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/desktop");
});

test("on a phone, people are found, opened and suspended", async ({ open }) => {
  const page = await open(people.tenant_admin.email, { viewport: { width: 390, height: 844 }, hasTouch: true });
  await page.goto("/admin/audit");
  await page.getByRole("button", { name: "Open navigation" }).tap();
  await page.getByRole("dialog").getByRole("link", { name: "Users" }).tap();
  await expect(page).toHaveURL("/admin/users");
  // What filters the list is folded away, and stays in sight while it does.
  const filters = page.getByRole("button", { name: /^Filters/ });
  const status = page.getByRole("combobox", { name: "Status" });
  await expect(status).toBeHidden();
  await filters.tap();
  await status.selectOption("Active");
  await expect(filters).toContainText("1");
  await page.reload();
  await expect(status).toHaveValue("active");
  await filters.tap();
  await expect(status).toBeHidden();
  await page.getByRole("button", { name: "Clear filters" }).tap();
  await page.getByRole("searchbox", { name: "Search name or e-mail" }).fill("kwame");
  const card = page.getByRole("listitem").filter({ has: page.getByRole("link", { name: people.agent.name }) });
  await expect(card).toContainText("Active");
  await rowAction(page, `Teams and roles of ${people.agent.name}`);
  const beside = page.getByRole("dialog", { name: people.agent.name });
  await expect(beside.getByRole("region", { name: "Teams" })).toBeVisible();
  await beside.getByRole("button", { name: "Close" }).tap();
  await expect(beside).toBeHidden();
  await card.getByRole("button", { name: `Actions for ${people.agent.name}` }).tap();
  await page.getByRole("menuitem", { name: `Suspend ${people.agent.name}` }).tap();
  await page.getByRole("dialog").getByRole("button", { name: `Suspend ${people.agent.name}` }).tap();
  await expect(card).toContainText("Suspended");
});
