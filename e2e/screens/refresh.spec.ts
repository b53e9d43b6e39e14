import { looker, viewports } from "../support/screen";
import { expect, people, test } from "../support/test";

test.describe.configure({ mode: "parallel" });

// The console goes by the code; an answer of 5xx would count as a fault of the server itself.
const broken = { status: 400, json: { title: "x", status: 400, code: "internal", request_id: "req_1" } };

for (const viewport of viewports) {
  test(`a list that can't be loaded or refreshed, ${viewport.width} px`, async ({ open }) => {
    const page = await open(people.tenant_admin.email, { viewport });
    const look = looker(page);
    const main = page.getByRole("main");
    await page.goto("/admin/users?search=Kwame");
    await expect(main.getByText(people.agent.name).first()).toBeVisible();
    await page.route("**/api/v1/users?*", (route) => route.fulfill(broken));
    await page.getByRole("button", { name: "Refresh" }).click();
    await expect(main.getByRole("alert")).toContainText("This could not be refreshed");
    await expect(main.getByText(people.agent.name).first()).toBeVisible();
    await look("users-not-refreshed");
    await page.unrouteAll();
    await main.getByRole("alert").getByRole("button", { name: "Try again" }).click();
    await expect(main.getByRole("alert")).toHaveCount(0);

    await page.route("**/api/v1/users/stats*", (route) => route.fulfill(broken));
    await page.route("**/api/v1/users?*", (route) => route.fulfill(broken));
    await page.reload();
    await expect(main.getByRole("alert")).toContainText("Something went wrong");
    await expect(main.getByRole("button", { name: "Load Total again" })).toBeVisible();
    await look("users-not-loaded");
    await page.unrouteAll();
    await main.getByRole("button", { name: "Load Total again" }).click();
    await expect(main.getByRole("button", { name: "Load Total again" })).toHaveCount(0);
  });
}

test("while the console itself is on its way, the page tells that something comes", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  await page.route("**/assets/*.js", async (route) => {
    await arrived;
    await route.continue();
  });
  await page.goto("/admin/users", { waitUntil: "commit" });
  await expect(page.locator("#loading")).toBeVisible();
  await expect(page.locator("#loading")).toHaveCSS("opacity", "1");
  arrive();
  await expect(page.getByRole("heading", { name: "Users", level: 1 })).toBeVisible();
  await expect(page.locator("#loading")).toBeHidden();
});
