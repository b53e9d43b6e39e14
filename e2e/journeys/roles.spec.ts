import { ok, type Role } from "../support/api";
import { UsersPage } from "../support/pages/users";
import { expect, people, test } from "../support/test";

// covers E-09
// covers D-06
test("a role is made, edited, and deleted", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  await page.goto("/admin/roles");
  await page.getByRole("button", { name: "New role", exact: true }).click();
  const panel = page.getByRole("dialog", { name: "New role" });
  const create = panel.getByRole("button", { name: "Create role" });
  await expect(create).toBeDisabled();
  await expect(panel.getByRole("status")).toHaveText("Missing: Name and at least one permission");
  await panel.getByRole("textbox", { name: "Name" }).fill("Übersetzer & Korrektur");
  await expect(panel.getByRole("textbox", { name: "Code" })).toHaveValue("ubersetzer_korrektur");
  await panel.getByRole("textbox", { name: "Description" }).fill("Checks translations.");
  await panel.getByRole("radio", { name: /^Team/ }).check();
  await panel.getByRole("searchbox", { name: "Search permissions" }).fill("knowledge");
  await panel.getByRole("checkbox", { name: /knowledge\.read/ }).or(panel.getByRole("checkbox", { name: "See knowledge" })).first().check();
  await create.click();
  await expect(page).toHaveURL(/\/admin\/roles\/role_/);
  const detail = page.getByRole("region", { name: "Übersetzer & Korrektur" });
  await expect(detail).toContainText("ubersetzer_korrektur");
  await expect(detail).toContainText("Scope: Team");
  expect((await api.roleOf("ubersetzer_korrektur")).permissions).toEqual(["knowledge.read"]);

  await expect(detail.getByRole("button", { name: "Save" })).toBeDisabled();
  await detail.getByRole("textbox", { name: "Name" }).fill("Translator");
  await detail.getByRole("checkbox", { name: "Everything under Analytics" }).check();
  await detail.getByRole("button", { name: "Save" }).click();
  const renamed = page.getByRole("region", { name: "Translator" });
  await expect(renamed).toContainText("ubersetzer_korrektur");
  await expect.poll(async () => (await api.roleOf("ubersetzer_korrektur")).permissions).toContain("analytics.read");

  await renamed.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete the role" }).click();
  await expect(page).toHaveURL("/admin/roles");
  await expect(page.getByRole("navigation", { name: "Roles" }).getByRole("link", { name: "Translator" })).toHaveCount(0);
});

// covers E-09
test("a built-in role is locked, and can be copied into one's own", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  await page.goto("/admin/roles");
  const list = page.getByRole("navigation", { name: "Roles" });
  for (const name of ["Admin", "Manager", "Agent", "Supervisor", "Analyst", "Viewer"]) {
    await expect(list.getByRole("link", { name: new RegExp(`^${name} locked`) })).toBeVisible();
  }
  await list.getByRole("link", { name: /^Supervisor locked/ }).click();
  const detail = page.getByRole("region", { name: "Supervisor" });
  await expect(detail).toContainText("Built in, locked");
  await expect(detail.getByRole("button", { name: /^(Save|Delete)$/ })).toHaveCount(0);
  for (const box of await detail.getByRole("checkbox").all()) await expect(box).toBeDisabled();
  const supervisor = await api.roleOf("supervisor");
  const change = await api.patch(`/roles/${supervisor.id}`, 1, { name: "Boss" });
  expect(change.status()).toBe(403);
  expect(((await change.json()) as { code: string }).code).toBe("locked");

  await detail.getByRole("button", { name: "Copy into a new role" }).click();
  const panel = page.getByRole("dialog", { name: "New role" });
  await expect(panel.getByRole("textbox", { name: "Name" })).toHaveValue("Copy of Supervisor");
  await panel.getByRole("button", { name: "Create role" }).click();
  await expect(page.getByRole("region", { name: "Copy of Supervisor" })).toBeVisible();
  const copy = await api.roleOf("copy_of_supervisor");
  expect([...copy.permissions].sort()).toEqual([...supervisor.permissions].sort());
});

// covers E-09
test("a role that somebody holds is not deleted; it says who holds it", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  const role = await api.roleOf("quality_reviewer");
  await page.goto(`/admin/roles/${role.id}`);
  await page.getByRole("region", { name: role.name }).getByRole("button", { name: "Delete" }).click();
  const dialog = page.getByRole("dialog", { name: "Quality reviewer can't be deleted yet" });
  await expect(dialog.getByRole("link", { name: "Claire Le Goff" })).toBeVisible();
  const answer = await page.request.delete(`/api/v1/roles/${role.id}`, { headers: { "If-Match": '"1"' } });
  expect(answer.status()).toBe(409);
  const problem = (await answer.json()) as { code: string; holders_count: number; holders: { name: string }[] };
  expect(problem.code).toBe("in_use");
  expect(problem.holders.map((holder) => holder.name)).toContain("Claire Le Goff");
  await dialog.getByRole("link", { name: "Show them all" }).click();
  await expect(page).toHaveURL(new RegExp(`role=${role.id}`));
  await expect(page.getByRole("table", { name: /^People/ }).locator("tbody").getByRole("row")).toHaveCount(problem.holders_count);
});

