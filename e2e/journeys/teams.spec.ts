import { ok } from "../support/api";
import { rowAction } from "../support/pages/users";
import { looker as look } from "../support/screen";
import { expect, people, test } from "../support/test";

type Team = { id: string; name: string; members_count: number };

// covers E-10, C-09
test("a team is made, gets people and a role, and goes", async ({ open, api }) => {
  const role = await ok<{ id: string }>(
    await api.post("/roles", { name: "Team reports", scope: "team", permissions: ["reports.export"] }),
  );
  const page = await open(people.tenant_admin.email);
  await page.goto("/admin/teams");
  await page.getByRole("button", { name: "New team" }).click();
  const panel = page.getByRole("dialog", { name: "New team" });
  await expect(panel.getByRole("button", { name: "Create team" })).toBeDisabled();
  await panel.getByRole("textbox", { name: "Name" }).fill("Weekend crew");
  await panel.getByRole("combobox", { name: "Also works for" }).fill("hamb");
  const found = page.getByRole("listbox", { name: "Also works for" }).getByRole("option");
  await expect(found).toHaveText([/Volta Nord Hamburg/]);
  await found.click();
  await panel.getByRole("button", { name: "Create team" }).click();
  const team = page.getByRole("region", { name: "Weekend crew" });
  await expect(team).toContainText("Volta Nord Hamburg");
  await expect(team).toContainText("Nobody here yet");
  await team.getByRole("combobox", { name: "Add somebody to Weekend crew" }).fill("kwame");
  await page.getByRole("option", { name: /Kwame Adu-Mensah/ }).click();
  const members = team.getByRole("list", { name: "Members of Weekend crew" });
  await expect(members).toContainText(people.agent.name);
  const held = members.getByRole("combobox", { name: `Team role of ${people.agent.name}` });
  await held.selectOption("Team reports");
  await expect(held).toBeEnabled();
  // Whoever is taken out by mistake comes back as what they were.
  await members.getByRole("checkbox", { name: `${people.agent.name} leads the team` }).check();
  await members.getByRole("button", { name: `Remove ${people.agent.name} from the team` }).click();
  await expect(team).toContainText("Nobody here yet");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(held).toHaveValue(role.id);
  await expect(members.getByRole("checkbox", { name: `${people.agent.name} leads the team` })).toBeChecked();
  const kwame = await api.userOf(people.agent.email);
  await expect
    .poll(async () => {
      const access = await ok<{ permissions: { id: string; effective: boolean; sources: { kind: string }[] }[] }>(
        await api.get(`/users/${kwame.id}/access`),
      );
      return access.permissions.find((entry) => entry.id === "reports.export")?.sources.map((source) => source.kind);
    })
    .toEqual(["team"]);
  // A role held in a team is in use.
  const refused = await page.request.delete(`/api/v1/roles/${role.id}`, { headers: { "If-Match": '"1"' } });
  expect(refused.status()).toBe(409);
  await team.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("button", { name: "Delete the team" }).click();
  await expect(page.getByRole("navigation", { name: "Teams" }).getByRole("link", { name: /Weekend crew/ })).toHaveCount(0);
  const { items } = await ok<{ items: Team[] }>(await api.get("/teams"));
  expect(items.map((entry) => entry.name)).not.toContain("Weekend crew");
});

// covers E-05, C-09
test("choosing somebody opens a panel beside the list, by keyboard, too", async ({ open, api }) => {
  await ok(await api.post("/teams", { name: "Early birds" }));
  const page = await open(people.tenant_admin.email);
  await page.goto("/admin/users?search=kwame");
  await page.getByRole("button", { name: `Actions for ${people.agent.name}` }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: `Teams and roles of ${people.agent.name}` }).focus();
  await page.keyboard.press("Enter");
  const panel = page.getByRole("dialog", { name: people.agent.name });
  const teams = panel.getByRole("region", { name: "Teams" });
  await teams.getByRole("combobox", { name: `Add ${people.agent.name} to a team` }).fill("Early");
  const option = page.getByRole("option", { name: /^Early birds/ });
  await expect(option).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await expect(option).toHaveAttribute("data-combobox-selected", "true");
  await page.keyboard.press("Enter");
  await expect(teams.getByRole("link", { name: "Early birds" })).toBeVisible();
  await look(page)("user-panel");
  await teams.getByRole("button", { name: `Take ${people.agent.name} out of Early birds` }).click();
  await expect(teams.getByRole("link", { name: "Early birds" })).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(panel).toBeHidden();
  await expect(page).toHaveURL("/admin/users?search=kwame");
});

