import { ok } from "../support/api";
import { expect, people, test } from "../support/test";

//
// covers D-06
test("a person's page explains each permission and where it came from", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  const user = await api.userOf(people.supervisor.email);
  await page.goto(`/admin/users/${user.id}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(people.supervisor.name);
  await expect(page.getByRole("definition").filter({ hasText: people.supervisor.email })).toBeVisible();
  await page.getByRole("tab", { name: "Access" }).click();
  await expect(page).toHaveURL(/tab=access/);
  const row = (id: string) => page.getByRole("listitem").filter({ has: page.getByText(id, { exact: true }) });
  await expect(row("conversations.monitor")).toContainText("User type: Supervisor");
  await expect(row("reports.read")).toContainText("Role: Quality reviewer");
  await expect(row("users.delete")).toHaveCount(0);
  await page.getByRole("switch", { name: "Show what is not allowed too" }).check();
  await expect(row("users.delete")).toContainText("Nothing grants it");
  await page.getByRole("searchbox", { name: "Search permissions" }).fill("reports.");
  await expect(row("users.delete")).toHaveCount(0);
  await expect(row("reports.read")).toBeVisible();
});

test("what a ceiling takes away is said on the page", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  const user = await api.userOf(people.viewer.email);
  const role = await api.roleOf("people_desk");
  await ok(await api.patch(`/users/${user.id}`, user.version, { role_ids: [role.id] }));
  await page.goto(`/admin/users/${user.id}?tab=access`);
  const row = page.getByRole("listitem").filter({ has: page.getByText("users.create", { exact: true }) });
  await expect(row).toContainText("Role: People desk");
  await expect(row).toContainText("Blocked: the type Viewer doesn't allow this");
});

// covers D-11
test("sessions of a person are listed with device and address, and ended one or all", async ({ open, api }) => {
  const phone = await open(people.agent.email, {
    userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Version/18.6 Mobile/15E148 Safari/604.1",
  });
  const desk = await open(people.agent.email);
  const user = await api.userOf(people.agent.email);
  const page = await open(people.tenant_admin.email);
  await page.goto(`/admin/users/${user.id}?tab=sessions`);
  const iphone = page.getByRole("listitem").filter({ hasText: "127.0.0.1" }).filter({ hasText: /iPhone|iOS/ });
  await iphone.getByRole("button", { name: /^Sign out/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Sign out" }).click();
  await expect(iphone).toHaveCount(0);
  expect((await phone.request.get("/api/v1/session")).status()).toBe(401);
  expect((await desk.request.get("/api/v1/session")).status()).toBe(200);
  await page.getByRole("button", { name: "Sign out everywhere" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Sign out everywhere" }).click();
  await expect(page.getByText("Not signed in anywhere")).toBeVisible();
  expect((await desk.request.get("/api/v1/session")).status()).toBe(401);
});

test("the history of a person shows what was done, by whom, before and after", async ({ open, api }) => {
  const user = await api.userOf(people.agent.email);
  await ok(await api.patch(`/users/${user.id}`, user.version, { nickname: "Storyteller" }));
  const page = await open(people.tenant_admin.email);
  await page.goto(`/admin/users/${user.id}?tab=history`);
  const event = page.getByRole("listitem").filter({ hasText: "Edited a user" }).first();
  await expect(event).toContainText(people.tenant_admin.name);
  await event.getByRole("button").click();
  const change = event.getByRole("row").filter({ hasText: "nickname" });
  await expect(change).toContainText("Kwame");
  await expect(change).toContainText("Storyteller");
});

test("an id that does not exist, or is no id, says so", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  for (const id of ["user_01jzzzzzzzzzzzzzzzzzzzzzzz", "nonsense"]) {
    await page.goto(`/admin/users/${id}`);
    await expect(page.getByRole("alert")).toContainText("This doesn't exist");
  }
  await page.goto("/admin/nowhere");
  await expect(page.getByText("There is no page at this address")).toBeVisible();
});
