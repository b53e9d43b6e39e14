import { ok, type User } from "../support/api";
import { UsersPage } from "../support/pages/users";
import { expect, people, test } from "../support/test";

type List = { items: User[]; next_cursor: string | null };

// covers D-01
// covers D-02
test("filters combine, live in the address, and survive reload and back", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  const users = new UsersPage(page);
  await users.goto();
  await users.filter("Status").selectOption({ label: "Active" });
  await users.filter("User type").selectOption({ label: "Agent" });
  await users.filter("Role").selectOption({ label: "Knowledge editor" });
  await expect(page.getByText("Nobody matches these filters")).toBeVisible();
  await users.filter("User type").selectOption({ label: "Supervisor" });
  const role = await api.roleOf("knowledge_editor");
  const query = `status=active&user_type=supervisor&role=${role.id}`;
  const { items } = await ok<List>(await api.get(`/users?${query}`));
  expect(items.length).toBeGreaterThan(1);
  await expect(users.names()).toHaveText(items.map((user) => user.full_name));
  await users.find("echever");
  await expect(users.names()).toHaveText(["Lucía Echeverría de la Fuente"]);
  await expect(page).toHaveURL(`/admin/users?search=echever&${query}`);

  await page.reload();
  await expect(users.search).toHaveValue("echever");
  await expect(users.filter("Status")).toHaveValue("active");
  await expect(users.filter("User type")).toHaveValue("supervisor");
  await expect(users.filter("Role")).toHaveValue(role.id);
  await expect(users.names()).toHaveText(["Lucía Echeverría de la Fuente"]);

  await users.names().click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Lucía Echeverría de la Fuente");
  await page.goBack();
  await expect(page).toHaveURL(`/admin/users?search=echever&${query}`);
  await expect(users.names()).toHaveCount(1);
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page).toHaveURL("/admin/users");
  await expect(users.names()).toHaveCount(50);
});

// covers D-02 E-01
test("the people of one organization are found among all, with the other filters", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  const users = new UsersPage(page);
  await users.goto("?status=active");
  const { items: places } = await ok<{ items: { id: string; name: string }[] }>(await api.get("/organizations"));
  const place = places.find(({ name }) => name === "Brightdesk")?.id ?? "";
  const filter = page.getByRole("search").getByRole("combobox", { name: "Organization" });
  await filter.fill("brightd");
  await page.getByRole("option", { name: /^Brightdesk/ }).click();
  await expect(page).toHaveURL(`/admin/users?status=active&organization=${place}`);
  const { items } = await ok<List>(await api.get(`/users?status=active&organization_id=${place}`));
  expect(items.length).toBeGreaterThan(1);
  await expect(users.names()).toHaveText(items.map((user) => user.full_name));
  await page.reload();
  await expect(filter).toHaveValue("Brightdesk");
  await filter.click();
  await page.getByRole("option", { name: "Any organization" }).click();
  await expect(page).toHaveURL("/admin/users?status=active");
});

// covers D-03
test("fifty people a page, with next, previous and the back button", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  const users = new UsersPage(page);
  await users.goto();
  await expect(users.names()).toHaveCount(50);
  const first = await users.names().allInnerTexts();
  const stats = await ok<{ total: number }>(await api.get("/users/stats"));
  await expect(users.stat("Total")).toHaveText(String(stats.total));
  await expect(page.getByRole("button", { name: "Previous" })).toBeDisabled();
  await page.getByRole("button", { name: "Next" }).click();
  await expect(users.names()).toHaveCount(stats.total - 50);
  await expect(page).toHaveURL(/cursor=/);
  const second = await users.names().allInnerTexts();
  expect(new Set([...first, ...second]).size).toBe(stats.total);
  await expect(page.getByRole("button", { name: "Next" })).toBeDisabled();
  await page.reload();
  await expect(users.names()).toHaveText(second);
  await page.getByRole("button", { name: "Previous" }).click();
  await expect(users.names()).toHaveText(first);
  await page.goBack();
  await expect(users.names()).toHaveText(second);
  // A search belongs to the whole list, not to the page that was open.
  await users.find("marchetti");
  await expect(users.names()).toHaveText([people.tenant_admin.name]);
});

