import { ok } from "../support/api";
import { UsersPage } from "../support/pages/users";
import { expect, people, test } from "../support/test";

// covers C-04
// covers D-08
// covers D-09
test("a person is edited; saving needs a change, and the type can't be one", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  const users = new UsersPage(page);
  await users.goto("?search=kwame");
  const form = await users.openEdit(people.agent.name);
  const save = form.button("Save");
  await expect(form.note()).toHaveText("Nothing has changed yet.");
  await expect(save).toBeDisabled();
  await expect(form.field("Type")).toHaveAttribute("readonly", "");
  await expect(form.dialog.getByText(/give this account another e-mail address or delete it/)).toBeVisible();
  await form.fill({ "First name": "" });
  await expect(form.note()).toHaveText("Missing: First name");
  await expect(save).toBeDisabled();
  await form.fill({ "First name": "Kwame Kofi", Phone: "+44 20 7946 0000", "External ID": "crm-1" });
  await form.addRole("Knowledge editor");
  await save.click();
  await expect(form.dialog).toBeHidden();
  await expect(users.row("Kwame Kofi Adu-Mensah")).toContainText("Knowledge editor");

  const user = await api.userOf(people.agent.email);
  const answer = await api.patch(`/users/${user.id}`, user.version, { user_type: "tenant_admin" });
  expect(answer.status()).toBe(422);
  const problem = (await answer.json()) as { code: string; errors: { pointer: string }[] };
  expect(problem.errors[0]?.pointer).toBe("/user_type");
  expect((await api.userOf(people.agent.email)).user_type).toBe("agent");
});

// covers D-09
test("of two admins who edit one person, the second sees what the first changed and decides", async ({ open }) => {
  const first = new UsersPage(await open(people.tenant_admin.email));
  const second = new UsersPage(await open(people.secondAdmin.email));
  await first.goto("?search=kwame");
  await second.goto("?search=kwame");
  const mine = await second.openEdit(people.agent.name);
  await mine.fill({ Phone: "+44 20 7946 0002", Nickname: "Kofi" });

  const theirs = await first.openEdit(people.agent.name);
  await theirs.fill({ Phone: "+44 20 7946 0001" });
  await theirs.button("Save").click();
  await expect(theirs.dialog).toBeHidden();

  await mine.button("Save").click();
  const conflict = second.page.getByRole("dialog", { name: `Somebody else changed ${people.agent.name}` });
  const row = conflict.getByRole("row").filter({ hasText: "Phone" });
  await expect(row).toContainText("+44 20 7946 0001");
  await expect(row).toContainText("+44 20 7946 0002");
  await conflict.getByRole("button", { name: "Save mine on top" }).click();
  await expect(mine.dialog).toBeHidden();
  const saved = await second.openEdit(people.agent.name);
  await expect(saved.field("Phone")).toHaveValue("+44 20 7946 0002");
  await expect(saved.field("Nickname")).toHaveValue("Kofi");
});

// covers D-09
test("the second admin can also take what the first saved", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  const users = new UsersPage(page);
  await users.goto("?search=kwame");
  const form = await users.openEdit(people.agent.name);
  await form.fill({ Nickname: "Mine" });
  const user = await api.userOf(people.agent.email);
  await ok(await api.patch(`/users/${user.id}`, user.version, { nickname: "Theirs" }));
  await form.button("Save").click();
  await page.getByRole("button", { name: "Take theirs and start again" }).click();
  await expect(form.field("Nickname")).toHaveValue("Theirs");
  await form.fill({ Nickname: "Agreed" });
  await form.button("Save").click();
  await expect(form.dialog).toBeHidden();
  const again = await users.openEdit(people.agent.name);
  await expect(again.field("Nickname")).toHaveValue("Agreed");
});

// covers D-09
test("without If-Match nothing is changed, and a stale one gets the present state", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  const user = await api.userOf(people.agent.email);
  const bare = await page.request.patch(`/api/v1/users/${user.id}`, {
    headers: { "Content-Type": "application/merge-patch+json" },
    data: { nickname: "X" },
  });
  expect(bare.status()).toBe(428);
  await ok(await api.patch(`/users/${user.id}`, user.version, { nickname: "Newer" }));
  const stale = await api.patch(`/users/${user.id}`, user.version, { nickname: "Older" });
  expect(stale.status()).toBe(412);
  expect(((await stale.json()) as { current: { nickname: string } }).current.nickname).toBe("Newer");
});

// covers D-11
test("status can be changed in the form, too", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  const users = new UsersPage(page);
  await users.goto("?search=kwame");
  const form = await users.openEdit(people.agent.name);
  await form.select("Status").selectOption("suspended");
  await expect(form.dialog.getByText(/their sessions end when you save/)).toBeVisible();
  await form.button("Save").click();
  await expect(users.row(people.agent.name)).toContainText("Suspended");
  expect((await api.userOf(people.agent.email)).status).toBe("suspended");
});

// covers D-09
// covers E-05
test("of somebody who belongs to two organizations, the roles here are edited, and those there stay there", async ({
  open,
  api,
}) => {
  const { items } = await ok<{ items: { id: string; name: string }[] }>(await api.get("/organizations"));
  const client = items.find((item) => item.name === "Volta Nord");
  if (!client) throw new Error("there is no client organization");
  const user = await api.userOf(people.agent.email);
  const there = `/users/${user.id}/memberships/${client.id}`;
  await ok(await api.put(there, user.version, { role_ids: ["viewer"] }));

  const page = await open(people.tenant_admin.email);
  const users = new UsersPage(page);
  await users.goto("?search=kwame");
  const form = await users.openEdit(people.agent.name);
  await expect(form.dialog.getByText("Viewer", { exact: true })).toHaveCount(0);
  await form.fill({ Nickname: "Two" });
  await form.button("Save").click();
  await expect(form.dialog).toBeHidden();

  const before = await ok<{ roles: { code: string }[] }>(await api.get(there));
  expect(before.roles.map((role) => role.code)).toEqual(["viewer"]);
  const now = await api.userOf(people.agent.email);
  expect(now.here?.roles.some((role) => role.code === "viewer")).toBe(false);
  expect(now.here?.roles.length).toBe(user.roles.length);

  // The panel beside the list offers the role here, too.
  await page.getByRole("row").filter({ hasText: people.agent.email }).click();
  const panel = page.getByRole("dialog", { name: people.agent.name });
  await expect(panel.getByLabel(/^Roles in /).first()).toBeVisible();
});
