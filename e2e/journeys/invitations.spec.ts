import { demoPassword, expect, people, test } from "../support/test";

const address = "maria.ruiz@invited.example";

test("people are invited from a pasted list, join by the link once, and links that were taken back let nobody in", async ({
  open,
}) => {
  const admin = await open(people.tenant_admin.email);
  await admin.goto("/admin/users");
  await admin.getByRole("tab", { name: "Invitations" }).click();
  await admin.getByRole("button", { name: "Invite people" }).first().click();
  const panel = admin.getByRole("dialog", { name: "Invite people" });
  await expect(panel.getByRole("button", { name: /^Send/ })).toBeDisabled();
  await panel.getByRole("textbox", { name: "E-mail addresses" }).fill(`${address}\nnonsense\n${address}`);
  await panel.getByRole("button", { name: "Send 3 invitations" }).click();
  const results = admin.getByRole("list", { name: "Results" });
  await expect(results.getByRole("listitem")).toHaveCount(3);
  await expect(results).toContainText("Not an address");
  await expect(results).toContainText("Twice in the list");
  await admin.getByRole("button", { name: "Done" }).click();
  const row = admin.getByRole("listitem").filter({ hasText: address });
  await expect(row).toContainText("Pending");

  const first = await linkOf(admin);
  await row.getByRole("checkbox").check();
  await admin.getByRole("button", { name: "Resend" }).click();
  await admin.getByRole("button", { name: "Send 1 invitation again" }).click();
  await expect(row).toContainText("sent 2 times");
  const second = await linkOf(admin);
  expect(second).not.toBe(first);

  const guest = await open(null);
  await guest.goto(first);
  await expect(guest.getByRole("heading", { name: "This link doesn't work" })).toBeVisible();
  for (let visit = 0; visit < 2; visit++) {
    await guest.goto("about:blank");
    await guest.goto(second);
    await expect(guest.getByRole("heading", { name: /^Join / })).toBeVisible();
  }
  await guest.getByRole("textbox", { name: "First name" }).fill("María");
  await guest.getByRole("textbox", { name: "Last name" }).fill("Ruiz");
  await guest.getByRole("textbox", { name: "Choose a password" }).fill(`${demoPassword} of mine`);
  await guest.getByRole("button", { name: /^Join / }).click();
  await expect(guest).not.toHaveURL(/invitation/);
  await admin.goto(`/admin/invitations?search=${address}`);
  await expect(row).toContainText("Accepted");
});

/** The link of the newest mail to the invited address, from the outbox. */
async function linkOf(page: import("@playwright/test").Page): Promise<string> {
  const response = await page.request.get("/api/v1/outbox");
  const { items } = (await response.json()) as { items: { to: string; text: string }[] };
  const text = items.find((mail) => mail.to === address)?.text ?? "";
  return text.match(/https?:\/\/\S+\/invitation#token=\S+/)?.[0] ?? "";
}
