import { ok } from "../support/api";
import { rowAction } from "../support/pages/users";
import { expect, people, test } from "../support/test";

type Team = { id: string; name: string };

// covers E-06, E-07
test("what somebody owns is shown before they are deleted, and handed over", async ({ open, api }) => {
  const kwame = await api.userOf(people.agent.email);
  const team = await ok<Team>(await api.post("/teams", { name: "Handed on" }));
  const page = await open(people.tenant_admin.email);
  await ok(await page.request.put(`/api/v1/teams/${team.id}/members/${kwame.id}`, { data: { lead: true } }));
  await page.goto("/admin/users?search=kwame");
  await rowAction(page, `Delete ${people.agent.name}`);
  const dialog = page.getByRole("dialog", { name: `Delete ${people.agent.name}?` });
  await expect(dialog).toContainText("Handed on");
  await expect(dialog).toContainText("Choose who takes over, or that it ends.");
  await expect(dialog.getByRole("button", { name: `Delete ${people.agent.name}` })).toBeDisabled();
  await dialog.getByRole("combobox", { name: "Who takes over" }).fill("nkechi");
  await page.getByRole("option", { name: /Nkechi Okonkwo/ }).click();
  await dialog.getByRole("button", { name: `Delete ${people.agent.name}` }).click();
  await expect(page.getByText("Nobody matches these filters")).toBeVisible();
  const { items } = await ok<{ items: { full_name: string; lead: boolean }[] }>(await api.get(`/teams/${team.id}/members`));
  expect(items.map((entry) => [entry.full_name, entry.lead])).toEqual([[people.supervisor.name, true]]);
  await api.addUser({ first_name: "Kwame", last_name: "Again", email: people.agent.email, user_type: "agent" });
});

test("everything about a person is exported, and the person forgotten", async ({ open, api }) => {
  const ruth = await api.userOf(people.viewer.email);
  const page = await open(people.tenant_admin.email);
  await page.goto(`/admin/users/${ruth.id}`);
  const data = page.getByRole("region", { name: "Personal data" });
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    data.getByRole("button", { name: "Export everything" }).click(),
  ]);
  expect(file.suggestedFilename()).toBe(`${ruth.id}.json`);
  await data.getByRole("button", { name: "Erase this person" }).click();
  const dialog = page.getByRole("dialog", { name: `Erase ${people.viewer.name}?` });
  const ends = dialog.getByRole("radio", { name: "It ends" });
  await expect(dialog.getByText("The account is deleted")).toBeVisible();
  await page.waitForLoadState("networkidle");
  if (await ends.isVisible()) await ends.check();
  await dialog.getByRole("button", { name: "Erase 1 person" }).click();
  await expect(page).toHaveURL("/admin/users");
  const log = await (await api.get("/audit-events?limit=200")).text();
  expect(log).toContain("Erased person");
  expect(log).not.toContain("Abernethy");
});
