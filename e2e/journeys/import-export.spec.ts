import { readFile } from "node:fs/promises";
import type { Download, Page } from "@playwright/test";
import { signIn } from "../support/pages/signin";
import { UsersPage } from "../support/pages/users";
import { expect, people, test } from "../support/test";

const header = "first_name,last_name,email,user_type,nickname,status,roles,password_hash";
/** A hash that another system made of "correct-horse-battery-7" (bcrypt, cost 10). */
const bcrypt = "$2a$10$3I.XlvQXyUEF1PEeHxwG..k2.sgY22z1zgirxuiQbi6Zvswcs/PL6";

function file(lines: string[]) {
  return { name: "people.csv", mimeType: "text/csv", buffer: Buffer.from([header, ...lines, ""].join("\r\n")) };
}

async function upload(page: Page, lines: string[]): Promise<void> {
  await page.goto("/admin/users/import");
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose a file" }).click();
  await (await chooser).setFiles(file(lines));
  await expect(page).toHaveURL(/id=imp_/);
}

async function text(download: Promise<Download>): Promise<string> {
  return readFile(await (await download).path(), "utf8");
}

test("a file with errors is checked line by line; the good lines are imported and can sign in", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  await upload(page, [
    `Amélie,Poulain,amelie@kestrellane.example,agent,Mélie,active,agent,${bcrypt}`,
    ",Nameless,nameless@kestrellane.example,agent,,active,,",
    "Wrong,Type,wrong.type@kestrellane.example,emperor,,active,,",
    "No,Mail,not-an-address,agent,,active,,",
    `Taken,Address,${people.agent.email},agent,,active,,`,
    "Bruno,Bär,bruno@kestrellane.example,analyst,,suspended,,",
  ]);
  const run = page.getByRole("region", { name: "people.csv" });
  await expect(run).toContainText("Ready to start");
  const report = page.getByRole("region", { name: "Line by line" });
  for (const [line, field] of [
    ["3", "first_name"],
    ["4", "user_type"],
    ["5", "email"],
  ]) {
    const row = report.getByRole("row").filter({ has: page.getByRole("cell", { name: line ?? "", exact: true }) });
    await expect(row).toContainText(field ?? "");
    await expect(row).toContainText("With errors");
  }
  await expect(report.getByRole("row").filter({ has: page.getByRole("cell", { name: "6", exact: true }) })).toBeVisible();
  expect((await page.request.get("/api/v1/users?search=amelie%40")).ok()).toBe(true);

  await run.getByRole("button", { name: /^Import \d+ (person|people)$/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: /^Import \d/ }).click();
  await expect(run).toContainText("Done");
  await expect(run.getByRole("definition").first()).toHaveText("2");
  await run.getByRole("link", { name: "Show the people added" }).click();
  const users = new UsersPage(page);
  await expect(users.row("Amélie Poulain")).toContainText("Active");
  await expect(users.row("Bruno Bär")).toContainText("Suspended");

  const theirs = await open(null);
  await signIn(theirs, "amelie@kestrellane.example", "correct-horse-battery-7");
  await expect(theirs).toHaveURL("/desktop");
});

test("an import runs on when its page is left, and is found again", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  const lines = Array.from({ length: 3000 }, (_, i) => `Import,Person${i},import${i}@kestrellane.example,agent,,active,,`);
  await upload(page, lines);
  const run = page.getByRole("region", { name: "people.csv" });
  await run.getByRole("button", { name: "Import 3,000 people" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Import 3,000 people" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.goto("/admin/users");
  await page.getByRole("link", { name: "Import", exact: true }).click();
  await page.getByRole("link", { name: "people.csv" }).click();
  await expect(run).toContainText("Done");
  await expect(run.getByRole("definition").first()).toHaveText("3,000");
  const stats = (await (await api.get("/users/stats")).json()) as { total: number };
  expect(stats.total).toBe(3060);

  // The same file again adds nobody.
  await upload(page, lines);
  await expect(page.getByText("No line can be imported.")).toBeVisible();
});

test("the template can be downloaded and imported as it is", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  await page.goto("/admin/users/import");
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Template" }).click();
  const template = await text(download);
  expect(template.split("\r\n")[0]).toContain("first_name,last_name,email,user_type");
  await page.locator("input[type=file]").setInputFiles({
    name: "template.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(template),
  });
  await expect(page.getByRole("button", { name: "Import 1 person" })).toBeVisible();
});

