import { UsersPage } from "../support/pages/users";
import { expect, people, test } from "../support/test";

//
test("an administrator looks in as somebody else and comes back", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  const users = new UsersPage(page);
  await users.goto("?search=nkechi");
  await users.act(`Log in as ${people.supervisor.name}`);
  const dialog = page.getByRole("dialog", { name: `Log in as ${people.supervisor.name}?` });
  await dialog.getByRole("radio", { name: "Help with a problem" }).check();
  await dialog.getByRole("button", { name: "Log in" }).click();
  const bar = page.getByRole("complementary", { name: "Logged in as somebody else" });
  await expect(bar).toContainText(people.supervisor.name);
  await expect(bar).toContainText(people.tenant_admin.name);
  await expect(bar).toContainText("You can look, not change anything.");
  expect((await page.request.delete("/api/v1/me/sessions")).status()).toBe(403);
  // What is refused says how to go on, above the form that it is about.
  await page.goto("/account");
  await page.getByRole("textbox", { name: "Nickname" }).fill("Nk");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("alert").getByRole("button", { name: "Allow changes" }).click();
  const asks = page.getByRole("dialog", { name: `Allow changes as ${people.supervisor.name}?` });
  await asks.getByRole("button", { name: "Allow changes" }).click();
  await expect(bar).toContainText("logged under both names");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Your profile is saved.")).toBeVisible();
  await bar.getByRole("button", { name: "Back to myself" }).click();
  await expect(bar).toBeHidden();
  await expect(page).toHaveURL(/\/admin/);

  const theirs = await open(people.supervisor.email);
  await theirs.goto("/account?tab=history");
  await expect(theirs.getByText(people.tenant_admin.name).first()).toBeVisible();
});
