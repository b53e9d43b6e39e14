import { UsersPage } from "./support/pages/users";
import { expect, people, test } from "./support/test";

test("the Users page of the demo, for the README", async ({ open }) => {
  const page = await open(people.tenant_admin.email, { colorScheme: "light" });
  const users = new UsersPage(page);
  await users.goto();
  await expect(users.names()).toHaveCount(50);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  const photos = users.table.locator("img");
  for (const photo of await photos.all()) {
    await expect.poll(() => photo.evaluate((image: HTMLImageElement) => image.complete)).toBe(true);
  }
  await page.mouse.move(0, 0);
  const path = new URL("../docs/images/users.png", import.meta.url).pathname;
  await page.screenshot({ path, animations: "disabled", scale: "css" });
});
