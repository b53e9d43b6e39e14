import { ok, type Role } from "../support/api";
import { UsersPage } from "../support/pages/users";
import { expect, people, test } from "../support/test";

type Session = { organization: { id: string } };
type Policy = { version: number; idle_minutes: { own: number | null; effective: number } };

const address = "/admin/users/idle-logout";

// covers E-01
// covers E-08
test("users, invitations and idle logout are tabs of one page, and idle logout is set there", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  const entry = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Users" });
  const tabs = page.getByRole("tablist", { name: "People" }).getByRole("tab");
  await new UsersPage(page).goto();
  await expect(tabs).toHaveText(["Users", "Invitations", "Idle logout"]);
  // By keyboard: each tab is a page, and the next one is an arrow away from it.
  await tabs.filter({ hasText: "Users" }).focus();
  for (const [tab, path] of [
    ["Invitations", "/admin/invitations"],
    ["Idle logout", address],
  ] as const) {
    await page.keyboard.press("ArrowRight");
    await expect(page).toHaveURL(path);
    await expect(page.getByRole("heading", { name: "Users", level: 1 })).toBeVisible();
    await expect(page).toHaveTitle(`${tab} · Users · Kestrel Lane`);
    await expect(tabs.filter({ hasText: tab })).toBeFocused();
    await expect(entry).toHaveAttribute("aria-current", "page");
  }
  await page.reload();
  await expect(page.getByRole("tab", { name: "Idle logout", selected: true })).toBeVisible();

  await expect(page.getByRole("radio", { name: /^Inherited: .* \(from the installation\)$/ })).toBeChecked();
  await page.getByRole("radio", { name: "Set here" }).check();
  const time = page.getByLabel("Sign out after");
  await expect(time.getByRole("option")).toHaveText(["off", "10 minutes", "15 minutes", "30 minutes", "another time"]);
  await time.selectOption({ label: "another time" });
  await page.getByLabel("Minutes, 5 to 480").fill("481");
  await expect(page.getByText("Choose 5 to 480.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Save" })).toBeDisabled();
  await time.selectOption({ label: "15 minutes" });
  await page.getByRole("button", { name: "Save" }).click();
  // Sessions of the demo's people have waited for longer.
  const dialog = page.getByRole("dialog", { name: "Save this policy?" });
  await dialog.getByRole("button", { name: "Save anyway" }).click();
  await expect(page.getByText("The policy is saved.")).toBeVisible();

  const here = (await ok<Session>(await api.get("/session"))).organization.id;
  const { idle_minutes } = await ok<Policy>(await api.get(`/organizations/${here}/policy`));
  expect(idle_minutes).toMatchObject({ own: 15, effective: 15 });
  await page.getByRole("main").getByRole("link", { name: "Policies" }).click();
  await expect(page).toHaveURL("/admin/policies");
  await expect(page.getByRole("radio", { name: "Set here" })).toBeChecked();
  await expect(page.getByLabel("Sign out after")).toHaveValue("15");
});

// covers E-01
// covers E-08
test("saving idle logout says first who is signed out by it", async ({ open, server }) => {
  const waiting = await open(people.agent.email);
  await waiting.goto("about:blank");
  await server.advance("20m");
  const page = await open(people.tenant_admin.email);
  await page.goto(address);
  await page.getByRole("radio", { name: "Set here" }).check();
  await page.getByLabel("Sign out after").selectOption({ label: "15 minutes" });
  await page.getByRole("button", { name: "Save" }).click();
  const dialog = page.getByRole("dialog", { name: "Save this policy?" });
  await expect(dialog).toContainText(people.agent.name);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  expect((await waiting.request.get("/api/v1/session")).status()).toBe(200);
});

// covers E-01
test("a client's people see that idle logout is locked for them from above", async ({ open, api }) => {
  const here = (await ok<Session>(await api.get("/session"))).organization.id;
  const path = `/organizations/${here}/policy`;
  const { version } = await ok<Policy>(await api.get(path));
  await ok(await api.put(path, version, { idle_minutes: { value: 30, locked: true } }));
  const page = await open(people.tenant_admin.email);
  await page.goto(address);
  await page.getByRole("button", { name: /^Organization: .* Switch$/ }).click();
  await page.getByRole("textbox", { name: "Search organizations" }).fill("bright");
  await page.getByRole("button", { name: "Brightdesk" }).last().click();
  await expect(page.getByRole("button", { name: "Organization: Brightdesk. Switch" })).toBeVisible();
  await page.goto(address);
  await expect(page.getByRole("main")).toContainText("It holds in Brightdesk");
  await expect(page.getByRole("main")).toContainText("30 minutes, locked by Kestrel Lane");
  await expect(page.getByRole("radio")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Save" })).toHaveCount(0);
});

// covers E-01
// covers D-12
for (const [what, more, tabs] of [
  ["without the permission for policies", ["users.invite", "users.update"], ["Users", "Invitations"]],
  ["who manages no users", ["policies.manage"], []],
] as const) {
  test(`somebody ${what} has no idle logout among the users`, async ({ openNew, api }) => {
    const role = await ok<Role>(
      await api.post("/roles", {
        name: "Some",
        scope: "organization",
        permissions: ["portals.tenant_admin", "users.read", ...more],
      }),
    );
    const page = await openNew({
      first_name: "Sofie",
      last_name: "Some",
      email: "sofie@kestrellane.example",
      user_type: "agent",
      role_ids: [role.id],
    });
    const users = new UsersPage(page);
    await users.goto();
    await expect(users.names().first()).toBeVisible();
    await expect(page.getByRole("tab")).toHaveText([...tabs]);
    await page.goto(address);
    await expect(page.getByText("You don't have access to this page")).toBeVisible();
    const { organization } = await ok<Session>(await page.request.get("/api/v1/session"));
    const answer = await page.request.get(`/api/v1/organizations/${organization.id}/policy`);
    expect(answer.status()).toBe(tabs.length > 0 ? 403 : 200);
  });
}
