import type { Page } from "@playwright/test";
import { type Api, ok, type User } from "../support/api";
import { rowAction } from "../support/pages/users";
import { looker } from "../support/screen";
import { expect, people, test } from "../support/test";

type Named = { id: string; name: string };

async function organizationOf(api: Api, name: string): Promise<string> {
  const { items } = await ok<{ items: Named[] }>(
    await api.get(`/organizations?search=${encodeURIComponent(name)}`),
  );
  return items.find((entry) => entry.name === name)?.id ?? "";
}

/** Adds somebody to a client organization, who has a team and an alias there. */
async function addAda(api: Api, organization_id: string): Promise<User> {
  const { user } = await api.addUser({
    first_name: "Ada",
    last_name: "Byron",
    email: "ada.byron@brightdesk.example",
    user_type: "member",
    organization_id,
    access: ["home", "knowledge"],
  });
  const team = await ok<Named>(await api.post("/teams", { name: "Engines", organization_id }));
  await ok(await api.put(`/teams/${team.id}/members/${user.id}`, 0, {}));
  const version = await versionOf(api, user);
  await ok(await api.patch(`/users/${user.id}/memberships/${organization_id}`, version, { alias: "Countess" }));
  return user;
}

const versionOf = async (api: Api, user: User) =>
  (await ok<User>(await api.get(`/users/${user.id}`))).version;

/** Looks at what is on screen, on a desk and on a phone. */
async function look(page: Page, name: string): Promise<void> {
  await looker(page)(name);
  const desk = page.viewportSize() ?? { width: 1440, height: 900 };
  await page.setViewportSize({ width: 390, height: 844 });
  await looker(page)(name);
  await page.setViewportSize(desk);
}

//
//
// covers E-05
test("a person is added to an organization, given access there, and taken out of another one", async ({
  open,
  api,
}) => {
  const brightdesk = await organizationOf(api, "Brightdesk");
  const ada = await addAda(api, brightdesk);
  const page = await open(people.tenant_admin.email);
  await page.goto(`/admin/users/${ada.id}`);
  await page.getByRole("tab", { name: "Organizations" }).click();
  await expect(page).toHaveURL(/tab=organizations/);
  const list = page.getByRole("list", { name: "Organizations of Ada Byron" });
  const row = (name: string) => list.getByRole("listitem").filter({ hasText: name });
  await expect(row("Brightdesk")).toContainText("Home and Knowledge Base");
  await expect(row("Brightdesk")).toContainText("Kestrel Lane");
  // The only one can't be left.
  await expect(page.getByRole("button", { name: "Remove Ada Byron from Brightdesk" })).toHaveCount(0);

  await page.getByRole("button", { name: "Add to an organization" }).click();
  const add = page.getByRole("dialog", { name: "Add Ada Byron to an organization" });
  await expect(add.getByRole("button", { name: "Add" })).toBeDisabled();
  await expect(add).toContainText("Missing: Organization");
  const place = add.getByRole("combobox", { name: "Organization" });
  await place.fill("bright");
  await page.getByRole("option", { name: /^Brightdesk/ }).click();
  await expect(add).toContainText("Ada Byron belongs to Brightdesk already.");
  // Nobody works there yet: the first one is suggested to run it.
  await place.fill("hamb");
  await page.getByRole("option", { name: /^Volta Nord Hamburg/ }).click();
  await expect(add.getByRole("checkbox", { name: "Org Admin" })).toBeChecked();
  // Not everything has an effect everywhere.
  await place.fill("marrow");
  await page.getByRole("option", { name: /^Marrow & Mint/ }).click();
  await expect(add.getByRole("checkbox", { name: "Org Admin" })).not.toBeChecked();
  await expect(add.getByRole("checkbox", { name: "Home" })).toBeChecked();
  await expect(add.getByText("No effect at present: the organization does not have this feature.")).toHaveCount(3);
  await add.getByRole("checkbox", { name: "Analytics" }).check();
  await look(page, "add-to-organization");
  await add.getByRole("button", { name: "Add", exact: true }).click();
  await expect(row("Marrow")).toContainText("Home and Analytics");
  await look(page, "user-organizations");

  await page.getByRole("button", { name: /^Edit access to Marrow/ }).click();
  const edit = page.getByRole("dialog", { name: "Access of Ada Byron in Marrow & Mint" });
  await expect(edit.getByRole("button", { name: "Save" })).toBeDisabled();
  await edit.getByRole("checkbox", { name: "Analytics" }).uncheck();
  await edit.getByRole("checkbox", { name: "Also in the organizations below" }).check();
  await look(page, "edit-access");
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(row("Marrow")).toContainText("And everything below");
  await expect(row("Marrow")).not.toContainText("Analytics");

  await page.getByRole("tab", { name: "Access" }).click();
  const where = page.getByRole("combobox", { name: "What counts in" });
  const knowledge = page.getByRole("listitem").filter({ has: page.getByText("knowledge.manage", { exact: true }) });
  await where.selectOption("Brightdesk");
  await expect(knowledge).toContainText("Granted directly");
  await where.selectOption("Marrow & Mint");
  await expect(knowledge).toHaveCount(0);
  await page.getByRole("tab", { name: "Organizations" }).click();

  await page.getByRole("button", { name: "Remove Ada Byron from Brightdesk" }).click();
  const leave = page.getByRole("dialog", { name: "Remove Ada Byron from Brightdesk?" });
  await expect(leave).toContainText("Their place in the team Engines.");
  await expect(leave).toContainText("Their alias there, Countess.");
  await expect(leave).toContainText("They keep their account and their other organizations.");
  await look(page, "leave-organization");
  await leave.getByRole("button", { name: "Remove Ada Byron" }).click();
  await expect(row("Brightdesk")).toHaveCount(0);
  await expect(row("Marrow")).toHaveCount(1);
});

