import { ok } from "../support/api";
import { looker, viewports } from "../support/screen";
import { expect, people, test } from "../support/test";

test.describe.configure({ mode: "parallel" });

for (const viewport of viewports) {
  test(`roles and organizations, ${viewport.width} px`, async ({ open, api }) => {
    const page = await open(people.tenant_admin.email, { viewport });
    const look = looker(page);
    await page.goto("/admin/roles");
    await expect(page.getByRole("navigation", { name: "Roles" })).toBeVisible();
    await look("roles");
    const role = await api.roleOf("quality_reviewer");
    await page.goto(`/admin/roles/${role.id}`);
    const detail = page.getByRole("region", { name: "Quality reviewer" });
    await detail.getByRole("textbox", { name: "Name" }).fill("");
    await look("role");
    await detail.getByRole("button", { name: "Delete" }).click();
    await expect(page.getByRole("dialog").getByRole("link", { name: "Claire Le Goff" })).toBeVisible();
    await look("role-held");
    await page.goto("/admin/roles");
    await page.getByRole("button", { name: "New role", exact: true }).click();
    await expect(page.getByRole("dialog", { name: "New role" })).toBeVisible();
    await look("new-role");

    await page.goto("/admin/organizations");
    await expect(page.getByRole("button", { name: /^Brightdesk/ })).toBeVisible();
    await look("organizations");
    await page.getByRole("button", { name: "New client" }).click();
    await expect(page.getByRole("dialog", { name: "New client" })).toBeVisible();
    await look("new-organization");
  });

  test(`audit log, keys and outbox, ${viewport.width} px`, async ({ open }) => {
    const page = await open(people.tenant_admin.email, { viewport });
    const look = looker(page);
    await page.goto("/admin/audit?action=user.updated");
    const event = page.getByRole("main").getByRole("listitem").first();
    await event.getByRole("button").click();
    await expect(event.getByRole("table")).toBeVisible();
    await look("audit");
    await page.goto("/admin/audit?search=nothing-like-this");
    await expect(page.getByText("Nothing matches these filters")).toBeVisible();
    await look("audit-none");

    await page.goto("/admin/api-keys");
    await expect(page.getByRole("button", { name: "New key", exact: true })).toBeVisible();
    await look("keys");
    await page.getByRole("button", { name: "New key", exact: true }).click();
    const panel = page.getByRole("dialog", { name: "New API key" });
    await panel.getByRole("textbox", { name: "Name" }).fill("Nightly report");
    await panel.getByRole("checkbox", { name: "See users" }).check();
    await look("new-key");
    await panel.getByRole("button", { name: "Create key" }).click();
    await expect(page.getByRole("checkbox", { name: "I have copied it" })).toBeVisible();
    await look("key-secret");
    await page.getByRole("checkbox", { name: "I have copied it" }).check();
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "Revoke Nightly report" }).click();
    await look("key-revoke");

    await ok(await page.request.post("/api/v1/password-reset", { data: { email: people.agent.email } }));
    await page.goto("/admin/outbox");
    const mails = page.getByRole("list", { name: "Mail" });
    await expect(mails).toBeVisible();
    await look("outbox");
    await mails.getByRole("button").first().click();
    await expect(page.locator("iframe")).toBeVisible();
    await look("outbox-mail");
  });

  test(`importing, ${viewport.width} px`, async ({ open }) => {
    const page = await open(people.tenant_admin.email, { viewport });
    const look = looker(page);
    await page.goto("/admin/users/import");
    await expect(page.getByRole("button", { name: "Choose a file" })).toBeVisible();
    await look("import");
    const lines = [
      "first_name,last_name,email,user_type",
      "Good,Line,good@kestrellane.example,agent",
      "Wrong,Type,wrong@kestrellane.example,emperor",
      ",,,",
    ];
    await page.locator("input[type=file]").setInputFiles({
      name: "people.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(lines.join("\n")),
    });
    await expect(page.getByText("Ready to start")).toBeVisible();
    await expect(page.getByRole("table")).toBeVisible();
    await look("import-checked");
    await page.getByRole("button", { name: "Import 1 person" }).click();
    await look("import-question");
    await page.getByRole("dialog").getByRole("button", { name: "Import 1 person" }).click();
    await expect(page.getByRole("link", { name: "Show the people added" })).toBeVisible();
    await look("import-done");
  });
}