for (const width of [1440, 390]) {
  test(`teams can be read by everybody at ${width} px`, async ({ open }) => {
    const page = await open(people.tenant_admin.email, { viewport: { width, height: 900 } });
    await page.goto("/admin/teams");
    await look(page)("teams");
    await page.getByRole("navigation", { name: "Teams" }).getByRole("link").first().click();
    await expect(page.getByRole("searchbox", { name: "Search members" })).toBeVisible();
    await look(page)("team");
  });
}

// covers E-10, E-05
test("among thousands of teams one is found wherever it is chosen", async ({ open }) => {
  test.setTimeout(120_000);
  const page = await open(people.tenant_admin.email);
  // Two pages of the list and more than a field shows; the server's tests have thousands.
  for (let n = 0; n < 120; n++) {
    await ok(await page.request.post("/api/v1/teams", { data: { name: `Crew ${String(n).padStart(3, "0")}` } }));
  }
  await page.goto("/admin/teams");
  const side = page.getByRole("navigation", { name: "Teams" });
  const pager = page.getByRole("navigation", { name: "Pages of teams" });
  await expect(side.getByRole("link")).toHaveCount(50);
  await pager.getByRole("button", { name: "Next" }).click();
  const shown = side.getByRole("link", { name: /Crew 0[0-9]+/ });
  await expect(shown.first()).toBeVisible();
  // Whoever opens a team stays on the page of the list, also when the page is loaded again.
  const opened = (await shown.first().textContent()) ?? "";
  await shown.first().click();
  await expect(page.getByRole("searchbox", { name: "Search members" })).toBeVisible();
  await page.reload();
  await expect(shown.first()).toHaveText(opened);
  await pager.getByRole("button", { name: "Previous" }).click();
  await side.getByRole("searchbox", { name: "Search teams" }).fill("crew 117");
  await expect(side.getByRole("link")).toHaveCount(1);
  await side.getByRole("link", { name: /Crew 117/ }).click();
  await expect(page.getByRole("region", { name: "Crew 117" })).toBeVisible();
  await expect(side.getByRole("searchbox", { name: "Search teams" })).toHaveValue("crew 117");
  await expect(side.getByRole("link")).toHaveCount(1);
  await side.getByRole("searchbox", { name: "Search teams" }).fill("no such crew");
  await expect(page.getByText("No team matches.")).toBeVisible();
  await expect(page.getByRole("region", { name: "Crew 117" })).toBeVisible(); // stays open

  await page.goto("/admin/users?search=kwame");
  await rowAction(page, `Teams and roles of ${people.agent.name}`);
  const panel = page.getByRole("dialog", { name: people.agent.name });
  await panel.getByRole("combobox", { name: `Add ${people.agent.name} to a team` }).fill("crew 118");
  await page.getByRole("option", { name: /Crew 118/ }).click();
  await expect(panel.getByRole("link", { name: "Crew 118" })).toBeVisible();
  await page.keyboard.press("Escape");

  await page.goto("/admin/users");
  const filter = page.getByRole("combobox", { name: "Team" });
  await filter.fill("crew 118");
  await page.getByRole("option", { name: /Crew 118/ }).click();
  await expect(page).toHaveURL(/team=team_/);
  await expect(page.getByRole("link", { name: people.agent.name })).toBeVisible();
  await expect(page.getByRole("row")).toHaveCount(2);
  await look(page)("users-by-team");
  await page.reload();
  await expect(filter).toHaveValue("Crew 118");
  await filter.click();
  await page.getByRole("option", { name: "Any team" }).click();
  await expect(page).toHaveURL("/admin/users");

  await page.getByRole("button", { name: "Invite people" }).click();
  const invite = page.getByRole("dialog", { name: "Invite people" });
  await invite.getByRole("combobox", { name: "Teams" }).fill("crew 119");
  await page.getByRole("option", { name: /Crew 119/ }).click();
  await expect(invite.getByText("Crew 119")).toBeVisible();
});

for (const width of [1440, 390]) {
  test(`pages of teams fit at ${width} px`, async ({ open, api }) => {
    for (let n = 0; n < 55; n++) await ok(await api.post("/teams", { name: `Shift ${width} ${n}` }));
    const page = await open(people.tenant_admin.email, { viewport: { width, height: 900 } });
    await page.goto("/admin/teams");
    await expect(page.getByRole("navigation", { name: "Pages of teams" })).toBeVisible();
    await look(page)("teams-pages");
    const field = page.getByRole("searchbox", { name: "Search teams" });
    await field.fill("shift");
    await expect(page).toHaveURL("/admin/teams?search=shift");
    await page.getByRole("navigation", { name: "Teams" }).getByRole("link").first().click();
    await expect(page.getByRole("searchbox", { name: "Search members" })).toBeVisible();
    // On a phone the list is left for the team; the way back leads to what was found.
    if (width === 390) await page.getByRole("link", { name: "All teams" }).click();
    await expect(field).toHaveValue("shift");
  });
}
