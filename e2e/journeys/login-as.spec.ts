import type { Page } from "@playwright/test";
import { fillSignIn } from "../support/pages/signin";
import { UsersPage } from "../support/pages/users";
import { demoPassword, expect, people, test } from "../support/test";

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
  // It is there where there is no page, too, and the way back leads to where all this began.
  await page.goto("/nowhere");
  await expect(page.getByText("There is no page at this address")).toBeVisible();
  await bar.getByRole("button", { name: "Back to myself" }).click();
  await expect(bar).toBeHidden();
  await expect(page).toHaveURL(/\/admin\/users\?search=nkechi$/);

  const theirs = await open(people.supervisor.email);
  await theirs.goto("/account?tab=history");
  await expect(theirs.getByText(people.tenant_admin.name).first()).toBeVisible();
});

//
test("every tab of a browser acts as whoever is signed in now", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  const beside = await page.context().newPage();
  await beside.goto("/admin/roles");
  await expect(beside.getByRole("heading", { level: 1, name: "Roles" })).toBeVisible();
  const logIn = async () => {
    const users = new UsersPage(page);
    await users.goto("?search=nkechi");
    await users.act(`Log in as ${people.supervisor.name}`);
    await page.getByRole("dialog").getByRole("button", { name: "Log in" }).click();
    await expect(barOf(page)).toBeVisible();
  };
  const barOf = (tab: Page) => tab.getByRole("complementary", { name: "Logged in as somebody else" });
  await logIn();
  await expect(barOf(beside)).toContainText(people.supervisor.name);
  await barOf(page).getByRole("button", { name: "Back to myself" }).click();
  await expect(barOf(beside)).toBeHidden();
  await expect(beside.getByRole("heading", { level: 1, name: "Roles" })).toBeVisible();

  // What somebody types is not lost to that.
  await beside.goto("/account");
  const firstName = beside.getByRole("textbox", { name: "First name" });
  await firstName.fill("Inès");
  await logIn();
  const notice = beside.getByRole("dialog", { name: `You are signed in as ${people.supervisor.name} now` });
  await expect(notice).toBeVisible();
  await barOf(page).getByRole("button", { name: "Back to myself" }).click();
  await expect(notice).toBeHidden();
  await expect(firstName).toHaveValue("Inès");
  await logIn();
  await notice.getByRole("button", { name: `Go on as ${people.supervisor.name}` }).click();
  await expect(barOf(beside)).toContainText(people.supervisor.name);
  await barOf(beside).getByRole("button", { name: "Back to myself" }).click();
  await expect(barOf(page)).toBeHidden();

  // Signing out and in.
  await beside.goto("/admin/roles");
  await page.goto("/account");
  await page.getByRole("button", { name: `Your menu, ${people.tenant_admin.name}` }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(beside.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await expect(beside.getByText("You were signed out.")).toBeHidden();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await fillSignIn(page, people.secondAdmin.email, demoPassword);
  await expect(beside).toHaveURL(/\/admin\/roles/);
  await expect(beside.getByRole("button", { name: `Your menu, ${people.secondAdmin.name}` })).toBeVisible();
});
