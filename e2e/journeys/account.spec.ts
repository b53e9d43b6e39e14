import { fillSignIn, signIn } from "../support/pages/signin";
import { png } from "../support/png";
import { demoPassword, expect, people, test } from "../support/test";
import { translated } from "../support/words";

//
test("a person changes their own name and photo", async ({ open }) => {
  const page = await open(people.agent.email);
  await page.goto("/account");
  const save = page.getByRole("button", { name: "Save" });
  await expect(save).toBeDisabled();
  await page.getByRole("textbox", { name: "First name" }).fill("");
  await expect(page.getByText("Missing: First name")).toBeVisible();
  await page.getByRole("textbox", { name: "First name" }).fill("Kwame Yaw");
  await page.getByRole("textbox", { name: "Nickname" }).fill("Yaw");
  await page.locator("input[type=file]").setInputFiles({
    name: "me.png",
    mimeType: "image/png",
    buffer: png(200, 200, [20, 120, 90], [240, 240, 240]),
  });
  await page.getByRole("button", { name: "Use this photo" }).click();
  await save.click();
  await expect(page.getByText("Your profile is saved.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Your menu, Kwame Yaw Adu-Mensah" })).toContainText("Yaw");
  await expect(page.getByRole("banner").locator("img")).toHaveAttribute("src", /^\/photos\//);
});

//
test("a new e-mail address needs the password, and signs in from then on", async ({ open }) => {
  const page = await open(people.agent.email);
  await page.goto("/account");
  await page.getByRole("textbox", { name: "E-mail" }).fill("kwame@kestrellane.example");
  const save = page.getByRole("button", { name: "Save" });
  await expect(page.getByText("Missing: Current password")).toBeVisible();
  await page.getByRole("textbox", { name: "Current password" }).fill("wrong");
  await save.click();
  await expect(page.getByText("This is not your current password.")).toBeVisible();
  await page.getByRole("textbox", { name: "Current password" }).fill(demoPassword);
  await save.click();
  await expect(page.getByText("Your profile is saved.")).toBeVisible();
  const again = await open(null);
  await signIn(again, "kwame@kestrellane.example", demoPassword);
  await expect(again).toHaveURL("/desktop");
});

//
//
test("a person changes their password; their other sessions end", async ({ open }) => {
  const page = await open(people.agent.email);
  const other = await open(people.agent.email);
  await page.goto("/account?tab=password");
  const change = page.getByRole("button", { name: "Change password" });
  await expect(change).toBeDisabled();
  await page.getByRole("textbox", { name: "Current password" }).fill("wrong");
  await page.getByRole("textbox", { name: "New password" }).fill("orchard-bicycle-lantern-42");
  await change.click();
  await expect(page.getByText("This is not your current password.")).toBeVisible();
  await page.getByRole("textbox", { name: "Current password" }).fill(demoPassword);
  await change.click();
  await expect(page.getByText("Your password is changed.")).toBeVisible();
  expect((await page.request.get("/api/v1/session")).status()).toBe(200);
  expect((await other.request.get("/api/v1/session")).status()).toBe(401);
  await other.goto("/desktop");
  await fillSignIn(other, people.agent.email, demoPassword);
  await expect(other.getByRole("alert")).toHaveText("The e-mail or the password is wrong.");
  await fillSignIn(other, people.agent.email, "orchard-bicycle-lantern-42");
  await expect(other).toHaveURL("/desktop");
});

for (const language of ["de", "es", "fr"] as const) {
  test(`the console speaks ${language}, from the menu and at the next sign-in`, async ({ open }) => {
    const page = await open(people.tenant_admin.email);
    await page.goto("/admin/users?search=kwame");
    await page.getByRole("button", { name: /^Your menu/ }).click();
    const stored = page.waitForResponse(
      (response) => response.url().endsWith("/api/v1/me") && response.request().method() === "PATCH",
    );
    await page.getByRole("combobox", { name: "Language" }).selectOption(language);
    expect((await stored).ok()).toBe(true);
    await expect(page.locator("html")).toHaveAttribute("lang", language);
    await expect(page.getByRole("heading", { level: 1, name: translated(language, "Users") })).toBeVisible();
    await expect(page.getByRole("button", { name: translated(language, "Add user") })).toBeVisible();
    await expect(page.getByRole("row").filter({ hasText: people.agent.email })).toContainText(translated(language, "Active"));
    // The next page speaks it, too.
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: translated(language, "Audit log") }).click();
    await expect(page.getByRole("heading", { level: 1, name: translated(language, "Audit log") })).toBeVisible();
    await expect(page.locator("html")).toHaveAttribute("lang", language);
    const elsewhere = await open(people.tenant_admin.email);
    await elsewhere.goto("/admin/audit");
    await expect(elsewhere.locator("html")).toHaveAttribute("lang", language);
    await expect(elsewhere.getByRole("heading", { level: 1, name: translated(language, "Audit log") })).toBeVisible();
  });
}

