import { looker, viewports } from "../support/screen";
import { expect, people, test } from "../support/test";

test.describe.configure({ mode: "parallel" });

const made = {
  id: "exp_01k9z8e4g6j8m0n2q4s6v8x0z2",
  kind: "users",
  format: "csv",
  columns: [],
  filter: {},
  state: "running",
  rows_done: 45_000,
  rows_total: 128_000,
  size_bytes: 7_340_032,
  file_name: "users-2026-03-29.csv",
  failed_reason: null,
  failed_code: "",
  created_at: new Date().toISOString(),
  finished_at: null,
  expires_at: null,
};
const over = { finished_at: made.created_at, expires_at: new Date(Date.now() + 86_000_000).toISOString() };
const all = [
  made,
  { ...made, id: "exp_2", kind: "audit", format: "ndjson", rows_total: null, state: "queued", rows_done: 0 },
  {
    ...made,
    ...over,
    id: "exp_3",
    kind: "memberships",
    state: "ready",
    filter: { search: "Weiß & Söhne", status: "active", user_type: "member" },
  },
  {
    ...made,
    ...over,
    id: "exp_4",
    kind: "invitations",
    state: "failed",
    failed_reason: "The permission for this export was taken away while it was made.",
    failed_code: "permission_lost",
  },
  { ...made, ...over, id: "exp_5", state: "cancelled" },
];

for (const viewport of viewports) {
  test(`exports, ${viewport.width} px`, async ({ open }) => {
    const page = await open(people.tenant_admin.email, { viewport });
    const look = looker(page);
    await page.goto("/admin/exports");
    await expect(page.getByText("No exports yet")).toBeVisible();
    await look("exports-none");

    await page.route("**/api/v1/exports", (route) => route.fulfill({ json: { items: all } }));
    await page.reload();
    await expect(page.getByRole("list", { name: "Exports" }).getByRole("listitem")).toHaveCount(5);
    await look("exports");
    await page.getByRole("button", { name: /^Delete users/ }).first().click();
    await expect(page.getByRole("dialog").getByRole("button", { name: "Delete the file" })).toBeVisible();
    await look("exports-delete");
    await page.unrouteAll();

    await page.goto("/admin/audit?outcome=failure");
    await page.route("**/api/v1/exports", (route) => route.fulfill({ status: 201, json: made }));
    await page.route("**/api/v1/exports/*", (route) => route.fulfill({ json: made }));
    await page.getByRole("button", { name: "Export", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog).toContainText("Outcome: Failed");
    await look("export-audit");
    await dialog.getByRole("button", { name: "Export", exact: true }).click();
    await expect(dialog).toContainText("45,000 of 128,000 rows");
    await look("export-running");
    await page.unrouteAll();

    await page.goto("/admin/organizations");
    await page.getByRole("button", { name: "Export", exact: true }).click();
    await expect(page.getByRole("radio", { name: "Memberships" })).toBeChecked();
    await look("export-memberships");
  });
}
