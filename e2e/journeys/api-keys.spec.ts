import { ok } from "../support/api";
import { takeSecret } from "../support/pages/users";
import { demoPassword, expect, people, test } from "../support/test";

test("a key is shown once, does what it may, and stops when revoked", async ({ open, server }) => {
  const page = await open(people.tenant_admin.email);
  await page.goto("/admin/api-keys");
  await page.getByRole("button", { name: "New key" }).first().click();
  const panel = page.getByRole("dialog", { name: "New API key" });
  const create = panel.getByRole("button", { name: "Create key" });
  await expect(create).toBeDisabled();
  await panel.getByRole("textbox", { name: "Name" }).fill("Nightly report");
  await expect(panel.getByRole("status")).toHaveText("Missing: at least one permission");
  await panel.getByRole("checkbox", { name: "See users" }).check();
  await create.click();
  const secret = await takeSecret(page, /Nightly report/);
  expect(secret).toMatch(/^rtn_/);
  const row = page.getByRole("listitem").filter({ hasText: "Nightly report" });
  await expect(row).toContainText("Active");
  await expect(row).toContainText("never used");
  expect(await page.content()).not.toContain(secret);

  const call = (path: string, init: RequestInit = {}) =>
    fetch(`${server.url}/api/v1${path}`, { ...init, headers: { Authorization: `Bearer ${secret}` } });
  expect((await call("/users?limit=1")).status).toBe(200);
  expect((await call("/roles")).status, "not among the key's permissions").toBe(403);
  expect((await call("/users/stats", { method: "POST" })).status).toBe(405);
  // Uses are written down a few seconds later, many at once.
  await expect(async () => {
    await page.reload();
    await expect(row).toContainText("See users");
    await expect(row).not.toContainText("never used", { timeout: 1000 });
  }).toPass({ timeout: 60_000 });

  await row.getByRole("button", { name: "Revoke Nightly report" }).click();
  await page.getByRole("button", { name: "Revoke 1 key" }).click();
  await expect(row, "only keys that work are shown").toHaveCount(0);
  await page.getByRole("combobox", { name: "Show" }).selectOption({ label: "Revoked keys" });
  await expect(row).toContainText("Revoked");
  expect((await call("/users?limit=1")).status).toBe(401);
});

test("a key ends with its day and with its owner", async ({ openNew, server, api }) => {
  await ok(
    await api.post("/roles", {
      name: "Key maker",
      code: "key_maker",
      scope: "organization",
      permissions: ["users.read", "api_keys.manage"],
    }),
  );
  const email = "keys@kestrellane.example";
  const page = await openNew({
    first_name: "Kay",
    last_name: "Keys",
    email,
    user_type: "agent",
    role_ids: ["key_maker"],
  });
  const make = async (body: object) => {
    const answer = await page.request.post("/api/v1/api-keys", { data: { permissions: ["users.read"], ...body } });
    return { status: answer.status(), body: (await answer.json()) as { secret: string } };
  };
  const refused = await make({ name: "More than I hold", permissions: ["users.delete"] });
  expect(refused.status).toBe(403);
  const week = new Date(Date.now() + 7 * 24 * 3600_000).toISOString();
  const short = await make({ name: "Short", expires_at: week });
  const long = await make({ name: "Long" });
  expect([short.status, long.status]).toEqual([201, 201]);
  const status = async (secret: string) =>
    (await fetch(`${server.url}/api/v1/users?limit=1`, { headers: { Authorization: `Bearer ${secret}` } })).status;
  expect(await status(short.body.secret)).toBe(200);
  await server.advance("200h");
  expect(await status(short.body.secret)).toBe(401);
  expect(await status(long.body.secret)).toBe(200);
  await api.signIn(people.tenant_admin.email, demoPassword);
  const owner = await api.userOf(email);
  await api.post(`/users/${owner.id}/suspend`);
  expect(await status(long.body.secret)).toBe(401);
});
