import { ok } from "../support/api";
import { looker } from "../support/screen";
import { expect, people, test } from "../support/test";

type Organization = { id: string; name: string };
type User = { id: string };
type Membership = { permissions: string[] };

//
//
test("a review reduces, removes and keeps, and gives a signed report", async ({ open, api }) => {
  const organizations = (await ok(await api.get("/organizations"))) as { items: Organization[] };
  const client = organizations.items.find((entry) => entry.name === "Volta Nord")?.id;
  const add = async (name: string) =>
    (
      (await ok(
        await api.post("/users", {
          first_name: name,
          last_name: "Reviewed",
          email: `${name.toLowerCase()}.reviewed@voltanord.example`,
          user_type: "member",
          organization_id: client,
          permissions: ["dashboard.home", "dashboard.settings"],
        }),
      )) as { user: User }
    ).user;
  const less = await add("Aless");
  const gone = await add("Agone");

  const page = await open(people.tenant_admin.email);
  const look = looker(page);
  await page.goto("/admin/reviews");
  await expect(page.getByText("The next review of Brightdesk is due")).toBeVisible();
  await look("reviews");
  await page.getByRole("button", { name: "Start a review" }).click();
  const panel = page.getByRole("dialog", { name: "Start a review" });
  await panel.getByRole("combobox", { name: "Organization" }).click();
  await panel.getByRole("combobox", { name: "Organization" }).fill("volta");
  await page.getByRole("option", { name: "Volta Nord Kestrel Lane" }).click();
  await panel.getByRole("textbox", { name: "Name" }).fill("Before winter");
  await panel.getByRole("button", { name: "Start review" }).click();
  await expect(page.getByRole("heading", { name: "Before winter" })).toBeVisible();

  const row = (name: string) => page.getByRole("listitem").filter({ hasText: name });
  await row("Aless Reviewed").getByText("Reduce", { exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "What shall Aless Reviewed lose?" });
  await expect(dialog.getByRole("button", { name: "Reduce" })).toBeDisabled();
  await dialog.getByRole("checkbox", { name: "Open the Settings tab" }).check();
  await dialog.getByRole("button", { name: "Reduce" }).click();
  await expect(row("Aless Reviewed")).toContainText("Loses Open the Settings tab");
  await row("Agone Reviewed").getByText("Remove", { exact: true }).click();
  await expect(row("Agone Reviewed")).toContainText("the account is deleted");
  await look("review");

  await page.getByRole("button", { name: "Finish review" }).click();
  const finish = page.getByRole("dialog", { name: "Finish this review?" });
  await expect(finish).toContainText("1 account loses the roles and permissions chosen");
  await expect(finish.getByRole("button", { name: "Finish and apply" })).toBeDisabled();
  await finish.getByRole("checkbox").check();
  await finish.getByRole("button", { name: "Finish and apply" }).click();
  await expect(row("Aless Reviewed")).toContainText("Reduced");
  await expect(row("Agone Reviewed")).toContainText("Account deleted");
  await look("review finished");

  const memberships = (await ok(await api.get(`/users/${less.id}/memberships`))) as { items: Membership[] };
  expect(memberships.items[0]?.permissions).toEqual(["dashboard.home"]);
  expect((await api.get(`/users/${gone.id}`)).status()).toBe(404);

  const link = page.getByRole("link", { name: "Signed report (CSV)" });
  const file = await (await page.request.get((await link.getAttribute("href")) ?? "")).text();
  expect(file).toContain("Aless Reviewed");
  expect(file.trim().split("\n").at(-1)).toMatch(/^signature,[\w-]+\.[\w-]+\.[\w-]+$/);
  const [print] = await Promise.all([
    page.waitForEvent("popup"),
    page.getByRole("link", { name: "Print view" }).click(),
  ]);
  await expect(print.getByRole("heading", { name: "Before winter" })).toBeVisible();
  await expect(print.getByRole("heading", { name: "Proof" })).toBeVisible();
});
