import { ok } from "../support/api";
import { looker as look } from "../support/screen";
import { expect, people, test } from "../support/test";

// covers E-12
test("the text of a mail is changed beside its preview, sent, and built in again", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  await page.goto("/admin/mail?tab=texts");
  const subject = page.getByRole("textbox", { name: "Subject" });
  const preview = page.getByRole("region", { name: "Preview" });
  const save = page.getByRole("button", { name: "Save the text" });
  await expect(page.getByText("The built-in text.")).toBeVisible();
  await expect(save).toBeDisabled();

  // What cannot be filled in is said at its field, and nothing waits for a preview that does not come.
  await subject.fill("Welcome aboard, {{captain}}");
  await expect(subject).toHaveAttribute("aria-invalid", "true");
  await expect(preview).toContainText("The preview is back once the text is right.");
  await look(page)("mail-text-wrong");

  await subject.fill("Welcome aboard at {{organization}}");
  await expect(preview.getByRole("heading")).toHaveText(/^Welcome aboard at \w/);
  await look(page)("mail-text");
  await save.click();
  await expect(page.getByText("The text is saved. The next mail uses it.")).toBeVisible();
  await expect(page.getByText(/^Your own text, of/)).toBeVisible();
  await ok(await api.post("/invitations", { emails: ["new@kestrellane.example"], user_type: "agent", locale: "en" }));
  const { items } = await ok<{ items: { to: string; subject: string }[] }>(await api.get("/outbox"));
  expect(items.find(({ to }) => to === "new@kestrellane.example")?.subject).toBe("Welcome aboard at Kestrel Lane");

  await page.getByRole("button", { name: "Back to the built-in text" }).click();
  await page.getByRole("button", { name: "Remove your own text" }).click();
  await expect(page.getByText("The built-in text.")).toBeVisible();
  await expect(subject).not.toHaveValue(/aboard/);
});
