import type { Page } from "@playwright/test";
import { ok } from "../support/api";
import { looker } from "../support/screen";
import { demoPassword, expect, people, test } from "../support/test";
import { translated } from "../support/words";

const address = "maria.ruiz@invited.example";

// covers E-02
// covers E-04
//
test("people are invited from a pasted list, join by the link once, and links that were taken back let nobody in", async ({
  open,
}) => {
  const admin = await open(people.tenant_admin.email);
  await admin.goto("/admin/users");
  await admin.getByRole("tab", { name: "Invitations" }).click();
  await admin.getByRole("button", { name: "Invite people" }).first().click();
  const panel = admin.getByRole("dialog", { name: "Invite people" });
  await panel.getByText("Single permissions").click();
  await look(admin, "invite");
  await expect(panel.getByRole("button", { name: /^Send/ })).toBeDisabled();
  await panel.getByRole("textbox", { name: "E-mail addresses" }).fill(`${address}\nnonsense\n${address}`);
  await panel.getByRole("combobox", { name: "Language of the mail" }).focus();
  await expect(panel).toContainText("Not an e-mail address: nonsense");
  await panel.getByRole("button", { name: "Send 1 invitation", exact: true }).click();
  const sent = admin.getByRole("dialog", { name: "1 invitation waits in the outbox" });
  await expect(sent.getByRole("link", { name: "Open the links in the outbox" })).toBeVisible();
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
  // Another language leaves what was typed.
  await guest.getByRole("combobox", { name: "Language" }).selectOption("fr");
  await expect(guest.getByRole("textbox", { name: translated("fr", "First name") })).toHaveValue("María");
  await guest.getByRole("combobox", { name: translated("fr", "Language") }).selectOption("en");
  await guest.getByRole("textbox", { name: "Choose a password" }).fill(`${demoPassword} of mine`);
  await guest.getByRole("button", { name: /^Join / }).click();
  await expect(guest).not.toHaveURL(/invitation/);
  await admin.goto(`/admin/invitations?search=${address}`);
  await expect(row).toContainText("Accepted");
});

/** Looks at what is on screen, on a desk and on a phone. */
async function look(page: Page, name: string): Promise<void> {
  await looker(page)(name);
  const desk = page.viewportSize() ?? { width: 1440, height: 900 };
  await page.setViewportSize({ width: 390, height: 844 });
  await looker(page)(name);
  await page.setViewportSize(desk);
}

type Organization = { id: string; name: string };
type Invited = {
  email: string;
  organization: { name: string };
  teams: { name: string }[];
  roles: { code: string }[];
  permissions: string[];
};

// covers E-02
// covers E-12
//
test("a client's people are invited into its teams, and meet its own name, color and rules", async ({ open, api }) => {
  const { items } = await ok<{ items: Organization[] }>(await api.get("/organizations?search=volta"));
  const client = items.find((entry) => entry.name === "Volta Nord")?.id ?? "";
  const version = async (path: string) => (await ok<{ version: number }>(await api.get(path))).version;
  const [brand, policy] = [`/organizations/${client}/branding`, `/organizations/${client}/policy`];
  await ok(await api.patch(brand, await version(brand), { name: "Volta Care", color: "#8a1f5c" }));
  await ok(await api.put(policy, await version(policy), { password_length: { value: 20 } }));

  const admin = await open(people.tenant_admin.email);
  await admin.goto(`/admin/organizations?organization=${client}`);
  await admin.getByRole("button", { name: "Invite people" }).click();
  const panel = admin.getByRole("dialog", { name: "Invite people" });
  await expect(panel.getByRole("combobox", { name: "Organization" })).toHaveValue("Volta Nord");
  await panel.getByRole("textbox", { name: "E-mail addresses" }).fill(address);
  await panel.getByRole("checkbox", { name: "Org Admin", exact: true }).check();
  await panel.getByRole("combobox", { name: "Teams" }).click();
  const teams = admin.getByRole("listbox").getByRole("option");
  await expect(teams).toHaveText(["Billing", "Outages"]); // none of another organization
  await teams.filter({ hasText: "Billing" }).click();
  await admin.keyboard.press("Tab");
  await panel.getByText("Single permissions").click();
  await panel.getByRole("checkbox", { name: "Export reports" }).check();
  await look(admin, "invite-client");
  await panel.getByRole("button", { name: "Send 1 invitation" }).click();
  await admin.getByRole("button", { name: "Done" }).click();
  const list = await ok<{ items: Invited[] }>(await api.get(`/invitations?search=${address}`));
  expect(list.items[0]).toMatchObject({ organization: { name: "Volta Nord" }, teams: [{ name: "Billing" }] });
  expect(list.items[0]?.permissions).toContain("reports.export");
  expect(list.items[0]?.roles.map((role) => role.code)).toContain("org_admin");

  const guest = await open(null);
  await guest.goto(await linkOf(admin));
  const main = guest.getByRole("main");
  await expect(main).toContainText("Volta Care");
  await expect(main).toContainText("Mindestens 20 Zeichen."); // in the language of the client
  await expect(guest).toHaveTitle(/Volta Care$/);
  await guest.getByRole("textbox", { name: "Vorname" }).fill("María");
  await guest.getByRole("textbox", { name: "Nachname" }).fill("Ruiz");
  const join = guest.getByRole("button", { name: "Volta Nord beitreten" });
  await guest.getByRole("textbox", { name: "Passwort wählen" }).fill("plum jacket river"); // 17 characters
  await expect(join).toBeDisabled();
  await look(guest, "accept-branded");
  await guest.getByRole("textbox", { name: "Passwort wählen" }).fill("plum jacket seven rivers");
  await join.click();
  await expect(guest).not.toHaveURL(/invitation/);

  await guest.request.post("/api/v1/password-reset", { data: { email: address } });
  const forgetful = await open(null);
  await forgetful.goto(await linkOf(admin, "reset-password"));
  await expect(forgetful.getByRole("main")).toContainText("Volta Care");
  await expect(forgetful.getByRole("main")).toContainText("At least 20 characters.");
  await look(forgetful, "reset-branded");
});