test("an export holds what the filters show, and defuses formulas", async ({ open, api }) => {
  const nickname = '=HYPERLINK("https://example.com","x")';
  await api.addUser({
    first_name: "+SUM(1,2)",
    last_name: "Formula",
    email: "formula@kestrellane.example",
    user_type: "agent",
    nickname,
  });
  const page = await open(people.tenant_admin.email);
  const users = new UsersPage(page);
  await users.goto("?search=kestrellane&user_type=agent");
  await expect(users.names().first()).toBeVisible();
  const shown = await users.names().count();
  const dialog = page.getByRole("dialog", { name: "Export" });
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await expect(dialog).toContainText("Search: kestrellane");
  await expect(dialog).toContainText("User type: Agent");
  const csvDownload = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Export", exact: true }).click();
  const csv = await text(csvDownload);
  expect(csv.trim().split(/\r?\n/).length).toBe(shown + 1);
  expect(csv).toContain("'+SUM(1,2)");
  expect(csv).toContain("'=HYPERLINK");
  expect(csv).not.toMatch(/(^|,)"?[=+@]/m);
  expect(csv).not.toContain("$argon2id");

  await expect(dialog).toBeHidden();
  await page.getByRole("button", { name: "Export", exact: true }).click();
  const jsonDownload = page.waitForEvent("download");
  await dialog.getByText("NDJSON").click();
  await dialog.getByRole("button", { name: "Export", exact: true }).click();
  const rows = (await text(jsonDownload)).trim().split("\n");
  expect(rows.length).toBe(shown);
  const formula = rows.map((row) => JSON.parse(row) as { email: string; nickname: string }).find((row) => row.email === "formula@kestrellane.example");
  expect(formula?.nickname).toBe(nickname);
});

// covers E-12
test("a large export goes on when its dialog is closed, and its file is among the exports", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  await upload(
    page,
    Array.from({ length: 2500 }, (_, i) => `Large,Person${i},large${i}@kestrellane.example,agent,,active,,`),
  );
  await page.getByRole("button", { name: "Import 2,500 people" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Import 2,500 people" }).click();
  await expect(page.getByRole("region", { name: "people.csv" })).toContainText("Done");

  await page.goto("/admin/exports");
  await expect(page.getByText("No exports yet")).toBeVisible();
  await page.getByRole("link", { name: "Go to users" }).click();
  await page.getByRole("button", { name: "Export", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Chosen columns").click();
  const columns = dialog.getByRole("group", { name: "Columns" });
  await expect(columns.getByRole("checkbox")).toHaveCount(17); // two of them are the company's own
  for (const box of await columns.getByRole("checkbox").all()) await box.uncheck();
  await expect(dialog).toContainText("Choose at least one column.");
  await expect(dialog.getByRole("button", { name: "Export", exact: true })).toBeDisabled();
  await columns.getByRole("checkbox", { name: "E-mail" }).check();
  await columns.getByRole("checkbox", { name: "Roles" }).check();
  await dialog.getByRole("button", { name: "Export", exact: true }).click();
  await dialog.getByRole("link", { name: "All exports" }).click();

  const row = page.getByRole("list", { name: "Exports" }).getByRole("listitem");
  await expect(row).toContainText("Users · CSV");
  await expect(row).toContainText("2,560 rows");
  await expect(row).toContainText("Ready");
  const download = page.waitForEvent("download");
  await row.getByRole("link", { name: /^Download users-/ }).click();
  const lines = (await text(download)).trim().split("\r\n");
  expect(lines[0]).toBe("email,roles");
  expect(new Set(lines.slice(1)).size).toBe(2560);

  await row.getByRole("button", { name: /^Delete users-/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete the file" }).click();
  await expect(page.getByText("No exports yet")).toBeVisible();
});

test("memberships of a client, invitations and the audit log are exported from their pages", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  const fromPage = async () => {
    const dialog = page.getByRole("dialog", { name: "Export" });
    await page.getByRole("button", { name: "Export", exact: true }).click();
    const download = page.waitForEvent("download");
    await dialog.getByRole("button", { name: "Export", exact: true }).click();
    const content = await text(download);
    await expect(dialog).toBeHidden();
    return content.trim().split(/\r?\n/);
  };
  const { items } = (await (await api.get("/organizations")).json()) as {
    items: { id: string; name: string; is_root: boolean; members_count: number }[];
  };
  const client = items.find((entry) => !entry.is_root && entry.members_count > 0);
  await page.goto(`/admin/organizations?organization=${client?.id}`);
  await expect(page.getByRole("heading", { name: client?.name ?? "", level: 2 })).toBeVisible();
  const memberships = await fromPage();
  expect(memberships[0]).toContain("organization_path,roles,permissions,teams,includes_descendants");
  expect(memberships.length).toBeGreaterThan(client?.members_count ?? 0);
  expect(memberships[1]).toContain(client?.name);

  await page.goto("/admin/invitations");
  const invitations = await fromPage();
  expect(invitations[0]).toMatch(/^id,email,state,.*,mail_state,mail_error$/);

  await page.goto("/admin/audit?action=export.created");
  const events = await fromPage();
  // The two before, and this one.
  expect(events.length).toBeGreaterThanOrEqual(3);
  expect(events[1]).toContain(",export.created,success,");
});
