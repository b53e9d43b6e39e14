import { fillSignIn } from "../support/pages/signin";
import { demoPassword, expect, people, test } from "../support/test";

//
test("a forgotten password is replaced by the link in the mail, once", async ({ open }) => {
  const theirs = await open(null);
  const old = await open(people.agent.email);
  await theirs.goto("/sign-in");
  await theirs.getByRole("link", { name: "Forgot your password?" }).click();
  await expect(theirs.getByRole("heading", { name: "Forgot your password?" })).toBeVisible();
  await theirs.getByRole("textbox", { name: "E-mail" }).fill(people.agent.email);
  await theirs.getByRole("button", { name: "Send the link" }).click();
  await expect(theirs.getByRole("heading", { name: "Check your mail" })).toBeVisible();

  const admin = await open(people.tenant_admin.email);
  await admin.goto("/admin/outbox");
  const mails = admin.getByRole("list", { name: "Mail" }).getByRole("button").filter({ hasText: people.agent.email });
  await mails.first().click();
  await expect(mails.first()).toContainText(/Kept here|Waiting/);
  const link = admin.frameLocator("iframe").getByRole("link", { name: /password/i }).first();
  const opened = admin.context().waitForEvent("page");
  await link.click();
  const page = await opened;
  await expect(page.getByRole("heading", { name: "Choose a new password" })).toBeVisible();
  const address = page.url();
  const save = page.getByRole("button", { name: "Save the new password" });
  await expect(save).toBeDisabled();
  await page.getByRole("textbox", { name: "New password" }).fill("orchard-bicycle-lantern-42");
  await save.click();
  await expect(page.getByText("Your password is changed. Sign in with the new one.")).toBeVisible();
  await fillSignIn(page, people.agent.email, "orchard-bicycle-lantern-42");
  await expect(page).toHaveURL("/desktop");
  expect((await old.request.get("/api/v1/session")).status()).toBe(401);

  const again = await open(null);
  await again.goto(address);
  await expect(again.getByRole("heading", { name: "This link doesn't work" })).toBeVisible();
  await again.goto("/sign-in");
  await fillSignIn(again, people.agent.email, demoPassword);
  await expect(again.getByRole("alert")).toHaveText("The e-mail or the password is wrong.");
});

test("an unknown address is answered the same and gets no mail", async ({ open }) => {
  const page = await open(null);
  await page.goto("/forgot-password");
  await page.getByRole("textbox", { name: "E-mail" }).fill("stranger@kestrellane.example");
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(page.getByRole("heading", { name: "Check your mail" })).toBeVisible();
  const admin = await open(people.tenant_admin.email);
  await admin.goto("/admin/outbox");
  await expect(admin.getByRole("heading", { name: "Outbox" })).toBeVisible();
  await expect(admin.getByText("stranger@kestrellane.example")).toHaveCount(0);
});

test("a link that is too old does not work any more", async ({ open, server }) => {
  const page = await open(people.tenant_admin.email);
  await page.request.post("/api/v1/password-reset", { data: { email: people.agent.email } });
  const list = await page.request.get("/api/v1/outbox");
  const { items } = (await list.json()) as { items: { to: string; text: string }[] };
  const text = items.find((mail) => mail.to.includes(people.agent.email))?.text ?? "";
  const path = /\/reset-password#token=\S+/.exec(text)?.[0] ?? "";
  expect(path).not.toBe("");
  await server.advance("25h");
  const theirs = await open(null);
  await theirs.goto(path);
  await expect(theirs.getByRole("heading", { name: "This link doesn't work" })).toBeVisible();
});
