import { ok } from "../support/api";
import { rowAction, UserForm, UsersPage } from "../support/pages/users";
import { png } from "../support/png";
import { looker, viewports } from "../support/screen";
import { expect, people, test } from "../support/test";

test.describe.configure({ mode: "parallel" });

for (const viewport of viewports) {
  test(`the Users page, ${viewport.width} px`, async ({ open }) => {
    const page = await open(people.tenant_admin.email, { viewport });
    const look = looker(page);
    const users = new UsersPage(page);
    await users.goto();
    await expect(page.getByRole("link", { name: people.agent.name })).toBeVisible();
    await look("users");
    await page.getByRole("button", { name: "Export", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Export" });
    await dialog.getByText("Chosen columns").click();
    await expect(dialog.getByRole("checkbox", { name: "E-mail" })).toBeVisible();
    await look("users-export");
    await users.goto("?search=kestrellane&user_type=agent&status=active");
    await page.getByRole("checkbox", { name: `Select ${people.agent.name}` }).check();
    await page.getByRole("checkbox", { name: "Select Léa Moreau" }).check();
    // The bar is always in sight. Where all of the list is, too, it covers nothing, which axe would take for small targets.
    await page.setViewportSize({ width: viewport.width, height: 1700 });
    await look("users-chosen");
    const bar = page.getByRole("region", { name: "Chosen people" });
    await bar.getByRole("button", { name: "Change roles" }).click();
    await look("users-bulk-roles");
    await page.getByRole("button", { name: "Cancel" }).click();
    await bar.getByRole("button", { name: "Reset password" }).click();
    await look("users-bulk-question");
    await page.getByRole("button", { name: "Reset 2 passwords" }).click();
    await expect(page.getByText(/shown only this once/)).toBeVisible();
    await look("users-bulk-passwords");
    await page.getByRole("checkbox", { name: "I have copied it" }).check();
    await page.getByRole("button", { name: "Done" }).click();
    await page.setViewportSize(viewport);
    await users.goto("?search=nobody-is-called-this");
    await expect(page.getByText("Nobody matches these filters")).toBeVisible();
    await look("users-none");
  });

  test(`idle logout among the users, ${viewport.width} px`, async ({ open, api, server }) => {
    await open(people.agent.email); // so that there is somebody to sign out
    await server.advance("20m");
    const page = await open(people.tenant_admin.email, { viewport });
    const look = looker(page);
    await page.goto("/admin/users/idle-logout");
    await page.getByRole("radio", { name: "Set here" }).check();
    await page.getByLabel("Sign out after").selectOption({ label: "another time" });
    await page.getByLabel("Minutes, 5 to 480").fill("481");
    await expect(page.getByText("Choose 5 to 480.")).toBeVisible();
    await look("users-idle-wrong");
    await page.getByLabel("Sign out after").selectOption({ label: "15 minutes" });
    await look("users-idle");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("dialog", { name: "Save this policy?" })).toContainText(people.agent.name);
    await look("users-idle-question");
    const { organization } = await ok<{ organization: { id: string } }>(await api.get("/session"));
    const path = `/organizations/${organization.id}/policy`;
    const { version } = await ok<{ version: number }>(await api.get(path));
    await ok(await api.put(path, version, { idle_minutes: { value: 30, locked: true } }));
    const { items } = await ok<{ items: { id: string }[] }>(await api.get("/organizations?search=brightdesk"));
    await page.evaluate((id) => sessionStorage.setItem("retinue.organization", id), items[0]?.id ?? "");
    await page.goto("/admin/users/idle-logout");
    await expect(page.getByText(/locked by/)).toBeVisible();
    await look("users-idle-locked");
  });

  test(`adding and editing a person, ${viewport.width} px`, async ({ open, api }) => {
    const page = await open(people.tenant_admin.email, { viewport });
    const look = looker(page);
    const users = new UsersPage(page);
    await users.goto("?search=kwame");
    const add = await users.openAdd();
    await look("add-user");
    await add.fill({ "First name": "Second", "Last name": "Kwame", "E-mail": people.agent.email });
    await add.button("Create").click();
    await expect(add.dialog.getByText("This is already taken.")).toBeVisible();
    await look("add-user-refused");
    await add.dialog.locator("input[type=file]").setInputFiles({
      name: "photo.png",
      mimeType: "image/png",
      buffer: png(400, 300, [20, 120, 90], [240, 200, 80]),
    });
    await look("crop-photo");
    await page.getByRole("button", { name: "Use this photo" }).click();
    await add.fill({ "E-mail": "second@kestrellane.example" });
    await add.button("Create").click();
    await expect(page.getByRole("dialog", { name: /^Temporary password/ })).toBeVisible();
    await look("temporary-password");
    await page.getByRole("checkbox", { name: "I have copied it" }).check();
    await page.getByRole("button", { name: "Done" }).click();

    await rowAction(page, `Edit ${people.agent.name}`);
    const edit = new UserForm(page, `Edit ${people.agent.name}`);
    await edit.fill({ Phone: "call me" });
    await look("edit-user-wrong");
    await edit.fill({ Phone: "+44 20 7946 0002" });
    const user = await api.userOf(people.agent.email);
    await ok(await api.patch(`/users/${user.id}`, user.version, { phone: "+44 20 7946 0001" }));
    await edit.button("Save").click();
    await expect(page.getByRole("dialog", { name: /^Somebody else changed/ })).toBeVisible();
    await look("edit-user-conflict");
    await page.getByRole("button", { name: "Save mine on top" }).click();
    await expect(edit.dialog).toBeHidden();
    await rowAction(page, `Delete ${people.agent.name}`);
    await expect(page.getByRole("dialog", { name: /^Delete/ })).toBeVisible();
    await look("delete-user");
  });

  test(`a person's own page, ${viewport.width} px`, async ({ open, api }) => {
    const page = await open(people.tenant_admin.email, { viewport });
    const look = looker(page);
    await open(people.supervisor.email); // so that there is a session to see
    const user = await api.userOf(people.supervisor.email);
    await page.goto(`/admin/users/${user.id}`);
    await expect(page.getByRole("definition").first()).toBeVisible();
    await look("user-profile");
    for (const tab of ["access", "sessions", "history"]) {
      await page.goto(`/admin/users/${user.id}?tab=${tab}`);
      await expect(page.getByRole("tabpanel").getByRole("listitem").first()).toBeVisible();
      await look(`user-${tab}`);
    }
    await page.getByRole("tabpanel").getByRole("listitem").first().getByRole("button").click();
    await look("user-history-open");
    await page.goto("/admin/users/user_01jzzzzzzzzzzzzzzzzzzzzzzz");
    await expect(page.getByRole("alert")).toBeVisible();
    await look("user-unknown");
  });
}
