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
  const lead = (await ok(
    await api.post("/roles", { name: "Floor lead", code: "floor_lead", scope: "team", permissions: ["audit.read"] }),
  )) as { id: string };
  const team = (await ok(await api.post("/teams", { name: "Winter shift", organization_id: client }))) as {
    id: string;
  };
  await ok(await api.put(`/teams/${team.id}/members/${less.id}`, 1, { role_id: lead.id }));

  const page = await open(people.tenant_admin.email);
  const look = looker(page);
  await page.goto("/admin/reviews");
  await expect(page.getByText("The next review of Brightdesk is due")).toBeVisible();
  await page.getByRole("button", { name: "Start the review of Brightdesk" }).click();
  const again = page.getByRole("dialog", { name: "Start a review" });
  await expect(again.getByRole("combobox", { name: "Organization" })).toHaveValue("Brightdesk");
  await again.getByRole("button", { name: "Cancel" }).click();
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
  await dialog.getByRole("checkbox", { name: "Floor lead in team Winter shift" }).check();
  await dialog.getByRole("button", { name: "Reduce" }).click();
  await expect(row("Aless Reviewed")).toContainText("Loses Floor lead in team Winter shift and Open the Settings tab");
  await row("Agone Reviewed").getByText("Remove", { exact: true }).click();
  await expect(row("Agone Reviewed")).toContainText("the account is deleted");
  await look("review");
  // Staff of the company who act here by a membership there.
  await page.getByText("From further up", { exact: true }).click();
  await expect(page.getByText("Access from Kestrel Lane, which includes everything below it").first()).toBeVisible();
  await expect(page.getByText("changes the membership in Kestrel Lane").first()).toBeVisible();
  await look("review from above");
  await page.getByText("All", { exact: true }).click();

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
  const members = (await ok(await api.get(`/teams/${team.id}/members`))) as { items: { role: unknown }[] };
  expect(members.items).toMatchObject([{ role: null }]);
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
