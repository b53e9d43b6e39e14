import { expect, people, test } from "../support/test";

test("a mail is in sight wherever it is in the list, and takes the place of the list on a phone", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  await page.goto("/admin/outbox");
  const mails = page.getByRole("list", { name: "Mail" }).getByRole("button");
  await expect(mails).toHaveCount(50);
  await mails.nth(40).click();
  const title = page.getByRole("heading", { level: 2 });
  await expect(mails.nth(40)).toContainText((await title.textContent()) ?? "-");
  await expect(title).toBeInViewport({ ratio: 1 });

  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/admin/outbox");
  await expect(title).toHaveCount(0);
  // One sees a mail before one taps it: only then does the browser tell where the list was.
  await mails.nth(30).scrollIntoViewIfNeeded();
  await expect(mails.nth(30)).toBeInViewport();
  await mails.nth(30).click();
  await expect(title).toBeInViewport({ ratio: 1 });
  await expect(mails).toHaveCount(0);
  await page.getByRole("button", { name: "Back to the list" }).click();
  await expect(mails.nth(30)).toBeInViewport();
});
