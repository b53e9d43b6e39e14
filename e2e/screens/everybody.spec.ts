import { looker, viewports } from "../support/screen";
import { expect, people, test } from "../support/test";

test.describe.configure({ mode: "parallel" });

for (const viewport of viewports) {
  test(`the account, ${viewport.width} px`, async ({ open }) => {
    const page = await open(people.tenant_admin.email, { viewport });
    const look = looker(page);
    for (const tab of ["profile", "persona", "password", "appearance", "sessions", "access", "keys", "history"]) {
      await page.goto(`/account?tab=${tab}`);
      await expect(page.getByRole("tabpanel")).toBeVisible();
      await look(`account-${tab}`);
    }
  });

  test(`portals and menus, ${viewport.width} px`, async ({ open }) => {
    const page = await open(people.tenant_admin.email, { viewport });
    const look = looker(page);
    await page.goto("/operations");
    await expect(page.getByRole("heading", { name: "Colleagues" })).toBeVisible();
    await look("operations");
    await page.getByRole("button", { name: /^Portal:/ }).click();
    await expect(page.getByRole("menuitem").first()).toBeVisible();
    await look("portal-menu");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /^Your menu/ }).click();
    await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
    await look("user-menu");
    await page.keyboard.press("Escape");
    if (viewport.width < 768) {
      await page.getByRole("button", { name: "Open navigation" }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await look("navigation");
    }
    const agent = await open(people.agent.email, { viewport });
    await agent.goto("/desktop");
    await expect(agent.getByRole("heading", { name: "Colleagues" })).toBeVisible();
    await looker(agent)("agent-desktop");
    await agent.goto("/admin/users");
    await expect(agent.getByText("You don't have access to this page")).toBeVisible();
    await looker(agent)("no-access");
  });

  for (const language of ["de", "es", "fr"]) {
    test(`the Users page in ${language}, ${viewport.width} px`, async ({ open }) => {
      const page = await open(people.tenant_admin.email, { viewport });
      await page.addInitScript((value) => localStorage.setItem("retinue-locale", value), language);
      await page.route("**/api/v1/session", async (route) => {
        const response = await route.fetch();
        const session = await response.json();
        session.user.locale = language;
        await route.fulfill({ response, json: session });
      });
      await page.goto("/admin/users");
      await expect(page.locator("html")).toHaveAttribute("lang", language);
      await expect(page.getByRole("link", { name: people.agent.name })).toBeVisible();
      await looker(page)(`users-${language}`);
    });
  }
}
