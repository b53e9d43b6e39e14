import { ok } from "../support/api";
import { looker as look } from "../support/screen";
import { expect, people, test } from "../support/test";

// covers E-06, E-07
test("who was deleted is found, with their history, invited again and erased", async ({ open, api }) => {
  const { user } = await api.addUser({
    first_name: "Gerda",
    last_name: "Gone",
    email: "gerda@kestrellane.example",
    user_type: "agent",
  });
  const page = await open(people.tenant_admin.email);
  await page.goto(`/admin/users/${user.id}`);
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: /^Delete / }).click();
  await expect(page).toHaveURL("/admin/users");

  await page.getByRole("combobox", { name: "Status" }).selectOption("Deleted");
  await expect(page).toHaveURL("/admin/users?status=deleted");
  const list = page.getByRole("list", { name: "Deleted people" });
  await page.getByRole("searchbox", { name: "Search name or e-mail" }).fill("gerda");
  await expect(page).toHaveURL("/admin/users?search=gerda&status=deleted");
  await expect(list.getByRole("listitem")).toHaveCount(1);
  await expect(list).toContainText(`by ${people.tenant_admin.name}`);
  await list.getByRole("link", { name: "Gerda Gone" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Gerda Gone");
  const history = page.getByRole("region", { name: "History" });
  await expect(history.getByRole("listitem").first()).toContainText("Deleted a user");
  await look(page)("deleted-person");

  await page.getByRole("button", { name: "Invite again" }).click();
  const panel = page.getByRole("dialog", { name: "Invite people" });
  await expect(panel.getByRole("textbox", { name: "E-mail addresses" })).toHaveValue("gerda@kestrellane.example");
  await panel.getByRole("button", { name: "Send 1 invitation" }).click();
  await expect(page.getByRole("dialog")).toContainText("Kept here");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  // Old links lead to what remains.
  await page.goto(`/admin/users/${user.id}`);
  await expect(page).toHaveURL(`/admin/users/deleted/${user.id}`);
  await page.getByRole("button", { name: "Erase personal data" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Erase 1 person" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/^Erased person/);
  await expect(page.getByText("gerda@kestrellane.example")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Invite again" })).toHaveCount(0);

  // The same address can be somebody's again.
  await api.addUser({ first_name: "Gerda", last_name: "Again", email: "gerda@kestrellane.example", user_type: "agent" });
});

for (const width of [1440, 390]) {
  test(`deleted people can be read by everybody at ${width} px`, async ({ open, api }) => {
    const { user } = await api.addUser({
      first_name: "Wilhelmina-Alexandra",
      last_name: "von und zu Hohenlohe-Langenburg",
      email: `a.very.long.address.of.somebody.${width}@kestrellane.example`,
      user_type: "supervisor",
    });
    const page = await open(people.tenant_admin.email, { viewport: { width, height: 900 } });
    await ok(await page.request.delete(`/api/v1/users/${user.id}`, { headers: { "If-Match": `"${user.version}"` } }));
    await page.goto("/admin/users?status=deleted");
    await expect(page.getByRole("list", { name: "Deleted people" })).toContainText("Hohenlohe");
    await look(page)("deleted-people");
    await page.goto(`/admin/users/deleted/${user.id}`);
    await expect(page.getByRole("region", { name: "History" }).getByRole("listitem").first()).toBeVisible();
    await look(page)("deleted-person");
    await page.goto("/admin/users?status=deleted&search=nobody-of-this-name");
    await expect(page.getByText("Nobody who was deleted matches")).toBeVisible();
  });
}