//
test("several people of the directory are invited at once and get in by their links", async ({ open, api }) => {
  const admin = await open(people.tenant_admin.email);
  const suspended = await api.userOf("o.min@kestrellane.example");
  await ok(await api.post(`/users/${suspended.id}/suspend`));
  await admin.goto("/admin/users?search=kestrellane&user_type=agent");
  for (const name of [people.agent.name, "Léa Moreau", "O Min"]) {
    await admin.getByRole("checkbox", { name: `Select ${name}` }).check();
  }
  const bar = admin.getByRole("region", { name: "Chosen people" });
  await look(admin, "chosen");
  await bar.getByRole("button", { name: "Invite" }).click();
  const question = admin.getByRole("dialog", { name: "Invite 2 people?" });
  await expect(question).toContainText("Can't be invited: O Min");
  await look(admin, "invite-many");
  await question.getByRole("button", { name: "Invite 2 people" }).click();
  const done = admin.getByRole("dialog", { name: "Done" });
  await expect(done).toContainText("2 invitations wait in the outbox");
  await expect(done.getByRole("link", { name: "Open the links in the outbox" })).toBeVisible();
  await look(admin, "invited-many");

  const guest = await open(null);
  const { email } = await api.userOf("lea.moreau@kestrellane.example");
  await guest.goto(await linkOf(admin, "invitation", email));
  await expect(guest.getByRole("main")).toContainText("Kestrel Lane");
});

// covers E-12
test("mails of each organization have their own sender", async ({ open }) => {
  const admin = await open(people.tenant_admin.email);
  await admin.goto("/admin/mail");
  const place = admin.getByRole("combobox", { name: "Organization" });
  await place.click();
  await place.fill("volta");
  await expect(admin.getByRole("option", { name: /^Brightdesk/ })).toHaveCount(0);
  await admin.getByRole("option", { name: "Volta Nord Kestrel Lane" }).click();
  await expect(admin).toHaveURL(/organization=org_/);
  await admin.getByRole("textbox", { name: "Name of the sender" }).fill("Volta Care");
  await look(admin, "mail-organization");
  await admin.getByRole("button", { name: "Save" }).click();
  await expect(admin.getByText("The settings are saved.")).toBeVisible();
  await admin.reload();
  await expect(place).toHaveValue("Volta Nord");
  await expect(admin.getByRole("textbox", { name: "Name of the sender" })).toHaveValue("Volta Care");
  await place.click();
  await place.fill("kestrel");
  await admin.getByRole("option", { name: /^Kestrel Lane/ }).click();
  await expect(admin.getByRole("textbox", { name: "Name of the sender" })).toHaveValue("");
});

/** The link of the newest mail to somebody, at first the invited address, from the outbox. */
async function linkOf(page: Page, to = "invitation", who = address): Promise<string> {
  const response = await page.request.get("/api/v1/outbox");
  const { items } = (await response.json()) as { items: { to: string; text: string }[] };
  const text = items.find((mail) => mail.to === who)?.text ?? "";
  return text.match(new RegExp(`https?://\\S+/${to}#token=\\S+`))?.[0] ?? "";
}
