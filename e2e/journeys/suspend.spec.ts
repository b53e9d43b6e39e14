import { choosePassword, signIn } from "../support/pages/signin";
import { confirm, takeSecret, UsersPage } from "../support/pages/users";
import { demoPassword, expect, people, test } from "../support/test";

// covers D-01
// covers D-11
test("a suspended person is out at their next step and in again once reactivated", async ({ open }) => {
  const theirs = await open(people.supervisor.email);
  await theirs.goto("/operations");
  await expect(theirs.getByRole("region", { name: "Who I am" })).toBeVisible();

  const page = await open(people.tenant_admin.email);
  const users = new UsersPage(page);
  await users.goto("?search=nkechi");
  const suspended = await users.count("Suspended");
  const active = await users.count("Active");
  await users.act(`Suspend ${people.supervisor.name}`);
  await confirm(page, `Suspend ${people.supervisor.name}?`, `Suspend ${people.supervisor.name}`);
  await expect(users.row(people.supervisor.name)).toContainText("Suspended");
  await expect(users.stat("Suspended")).toHaveText(String(suspended + 1));
  await expect(users.stat("Active")).toHaveText(String(active - 1));

  await theirs.getByRole("link", { name: "My account" }).click();
  await expect(theirs.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await expect(theirs.getByText("You were signed out.")).toBeVisible();
  expect((await theirs.request.get("/api/v1/session")).status()).toBe(401);
  await signIn(theirs, people.supervisor.email, demoPassword);
  await expect(theirs.getByRole("alert")).toContainText("This account is suspended.");

  await users.act(`Reactivate ${people.supervisor.name}`);
  await expect(users.row(people.supervisor.name)).toContainText("Active");
  await expect(users.stat("Suspended")).toHaveText(String(suspended));
  expect((await theirs.request.get("/api/v1/session")).status(), "old sessions stay ended").toBe(401);
  await signIn(theirs, people.supervisor.email, demoPassword);
  await expect(theirs).toHaveURL("/operations");
});

// covers D-10
test("resetting a password ends the old one and all sessions", async ({ open }) => {
  const theirs = await open(people.supervisor.email);
  await theirs.goto("/operations");
  const page = await open(people.tenant_admin.email);
  const users = new UsersPage(page);
  await users.goto("?search=nkechi");
  await users.act(`Reset the password of ${people.supervisor.name}`);
  await confirm(page, `Reset the password of ${people.supervisor.name}?`, "Reset password");
  const password = await takeSecret(page, `Temporary password for ${people.supervisor.name}`);
  expect((await theirs.request.get("/api/v1/session")).status()).toBe(401);
  await signIn(theirs, people.supervisor.email, demoPassword);
  await expect(theirs.getByRole("alert")).toHaveText("The e-mail or the password is wrong.");
  await signIn(theirs, people.supervisor.email, password);
  await choosePassword(theirs, "orchard-bicycle-lantern-42");
  await expect(theirs).toHaveURL("/operations");
});

// covers D-11
test("several people are suspended at once; the result names who could not be and why", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  const users = new UsersPage(page);
  await users.goto("?search=kestrellane&user_type=agent&status=active");
  const chosen = [people.agent.name, "Léa Moreau", "O Min"];
  // What can be done with them appears, and no row moves.
  const first = page.getByRole("checkbox", { name: `Select ${people.agent.name}` });
  const top = () => first.evaluate((node) => node.getBoundingClientRect().top + window.scrollY);
  const before = await top();
  for (const name of chosen) await page.getByRole("checkbox", { name: `Select ${name}` }).check();
  expect(await top()).toBe(before);
  const bar = page.getByRole("region", { name: "Chosen people" });
  await expect(bar).toContainText("3 people chosen");
  await expect(bar).toBeInViewport();
  // Somebody else is quicker with one of them.
  const gone = await api.userOf("o.min@kestrellane.example");
  await api.post("/users/bulk", { action: "delete", ids: [gone.id] });
  await bar.getByRole("button", { name: "Suspend" }).click();
  const question = page.getByRole("dialog", { name: "Suspend 3 people?" });
  for (const name of chosen) await expect(question).toContainText(name);
  await question.getByRole("button", { name: "Suspend 3 people" }).click();
  const result = page.getByRole("dialog", { name: "Not everything could be done" });
  await expect(result).toContainText("2 people were suspended.");
  await expect(result.getByRole("listitem")).toHaveCount(1);
  await expect(result.getByRole("listitem")).toContainText("Somebody has deleted this person");
  await result.getByRole("button", { name: "Close" }).last().click();
  await expect(result).toBeHidden();
  await expect(users.row("Léa Moreau")).toHaveCount(0);
  await users.filter("Status").selectOption("suspended");
  await expect(users.row("Léa Moreau")).toContainText("Suspended");
  await expect(users.row(people.agent.name)).toContainText("Suspended");
});

