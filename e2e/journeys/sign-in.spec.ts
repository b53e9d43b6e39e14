import { ok } from "../support/api";
import { fillSignIn, signIn } from "../support/pages/signin";
import { UsersPage } from "../support/pages/users";
import { demoPassword, expect, people, test } from "../support/test";
import { translated } from "../support/words";

const homes = {
  tenant_admin: "/admin/users",
  bot_admin: "/operations",
  supervisor: "/operations",
  agent: "/desktop",
  analyst: "/analytics",
  viewer: "/operations",
} as const;

// covers D-05
// covers D-12
for (const [type, path] of Object.entries(homes)) {
  test(`a ${type} signs in and lands in the portal of their type`, async ({ open }) => {
    const person = people[type as keyof typeof homes];
    const page = await open(null);
    await signIn(page, person.email, demoPassword);
    await expect(page).toHaveURL(path);
    await expect(page.getByRole("button", { name: `Your menu, ${person.name}` })).toBeVisible();
    if (path !== "/admin/users") {
      await expect(page.getByRole("region", { name: "Who I am" })).toContainText(person.name);
      await expect(page.getByRole("heading", { name: "What I can do here" })).toBeVisible();
    }
  });
}

// covers D-05
test("everybody the demo names can sign in, with the type it names", async ({ server, playwright }) => {
  for (const person of server.signIns) {
    const request = await playwright.request.newContext({ baseURL: server.url });
    const { user_type, ...credentials } = person;
    const session = await ok<{ user: { user_type: string } }>(await request.post("/api/v1/session", { data: credentials }));
    expect(session.user.user_type, person.email).toBe(user_type);
    await request.dispose();
  }
  const types = new Set(server.signIns.map((person) => person.user_type));
  expect([...types].sort()).toEqual([...Object.keys(homes), "member"].sort());
});

test("a person signs in in their language", async ({ open }) => {
  const page = await open(null);
  await signIn(page, "claire.legoff@kestrellane.example", demoPassword);
  await expect(page.locator("html")).toHaveAttribute("lang", "fr");
  await expect(page.getByRole("heading", { name: translated("fr", "What I can do here") })).toBeVisible();
});

test("a wrong password and an unknown address read the same", async ({ open }) => {
  const page = await open(null);
  await signIn(page, people.agent.email, "not the password");
  await expect(page.getByRole("alert")).toHaveText("The e-mail or the password is wrong.");
  await fillSignIn(page, "nobody@kestrellane.example", "not the password");
  await expect(page.getByRole("alert")).toHaveText("The e-mail or the password is wrong.");
});

// covers D-11
test("a suspended person is told so, once they have shown that they know the password", async ({ open, api }) => {
  const user = await api.userOf(people.agent.email);
  await ok(await api.post(`/users/${user.id}/suspend`));
  const page = await open(null);
  await signIn(page, people.agent.email, "not the password");
  await expect(page.getByRole("alert")).toHaveText("The e-mail or the password is wrong.");
  await fillSignIn(page, people.agent.email, demoPassword);
  await expect(page.getByRole("alert")).toContainText("This account is suspended.");
});

//
test("too many wrong passwords make a person wait, and say until when", async ({ open, server }) => {
  const page = await open(null);
  await signIn(page, people.agent.email, "wrong");
  const alert = page.getByRole("alert");
  for (let attempt = 1; attempt < 5; attempt++) {
    await expect(alert).toHaveText("The e-mail or the password is wrong.");
    const answer = page.waitForResponse("**/api/v1/session");
    await fillSignIn(page, people.agent.email, `wrong ${attempt}`);
    await answer;
  }
  await fillSignIn(page, people.agent.email, demoPassword);
  await expect(alert).toHaveText(/^Too many attempts\. Try again at \d/);
  await server.advance("11m");
  await fillSignIn(page, people.agent.email, demoPassword);
  await expect(page).toHaveURL("/desktop");
});

test("an ended session leads to the sign-in page and back to where one was", async ({ open, server }) => {
  const page = await open(people.tenant_admin.email);
  const users = new UsersPage(page);
  await users.goto("?status=suspended&sort=-created");
  await expect(users.names().first()).toBeVisible();
  await server.advance("25h");
  await page.getByRole("button", { name: "Refresh" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await expect(page.getByText("You were signed out.")).toBeVisible();
  await fillSignIn(page, people.tenant_admin.email, demoPassword);
  await expect(page).toHaveURL("/admin/users?status=suspended&sort=-created");
  await expect(users.filter("Status")).toHaveValue("suspended");
});

test("signing out ends the session, also for the pages behind the back button", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  await new UsersPage(page).goto("?search=kwame");
  await page.getByRole("button", { name: /^Your menu/ }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL("/sign-in");
  expect((await page.request.get("/api/v1/session")).status()).toBe(401);
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await expect(page.getByText("You were signed out.")).toBeHidden();
});

test("a link cannot make the sign-in page lead elsewhere", async ({ open, server }) => {
  const page = await open(null);
  await page.goto("/sign-in?redirect=https%3A%2F%2Fexample.com%2F");
  await fillSignIn(page, people.agent.email, demoPassword);
  await expect(page).toHaveURL(`${server.url}/desktop`);
});