// covers D-06
// covers E-09
test("nobody puts into a role what they don't hold themselves", async ({ openNew, api }) => {
  const role = await ok<Role>(
    await api.post("/roles", {
      name: "Role keeper",
      scope: "organization",
      permissions: ["roles.read", "roles.manage", "roles.assign", "users.read", "portals.tenant_admin"],
    }),
  );
  const page = await openNew({
    first_name: "Rolf",
    last_name: "Keeper",
    email: "rolf@kestrellane.example",
    user_type: "agent",
    role_ids: [role.id],
  });
  await page.goto("/admin/roles");
  await page.getByRole("button", { name: "New role", exact: true }).click();
  const panel = page.getByRole("dialog", { name: "New role" });
  await expect(panel.getByRole("checkbox", { name: "Delete users" })).toBeDisabled();
  await expect(panel.getByRole("checkbox", { name: "See users" })).toBeEnabled();
  await panel.getByLabel("Copy permissions from").selectOption({ label: "Admin" });
  await expect(panel.getByRole("checkbox", { name: "Delete users" })).not.toBeChecked();
  const answer = await page.request.post("/api/v1/roles", {
    data: { name: "Sneaky", scope: "organization", permissions: ["users.delete"] },
  });
  expect(answer.status()).toBe(403);
  const problem = (await answer.json()) as { code: string; detail: string };
  expect(problem.code).toBe("escalation");
  expect(problem.detail).not.toBe("");
  const agent = await api.userOf(people.agent.email);
  const admin = await api.roleOf("admin");
  const grant = await page.request.patch(`/api/v1/users/${agent.id}`, {
    headers: { "Content-Type": "application/merge-patch+json", "If-Match": `"${agent.version}"` },
    data: { role_ids: [admin.id] },
  });
  expect(grant.status()).toBe(403);
});

// covers D-06, D-09
test("many people are given a role and lose another at once, and keep what else they hold", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  const users = new UsersPage(page);
  await users.goto("?search=kestrellane&user_type=agent&status=active");
  for (const name of [people.agent.name, "Elif Çavuşoğlu"]) {
    await page.getByRole("checkbox", { name: `Select ${name}` }).check();
  }
  await page.getByRole("region", { name: "Chosen people" }).getByRole("button", { name: "Change roles" }).click();
  const dialog = page.getByRole("dialog", { name: "Change roles" });
  await expect(dialog).toContainText("the roles they have in Kestrel Lane");
  const pick = async (field: string, role: string) => {
    await dialog.getByRole("combobox", { name: field }).click();
    await page.getByRole("listbox", { name: field }).getByRole("option", { name: role, exact: true }).click();
  };
  await pick("Take away", "Test Agent");
  await expect(dialog).toContainText(`Nothing changes for: ${people.agent.name}`);
  await pick("Give", "Agent");
  await dialog.getByRole("button", { name: "Change roles of 1 person" }).click();
  const done = page.getByRole("dialog", { name: "Done" });
  await expect(done).toContainText("The roles of 1 person were changed.");
  await done.getByRole("button", { name: "Close" }).last().click();
  await expect(users.row("Elif Çavuşoğlu").getByText("Test Agent")).toHaveCount(0);
  const { roles } = await api.userOf("elif.cavusoglu@kestrellane.example");
  expect(roles.map((role) => role.code)).toEqual(["agent"]);
});

// covers D-06, D-09
test("whoever runs a client gives its people roles there, and not those that are more than theirs", async ({ open }) => {
  const page = await open("tamsin.entwistle@brightdesk.example");
  const users = new UsersPage(page);
  await users.goto("?status=active");
  await page.getByRole("checkbox", { name: "Select Emeka Nwosu" }).check();
  await page.getByRole("button", { name: "Change roles" }).click();
  const dialog = page.getByRole("dialog", { name: "Change roles" });
  await expect(dialog).toContainText("the roles they have in Brightdesk");
  await dialog.getByRole("combobox", { name: "Give" }).click();
  const offered = page.getByRole("listbox", { name: "Give" });
  await expect(offered.getByRole("option", { name: "Admin", exact: true })).toHaveCount(0);
  await offered.getByRole("option", { name: "Supervisor", exact: true }).click();
  await dialog.getByRole("button", { name: "Change roles of 1 person" }).click();
  await page.getByRole("dialog", { name: "Done" }).getByRole("button", { name: "Close" }).last().click();
  await expect(users.row("Emeka Nwosu")).toContainText("Supervisor");
});

// covers D-06, D-09
test("among the people of one client alone, it is the client in which roles change", async ({ open, api }) => {
  const { items } = await ok<{ items: { id: string; name: string }[] }>(await api.get("/organizations"));
  const client = items.find((item) => item.name === "Brightdesk");
  const path = `/users/${(await api.userOf(people.agent.email)).id}`;
  // Somebody of the company who belongs to the client, too.
  await ok(await api.put(`${path}/memberships/${client?.id}`, (await api.userOf(people.agent.email)).version, {}));
  const page = await open(people.tenant_admin.email);
  const users = new UsersPage(page);
  await users.goto(`?organization=${client?.id}`);
  await page.getByRole("checkbox", { name: `Select ${people.agent.name}` }).check();
  await page.getByRole("button", { name: "Change roles" }).click();
  const dialog = page.getByRole("dialog", { name: "Change roles" });
  await expect(dialog).toContainText("the roles they have in Brightdesk");
  await dialog.getByRole("combobox", { name: "Give" }).click();
  await page.getByRole("listbox", { name: "Give" }).getByRole("option", { name: "Supervisor", exact: true }).click();
  await dialog.getByRole("button", { name: "Change roles of 1 person" }).click();
  await expect(page.getByRole("dialog", { name: "Done" })).toContainText("The roles of 1 person were changed.");
  type Held = { organization: { name: string }; roles: { code: string }[] };
  const held = await ok<{ items: Held[] }>(await api.get(`${path}/memberships`));
  const codes = Object.fromEntries(held.items.map((m) => [m.organization.name, m.roles.map((role) => role.code)]));
  expect(codes).toEqual({ "Kestrel Lane": ["agent"], Brightdesk: ["supervisor"] });
});
