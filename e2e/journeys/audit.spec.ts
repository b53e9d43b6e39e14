import { readFile } from "node:fs/promises";
import type { Locator } from "@playwright/test";
import { ok } from "../support/api";
import { looker as look } from "../support/screen";
import { expect, people, test } from "../support/test";

type Event = { action: string; outcome: string; actor: { name: string }; changes: unknown[] };

test("the audit log is filtered and searched, and an entry opens", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  const user = await api.userOf(people.agent.email);
  await api.patch(`/users/${user.id}`, user.version, { phone: "+44 20 7946 0009" });
  await page.goto("/admin/audit");
  const filters = page.getByRole("search", { name: "Filter events" });
  const events = page.getByRole("main").getByRole("listitem");
  // All filters and the button are in one row.
  const top = async (part: Locator) => (await part.boundingBox())?.y;
  expect(await top(filters.getByRole("button", { name: "Refresh" }))).toBe(await top(filters.getByRole("searchbox")));
  await filters.getByRole("combobox", { name: "Action" }).selectOption({ label: "Edited a user" });
  await expect(page).toHaveURL(/action=user\.updated/);
  await expect(events.first()).toContainText(people.agent.name);
  await expect(events.first()).toContainText(people.tenant_admin.name);
  await events.first().getByRole("button").click();
  await expect(events.first().getByRole("row").filter({ hasText: "phone" })).toContainText("+44 20 7946 0009");
  await expect(events.first()).toContainText("127.0.0.1");
  await page.reload();
  await expect(filters.getByRole("combobox", { name: "Action" })).toHaveValue("user.updated");

  await page.getByRole("button", { name: "Clear filters" }).click();
  await filters.getByRole("combobox", { name: "Outcome" }).selectOption({ label: "Failed" });
  await expect(events.first()).toContainText("Failed");
  for (const text of await events.allInnerTexts()) expect(text).toContain("Failed");
  await filters.getByRole("searchbox").fill("lindqvist");
  await expect(events).toHaveCount(1);
  await expect(events).toContainText("Tobias Lindqvist");
  await filters.getByRole("searchbox").fill("no such thing anywhere");
  await expect(page.getByText("Nothing matches these filters")).toBeVisible();
});

test("a moment among the changes is told as the reader's clock and language have it", async ({ open, api }) => {
  await ok(
    await api.post("/api-keys", { name: "Dated", permissions: ["users.read"], expires_at: "2027-02-01T12:30:00Z" }),
  );
  const page = await open(people.tenant_admin.email);
  await page.goto("/admin/audit?action=api_key.created");
  const entry = page.getByRole("main").getByRole("listitem").filter({ hasText: "Dated" });
  await entry.getByRole("button").first().click();
  await expect(entry.getByRole("row").filter({ hasText: "Expires" })).toContainText(/Feb 1, 2027, \d+:30/);
});

test("an entry leads to the history of a person, an address and a request", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  const user = await api.userOf(people.supervisor.email);
  await api.patch(`/users/${user.id}`, user.version, { phone: "+44 20 7946 0010" });
  await page.goto(`/admin/users/${user.id}?tab=history`);
  await page.getByRole("link", { name: "Search this history in the audit log" }).click();
  await expect(page).toHaveURL(`/admin/audit?user_id=${user.id}`);
  const chips = page.getByRole("list", { name: "Shown alone" });
  await expect(chips).toContainText(`History of ${people.supervisor.name}`);
  const entry = page.getByRole("listitem").filter({ hasText: "Edited a user" }).first();
  await entry.getByRole("button").first().click();
  await entry.getByRole("button", { name: "All of this request" }).click();
  await expect(page).toHaveURL(/request_id=req_/);
  await expect(chips.getByRole("listitem")).toHaveCount(2);
  await look(page)("audit-chips");
  await chips.getByRole("button", { name: /^Request req_/ }).click();
  await expect(page).toHaveURL(`/admin/audit?user_id=${user.id}`);
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(chips).toHaveCount(0);
});

test("the filtered log is downloaded as CSV and NDJSON", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  await page.goto("/admin/audit?outcome=failure");
  const save = async (format: string) => {
    const dialog = page.getByRole("dialog", { name: "Export" });
    await page.getByRole("button", { name: "Export", exact: true }).click();
    await expect(dialog).toContainText("Outcome: Failed");
    const download = page.waitForEvent("download");
    await dialog.getByText(format, { exact: true }).click();
    await dialog.getByRole("button", { name: "Export", exact: true }).click();
    const content = await readFile(await (await download).path(), "utf8");
    await expect(dialog).toBeHidden();
    return content;
  };
  const csv = await save("CSV");
  const lines = csv.trim().split(/\r?\n/);
  expect(lines[0]).toContain("action");
  expect(lines.length).toBeGreaterThan(5);
  const events = (await save("NDJSON"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Event);
  expect(events.length).toBe(lines.length - 1);
  expect(new Set(events.map((event) => event.outcome))).toEqual(new Set(["failure"]));
});

test("every change and sign-in leaves an entry without secrets", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  const { user, temporary_password: password = "" } = await api.addUser({
    first_name: "Audi",
    last_name: "Table",
    email: "audi@kestrellane.example",
    user_type: "agent",
  });
  await page.request.post("/api/v1/session", { data: { email: user.email, password: "wrong-secret-guess" } });
  const history = await (await api.get(`/users/${user.id}/history`)).text();
  const { items } = JSON.parse(history) as { items: Event[] };
  const said = items.map((event) => `${event.action} ${event.outcome}`);
  expect(said).toEqual(expect.arrayContaining(["user.created success", "session.created failure"]));
  expect(password).not.toBe("");
  expect(history).not.toContain(password);
  expect(history).not.toContain("wrong-secret-guess");
});

test("a person without the permission neither sees nor reads the log", async ({ openNew }) => {
  const page = await openNew({
    first_name: "Vera",
    last_name: "Viewer",
    email: "vera@kestrellane.example",
    user_type: "viewer",
  });
  await page.goto("/admin/users");
  await expect(page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Audit log" })).toHaveCount(0);
  expect((await page.request.get("/api/v1/audit-events")).status()).toBe(403);
  expect((await page.request.get("/api/v1/audit-events/export?format=csv")).status()).toBe(403);
});