//
test("whoever runs one client sees of a person what is theirs, and nothing of the others", async ({ open, api, openNew }) => {
  const [brightdesk, volta] = [await organizationOf(api, "Brightdesk"), await organizationOf(api, "Volta Nord")];
  const ada = await addAda(api, brightdesk);
  const path = `/users/${ada.id}/memberships/${volta}`;
  await ok(await api.put(path, await versionOf(api, ada), { access: ["home"] }));
  const page = await openNew({
    first_name: "Bea",
    last_name: "Boss",
    email: "bea.boss@brightdesk.example",
    user_type: "member",
    organization_id: brightdesk,
    access: ["org_admin", "home"],
  });
  await page.goto(`/admin/users/${ada.id}?tab=organizations`);
  const list = page.getByRole("list", { name: "Organizations of Ada Byron" });
  await expect(list.getByRole("listitem")).toHaveCount(1);
  await expect(list).toContainText("Brightdesk");
  await expect(page.getByText("Volta")).toHaveCount(0);
  // There is no other organization to add anybody to.
  await expect(page.getByRole("button", { name: "Add to an organization" })).toHaveCount(0);
  await page.getByRole("button", { name: "Remove Ada Byron from Brightdesk" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove Ada Byron" }).click();
  await expect(page.getByText("Ada Byron no longer belongs to Brightdesk.")).toBeVisible();
  const other = await open(people.tenant_admin.email);
  await other.goto(`/admin/users/${ada.id}?tab=organizations`);
  await expect(other.getByRole("list", { name: "Organizations of Ada Byron" })).toContainText("Volta Nord");
});

//
// covers D-04
test("somebody whose address is taken is added to the client instead", async ({ open, api }) => {
  const [brightdesk, volta] = [await organizationOf(api, "Brightdesk"), await organizationOf(api, "Volta Nord")];
  const ada = await addAda(api, brightdesk);
  const page = await open(people.tenant_admin.email);
  await page.goto(`/admin/organizations?organization=${volta}`);
  await page.getByRole("button", { name: "Add user", exact: true }).click();
  const add = page.getByRole("dialog", { name: "Add user to Volta Nord" });
  await add.getByLabel("Full name").fill("Ada Byron");
  await add.getByLabel("E-mail").fill("ADA.byron@brightdesk.example");
  const type = add.getByRole("combobox", { name: "Type" });
  await expect(type.getByRole("option").first()).toHaveText("Member");
  await expect(type.getByRole("option", { name: "Tenant admin" })).toHaveCount(0);
  await type.selectOption("Viewer");
  await expect(add.getByText("Only in part: the type Viewer may look, but change nothing.").first()).toBeVisible();
  await add.getByRole("checkbox", { name: "Analytics" }).check();
  await look(page, "add-user-viewer");
  await add.getByRole("button", { name: "Create" }).click();
  await expect(add).toContainText("This is the address of Ada Byron");
  await expect(add.getByRole("link", { name: "Ada Byron" })).toHaveAttribute("href", `/admin/users/${ada.id}`);
  await look(page, "address-taken");
  await add.getByRole("button", { name: "Add Ada Byron to Volta Nord" }).click();
  await expect(page.getByText("Ada Byron belongs to Volta Nord now.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Ada Byron" })).toBeVisible();
});

//
//
// covers E-04
test("what is begun from the people of a client leads there", async ({ open, api }) => {
  const [brightdesk, volta] = [await organizationOf(api, "Brightdesk"), await organizationOf(api, "Volta Nord")];
  const ada = await addAda(api, brightdesk);
  const path = `/users/${ada.id}/memberships/${volta}`;
  await ok(await api.put(path, await versionOf(api, ada), { access: ["home"] }));
  const page = await open(people.tenant_admin.email);
  await page.goto(`/admin/organizations?organization=${volta}&search=byron`);
  await rowAction(page, "Invite Ada Byron");
  const invite = page.getByRole("dialog", { name: "Invite Ada Byron" });
  await expect(invite.getByRole("definition").filter({ hasText: "Volta Nord" }).last()).toBeVisible();
  await invite.getByRole("button", { name: "Send invitation" }).click();
  // This server sends no mail: it says so, and where the link is.
  await expect(invite).toContainText("1 invitation waits in the outbox");
  await expect(invite.getByRole("link", { name: "Open the links in the outbox" })).toBeVisible();
  await invite.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("link", { name: "Invitations, 1 pending" })).toBeVisible();
  await rowAction(page, "Log in as Ada Byron");
  const dialog = page.getByRole("dialog", { name: "Log in as Ada Byron?" });
  await expect(dialog).toContainText("You see what Ada Byron sees in Volta Nord");
  await dialog.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("complementary")).toContainText("Ada Byron");
  const session = await ok<{ organization: Named }>(await page.request.get("/api/v1/session"));
  expect(session.organization.name).toBe("Volta Nord");
});