// covers D-03
for (const [label, field] of [
  ["User", "name"],
  ["Last sign-in", "last_sign_in"],
  ["Created", "created"],
] as const) {
  test(`the list is sorted by ${label}, up and down`, async ({ open, api }) => {
    const page = await open(people.tenant_admin.email);
    const users = new UsersPage(page);
    await users.goto(field === "name" ? "?sort=created" : "");
    const header = users.table.getByRole("columnheader", { name: label });
    for (const [sort, direction] of [
      [field, "ascending"],
      [`-${field}`, "descending"],
    ] as const) {
      await header.getByRole("button").click();
      await expect(header).toHaveAttribute("aria-sort", direction);
      const { items } = await ok<List>(await api.get(`/users?limit=50&sort=${sort}`));
      await expect(users.names()).toHaveText(items.map((user) => user.full_name));
    }
  });
}

// covers D-03
test("where a heading that sorts has no room, the order is chosen from a list, and roles stay", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  const users = new UsersPage(page);
  const order = page.getByRole("combobox", { name: "Sort by" });
  const created = users.table.getByRole("columnheader", { name: "Created" });
  const roles = users.table.getByRole("columnheader", { name: "Roles" });
  for (const width of [1440, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await users.goto();
    await expect(created).toBeVisible();
    await expect(order).toBeHidden();
    for (const action of ["Edit", "Reset the password of", "Suspend"]) {
      await expect(page.getByRole("button", { name: `${action} ${people.agent.name}` })).toBeVisible();
    }
  }
  for (const width of [1024, 800]) {
    await page.setViewportSize({ width, height: 900 });
    await expect(created).toBeHidden();
    await expect(roles).toBeVisible();
    await order.selectOption("Newest first");
    await expect(page).toHaveURL("/admin/users?sort=-created");
    await order.selectOption("By name, A to Z");
  }
});

// covers D-02
for (const [term, name] of [
  ["zubiz", "María José Zubizarreta"],
  ["MARIA JOSE", "María José Zubizarreta"],
  ["brzecz", people.secondAdmin.name],
  ["thordarson", "Björn Þórðarson"],
  ["шевч", "Олександр Шевченко"],
  ["欧阳", "秀英 欧阳"],
  ["halla.oss", "Hallgerður Össurardóttir"],
  ["kechi", people.supervisor.name],
] as const) {
  test(`searching for ${term} finds ${name}`, async ({ open }) => {
    const users = new UsersPage(await open(people.tenant_admin.email));
    await users.goto();
    await users.find(term);
    await expect(users.row(name)).toBeVisible();
  });
}

// covers D-02
test("Refresh shows what others changed meanwhile", async ({ open, api }) => {
  const page = await open(people.tenant_admin.email);
  const users = new UsersPage(page);
  await users.goto("?search=kwame");
  await expect(users.row(people.agent.name)).toContainText("Active");
  const total = await users.count("Total");
  const user = await api.userOf(people.agent.email);
  await ok(await api.post(`/users/${user.id}/suspend`));
  await api.addUser({
    first_name: "Kwame",
    last_name: "Newcomer",
    email: "newcomer@kestrellane.example",
    user_type: "agent",
  });
  await page.getByRole("button", { name: "Refresh" }).click();
  await expect(users.row(people.agent.name)).toContainText("Suspended");
  await expect(users.row("Kwame Newcomer")).toBeVisible();
  await expect(users.stat("Total")).toHaveText(String(total + 1));
});

// covers D-03
test("a name and an address longer than a phone's line break instead of reaching out of it", async ({ open, api }) => {
  const word = "Donaudampfschifffahrtsgesellschaftskapitaensmuetze";
  const email = `${word}@${word}.example`;
  const { user } = await api.addUser({ first_name: word, last_name: word, email, user_type: "agent" });
  const page = await open(people.tenant_admin.email);
  await page.setViewportSize({ width: 390, height: 844 });
  for (const path of ["?sort=-created", `/${user.id}`]) {
    await page.goto(`/admin/users${path}`);
    await expect(page.getByText(`${word} ${word}`).first()).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), path).toBe(0);
  }
});
