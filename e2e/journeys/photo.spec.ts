import { ok } from "../support/api";
import { UsersPage } from "../support/pages/users";
import { png } from "../support/png";
import { expect, people, test } from "../support/test";

const red = [200, 30, 30];
const blue = [30, 30, 200];

/** The size of a picture as the browser decoded it; [0, 0] while it has not. */
const size = (image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight];

// covers D-09
test("a photo is chosen with the picker, cropped square and shown at once", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  const users = new UsersPage(page);
  await users.goto("?search=claire.legoff");
  const form = await users.openEdit("Claire Le Goff");
  const chooser = page.waitForEvent("filechooser");
  await form.dialog.getByRole("button", { name: /^(Change|Choose) photo$/ }).click();
  await (await chooser).setFiles({ name: "wide.png", mimeType: "image/png", buffer: png(640, 320, red, blue) });
  const crop = page.getByRole("dialog", { name: "Crop the photo" });
  await crop.getByRole("slider").press("ArrowRight");
  await crop.getByRole("img", { name: /^The part of the picture/ }).press("ArrowLeft");
  await crop.getByRole("button", { name: "Use this photo" }).click();
  await expect(crop).toBeHidden();
  await expect(form.dialog.locator("img")).toHaveAttribute("src", /^blob:/);
  const before = await users.row("Claire Le Goff").locator("img").getAttribute("src");
  await form.button("Save").click();
  await expect(form.dialog).toBeHidden();
  const image = users.row("Claire Le Goff").locator("img");
  await expect(image).not.toHaveAttribute("src", before ?? "");
  await expect(image).toHaveAttribute("src", /^\/photos\//);
  await expect.poll(() => image.evaluate(size)).not.toEqual([0, 0]);
  const [width, height] = (await image.evaluate(size)) as [number, number];
  expect(width).toBe(height);

  const stranger = await open(null);
  const answer = await stranger.request.get((await image.getAttribute("src")) ?? "");
  expect(answer.ok(), "photos are for the tenant's own people").toBe(false);
});

// covers D-04
test("a photo is dropped on the Add user form", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  const users = new UsersPage(page);
  await users.goto("?search=kwame");
  const form = await users.openAdd();
  await form.fill({ "First name": "Dora", "Last name": "Dropper", "E-mail": "dora@kestrellane.example" });
  const bytes = [...png(300, 500, blue, red)];
  const transfer = await page.evaluateHandle((data) => {
    const dropped = new DataTransfer();
    dropped.items.add(new File([new Uint8Array(data)], "tall.png", { type: "image/png" }));
    return dropped;
  }, bytes);
  const target = form.dialog.getByText("or drop a picture here");
  await target.dispatchEvent("dragover", { dataTransfer: transfer });
  await target.dispatchEvent("drop", { dataTransfer: transfer });
  await page.getByRole("button", { name: "Use this photo" }).click();
  await expect(form.dialog.locator("img")).toHaveAttribute("src", /^blob:/);
  await form.button("Create").click();
  await page.getByRole("checkbox", { name: "I have copied it" }).check();
  await page.getByRole("button", { name: "Done" }).click();
  await users.find("dora@");
  await expect(users.row("Dora Dropper").locator("img")).toHaveAttribute("src", /^\/photos\//);
});

// covers D-09
test("what is no picture is refused with words, and the photo can be removed", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  const users = new UsersPage(page);
  await users.goto("?search=ines.marchetti");
  const form = await users.openEdit(people.tenant_admin.name);
  const input = form.dialog.locator("input[type=file]");
  await input.setInputFiles({ name: "cv.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7") });
  await expect(form.dialog.getByRole("alert")).toHaveText("Choose a JPEG, PNG, WebP or GIF picture.");
  await input.setInputFiles({ name: "fake.png", mimeType: "image/png", buffer: Buffer.from("not a picture") });
  await expect(form.dialog.getByRole("alert")).toHaveText("This picture can't be read.");
  const me = await api.userOf(people.tenant_admin.email);
  const refused = await page.request.put(`/api/v1/users/${me.id}/photo`, {
    headers: { "Content-Type": "image/png" },
    data: Buffer.from("not a picture"),
  });
  expect([415, 422]).toContain(refused.status());
  await form.dialog.getByRole("button", { name: "Remove" }).click();
  await form.button("Save").click();
  await expect(form.dialog).toBeHidden();
  await expect(users.row(people.tenant_admin.name).locator("img")).toHaveCount(0);
  const user = await ok<{ photo_url: string | null }>(await api.get(`/users/${me.id}`));
  expect(user.photo_url).toBeNull();
});