// covers D-11
test("whoever is chosen on one page is still chosen on the next, and the same is done to all of them", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  const users = new UsersPage(page);
  await users.goto();
  const bar = page.getByRole("region", { name: "Chosen people" });
  const able = page.getByRole("row").filter({ has: page.getByRole("button", { name: /^Suspend / }) });
  const choose = async () => {
    const box = able.nth(1).getByRole("checkbox");
    await box.check();
    return ((await box.getAttribute("aria-label")) ?? "").replace("Select ", "");
  };
  const first = await choose();
  await page.getByRole("button", { name: "Next" }).click();
  await expect(bar).toContainText("1 person chosen, on other pages");
  await expect(page.getByRole("checkbox", { name: `Select ${first}`, exact: true })).toHaveCount(0);
  const second = await choose();
  await expect(bar).toContainText("2 people chosen, 1 of them on other pages");
  await bar.getByRole("button", { name: "Suspend" }).click();
  const question = page.getByRole("dialog", { name: "Suspend 2 people?" });
  await expect(question).toContainText(`${first} and ${second}`);
  await question.getByRole("button", { name: "Suspend 2 people" }).click();
  const result = page.getByRole("dialog", { name: "Done" });
  await expect(result).toContainText("2 people were suspended.");
  await result.getByRole("button", { name: "Close" }).last().click();
  await users.filter("Status").selectOption("suspended");
  await expect(users.row(first)).toContainText("Suspended");
  await expect(users.row(second)).toContainText("Suspended");
  await expect(bar).toHaveCount(0);
});

// covers D-11
test("nobody suspends themselves, and the last admin stays", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  const users = new UsersPage(page);
  await users.goto("?user_type=tenant_admin&status=active");
  await expect(users.row(people.tenant_admin.name)).toBeVisible();
  await expect(page.getByRole("button", { name: `Suspend ${people.secondAdmin.name}` })).toBeVisible();
  await expect(page.getByRole("button", { name: `Suspend ${people.tenant_admin.name}` })).toHaveCount(0);
  await expect(page.getByRole("button", { name: `Actions for ${people.tenant_admin.name}` })).toHaveCount(0);
  const me = await api.userOf(people.tenant_admin.email);
  const answer = await api.post(`/users/${me.id}/suspend`);
  expect([403, 409]).toContain(answer.status());
  await users.act(`Suspend ${people.secondAdmin.name}`);
  await confirm(page, `Suspend ${people.secondAdmin.name}?`, `Suspend ${people.secondAdmin.name}`);
  await expect(users.row(people.secondAdmin.name)).toHaveCount(0);
  expect((await api.get("/session")).status()).toBe(200);
});

// covers D-11
test("a person is deleted, and their address can be added again", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  const users = new UsersPage(page);
  await users.goto("?search=nkechi");
  const total = await users.count("Total");
  const old = await api.userOf(people.supervisor.email);
  await users.act(`Delete ${people.supervisor.name}`);
  await page.getByRole("radio", { name: "It ends" }).check(); // she leads a team
  await confirm(page, `Delete ${people.supervisor.name}?`, `Delete ${people.supervisor.name}`);
  await expect(page.getByText("Nobody matches these filters")).toBeVisible();
  await expect(users.stat("Total")).toHaveText(String(total - 1));
  const form = await users.openAdd();
  await form.fill({ "First name": "Nkechi", "Last name": "Okonkwo", "E-mail": people.supervisor.email });
  await form.button("Create").click();
  await takeSecret(page, `Temporary password for ${people.supervisor.name}`);
  await expect(users.row(people.supervisor.name)).toContainText("Agent");
  expect((await api.userOf(people.supervisor.email)).id).not.toBe(old.id);
  expect((await api.get(`/users/${old.id}`)).status()).toBe(404);
});