test("whoever chooses a language and a theme meanwhile keeps what they typed, and can save it", async ({ open }) => {
  const page = await open(people.agent.email);
  await page.goto("/account");
  await page.getByRole("textbox", { name: "First name" }).fill("Kwame Yaw");
  await page.getByRole("button", { name: /^Your menu/ }).click();
  const stored = () =>
    page.waitForResponse(
      (response) => response.url().endsWith("/api/v1/me") && response.request().method() === "PATCH",
    );
  let kept = stored();
  await page.getByText("Dark", { exact: true }).click();
  expect((await kept).ok()).toBe(true);
  kept = stored();
  await page.getByRole("combobox", { name: "Language" }).selectOption("de");
  expect((await kept).ok()).toBe(true);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("textbox", { name: translated("de", "First name") })).toHaveValue("Kwame Yaw");
  await page.getByRole("button", { name: translated("de", "Save") }).click();
  await expect(page.getByText(translated("de", "Your profile is saved."))).toBeVisible();
  await expect(page.getByRole("button", { name: /Kwame Yaw Adu-Mensah/ })).toBeVisible();
});

test("the theme is kept in the profile", async ({ open }) => {
  const page = await open(people.agent.email);
  await page.goto("/account?tab=appearance");
  const stored = page.waitForResponse(
    (response) => response.url().endsWith("/api/v1/me") && response.request().method() === "PATCH",
  );
  await page.getByText("Dark", { exact: true }).click();
  expect((await stored).ok()).toBe(true);
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
  const elsewhere = await open(people.agent.email);
  await elsewhere.goto("/desktop");
  await expect(elsewhere.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
});

test("a person sees where they are signed in and signs the others out", async ({ open }) => {
  const page = await open(people.agent.email);
  const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";
  const other = await open(people.agent.email, { userAgent: firefox });
  const third = await open(people.agent.email, { userAgent: firefox });
  await page.goto("/account?tab=sessions");
  const here = page.getByRole("listitem").filter({ hasText: "This device" });
  await expect(here).toContainText("127.0.0.1");
  await expect(here.getByRole("button")).toHaveCount(0);
  const foxes = page.getByRole("listitem").filter({ hasText: "Firefox on Linux" }).filter({ hasText: "127.0.0.1" });
  await expect(foxes).toHaveCount(2);
  await foxes.first().getByRole("button").click();
  await page.getByRole("dialog").getByRole("button", { name: "Sign out" }).click();
  await expect(foxes).toHaveCount(1);
  await page.getByRole("button", { name: "Sign out everywhere else" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Sign out everywhere else" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "signed in" })).toHaveCount(1);
  expect((await other.request.get("/api/v1/session")).status()).toBe(401);
  expect((await third.request.get("/api/v1/session")).status()).toBe(401);
  expect((await page.request.get("/api/v1/session")).status()).toBe(200);
});

//
test("a person is told what they can do, and by mail when it changes", async ({ open, api }) => {
  const page = await open(people.agent.email);
  await page.goto("/account?tab=access");
  await expect(page.getByRole("listitem").filter({ hasText: "conversations.handle" })).toContainText("User type: Agent");
  const user = await api.userOf(people.agent.email);
  const role = await api.roleOf("knowledge_editor");
  await api.patch(`/users/${user.id}`, user.version, { role_ids: [role.id] });
  const admin = await open(people.tenant_admin.email);
  await admin.goto("/admin/outbox");
  await expect(admin.getByRole("list", { name: "Mail" }).getByText(people.agent.email).first()).toBeVisible();
  await page.reload();
  await expect(page.getByRole("listitem").filter({ hasText: "knowledge.manage" })).toContainText("Role: Knowledge editor");
});