// covers E-02
// covers E-04
test("the invitations of one client are found from its people, and say what they give", async ({ open, api }) => {
  const volta = await organizationOf(api, "Volta Nord");
  const team = await ok<Named>(await api.post("/teams", { name: "Engines", organization_id: volta }));
  const body = { organization_id: volta, access: ["home", "knowledge"], team_ids: [team.id], role_ids: ["org_admin"] };
  await ok(await api.post("/invitations", { emails: ["one@volta.example", "two@volta.example"], ...body }));
  const page = await open(people.tenant_admin.email);
  await page.goto(`/admin/organizations?organization=${volta}`);
  const link = page.getByRole("link", { name: "Invitations, 2 pending" });
  await expect(link).toBeVisible();
  await look(page, "client-people");
  await link.click();
  await expect(page).toHaveURL(/\/admin\/invitations\?organization_id=/);
  const rows = page.getByRole("list", { name: "Invitations" }).getByRole("listitem");
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText("Volta Nord: Member · Org Admin · Home and Knowledge Base · team Engines");
  const place = page.getByRole("combobox", { name: "Organization, with those below it" });
  await expect(place).toHaveValue("Volta Nord");
  await look(page, "invitations-of-one");
  await place.fill("kestrel");
  await page.getByRole("option", { name: /^Kestrel Lane/ }).click();
  await expect(page).not.toHaveURL(/organization_id/);
  await expect(rows.filter({ hasText: "Brightdesk" }).first()).toBeVisible();
});

//
test("inviting to a client ticks what its people usually get, and who is first is suggested to run it", async ({
  open,
  api,
}) => {
  const volta = await organizationOf(api, "Volta Nord");
  const page = await open(people.tenant_admin.email);
  await page.goto(`/admin/invitations?organization_id=${volta}`);
  await page.getByRole("button", { name: "Invite people" }).click();
  const panel = page.getByRole("dialog", { name: "Invite people" });
  await expect(panel.getByRole("combobox", { name: "Organization" })).toHaveValue("Volta Nord");
  await expect(panel.getByRole("checkbox", { name: "Home", exact: true })).toBeChecked();
  await expect(panel.getByRole("checkbox", { name: "Org Admin", exact: true })).not.toBeChecked();
  await panel.getByRole("combobox", { name: "Organization" }).fill("hamb");
  await page.getByRole("option", { name: /^Volta Nord Hamburg/ }).click();
  await expect(panel.getByRole("checkbox", { name: "Org Admin", exact: true })).toBeChecked();
  await expect(panel).toContainText("Nobody is in Volta Nord Hamburg yet");
  await look(page, "invite-first");
  await panel.getByRole("button", { name: "Cancel" }).click();
});
