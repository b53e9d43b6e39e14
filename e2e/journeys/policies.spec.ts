import { type Api, ok } from "../support/api";
import { expect, people, test } from "../support/test";

type Policy = { version: number; organization_id: string };
type Session = { organization: { id: string } };

async function rootOf(api: Api): Promise<string> {
  return (await ok<Session>(await api.get("/session"))).organization.id;
}

// covers E-08
test("idle logout is set, warns in every tab and is undone by staying in one", async ({ open, api, server }) => {
  const page = await open(people.tenant_admin.email);
  await page.goto("/admin/policies");
  await page.getByRole("radio", { name: "Set here" }).check();
  await page.getByLabel("Sign out after").selectOption({ label: "10 minutes" });
  await page.getByRole("button", { name: "Save" }).click();
  const dialog = page.getByRole("dialog", { name: "Save this policy?" });
  await expect(dialog.or(page.getByText("The policy is saved."))).toBeVisible();
  if (await dialog.isVisible()) await dialog.getByRole("button", { name: "Save anyway" }).click();
  await expect(page.getByText("The policy is saved.")).toBeVisible();
  const policy = await ok<Policy>(await api.get(`/organizations/${await rootOf(api)}/policy`));
  expect(policy.version).toBeGreaterThan(1);

  const one = await open(people.agent.email);
  await one.goto("/account");
  const two = await one.context().newPage();
  await two.goto("/account?tab=history");
  await expect(two.getByRole("heading", { name: "Account" })).toBeVisible();
  // What a page still asks for after the clock has moved is something that the person does.
  for (const tab of [one, two]) await tab.waitForLoadState("networkidle");
  await server.advance("9m15s");
  const look = () => document.dispatchEvent(new Event("visibilitychange"));
  await one.bringToFront();
  await one.evaluate(look);
  const asks = one.getByRole("dialog", { name: "Are you still there?" });
  await expect(asks).toBeVisible();
  await two.evaluate(look);
  const asksToo = two.getByRole("dialog", { name: "Are you still there?" });
  await expect(asksToo).toBeVisible();
  await asks.getByRole("button", { name: "Stay signed in" }).last().click();
  await expect(asks).toBeHidden();
  await expect(asksToo).toBeHidden();
  await server.advance("9m30s");
  await one.evaluate(look);
  await expect(asks).toBeVisible();
  await server.advance("1m");
  await one.evaluate(look);
  await expect(one.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

// covers E-11
test("nobody is locked out unawares by a list of addresses", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  await page.goto("/admin/policies?tab=addresses");
  await page.getByRole("radio", { name: "Set here" }).check();
  await page.getByLabel("The list is on").check();
  await page.getByRole("button", { name: "Add a rule" }).click();
  await page.getByLabel("Addresses", { exact: true }).fill("203.0.113.20-203.0.113.7");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("This range is turned around")).toHaveCount(1);
  await page.getByLabel("Addresses", { exact: true }).fill("203.0.113.0/24");
  await page.getByRole("button", { name: "Save" }).click();
  const dialog = page.getByRole("dialog", { name: "Save this policy?" });
  await expect(dialog.getByText("You are one of them")).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Save anyway" })).toBeDisabled();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(page.getByRole("radio", { name: /Inherited: off/ })).toBeChecked();
});

test("what is not saved is marked, named beside Save and asked about before it is lost", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  await page.goto("/admin/policies");
  await page.getByRole("radio", { name: "Set here" }).check();
  await page.getByRole("tab", { name: "Exceptions" }).click();
  await expect(page.getByRole("tab", { name: "Idle logout" }).getByLabel("not saved")).toBeVisible();
  await page.getByRole("textbox", { name: "Code" }).fill("AAAA-BBBB");
  await page.getByRole("button", { name: "Look up" }).click();
  await expect(page.getByRole("alert")).toHaveText(/^There is no such code\./);
  await page.getByRole("tab", { name: "Allowed addresses" }).click();
  await expect(page.getByText("Saves also what you changed under Idle logout.")).toBeVisible();
  await page.getByRole("radio", { name: "Set here" }).check();
  await page.getByRole("button", { name: "Add a rule" }).click();
  await expect(page.getByText("The list is off: nobody is refused.")).toBeVisible();
  await page.getByRole("link", { name: "Teams" }).click();
  const question = page.getByRole("dialog", { name: "Discard your changes?" });
  await question.getByRole("button", { name: "Keep editing" }).click();
  await expect(page).toHaveURL(/policies/);
  await page.getByRole("link", { name: "Teams" }).click();
  await question.getByRole("button", { name: "Discard" }).click();
  await expect(page).toHaveURL("/admin/teams");
});
