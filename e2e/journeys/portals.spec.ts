import { ok } from "../support/api";
import { expect, people, test } from "../support/test";

type Expected = { portals: string[]; open: string[]; closed: string[]; refused: string[] };

const admin = ["/admin/users", "/admin/roles", "/admin/organizations", "/admin/audit", "/admin/api-keys", "/admin/outbox"];

/** What each type opens, and what it must not get by address or by API. */
const byType: Record<string, Expected> = {
  bot_admin: {
    portals: ["Operations", "Analytics"],
    open: ["/operations", "/analytics"],
    closed: [...admin, "/desktop"],
    refused: ["/users", "/roles", "/audit-events", "/outbox", "/user-imports", "/users/stats"],
  },
  supervisor: {
    portals: ["Operations", "Agent Desktop", "Analytics"],
    open: ["/operations", "/desktop", "/analytics"],
    closed: admin,
    refused: ["/users", "/audit-events", "/outbox", "/users/export?format=csv"],
  },
  agent: {
    portals: ["Agent Desktop"],
    open: ["/desktop"],
    closed: [...admin, "/operations", "/analytics"],
    refused: ["/users", "/roles", "/organizations", "/audit-events", "/outbox"],
  },
  analyst: {
    portals: ["Analytics"],
    open: ["/analytics"],
    closed: [...admin, "/operations", "/desktop"],
    refused: ["/users", "/roles", "/audit-events", "/outbox"],
  },
};

// covers D-05
// covers D-12
for (const [type, expected] of Object.entries(byType)) {
  test(`a ${type} sees their own portals only`, async ({ open }) => {
    const page = await open(people[type as keyof typeof people].email);
    for (const path of expected.open) {
      await page.goto(path);
      await expect(page.getByRole("region", { name: "Who I am" })).toBeVisible();
    }
    if (expected.portals.length > 1) {
      await page.getByRole("button", { name: /^Portal:/ }).click();
      await expect(page.getByRole("menuitem")).toHaveText(expected.portals);
      await page.keyboard.press("Escape");
    } else {
      await expect(page.getByRole("button", { name: /^Portal:/ })).toHaveCount(0);
      await expect(page.getByRole("banner")).toContainText(expected.portals[0] ?? "");
    }
    for (const path of expected.closed) {
      expect((await page.goto(path))?.status(), path).toBe(403);
      await expect(page.getByText("You don't have access to this page")).toBeVisible();
    }
    for (const path of expected.refused) {
      const answer = await page.request.get(`/api/v1${path}`);
      expect(answer.status(), path).toBe(403);
      const problem = (await answer.json()) as { code: string; missing_permission?: string };
      expect(problem.code, path).toBe("forbidden");
      expect(problem.missing_permission, path).toBeTruthy();
    }
  });
}

// covers D-12
test("a tenant admin switches between all four portals", async ({ open }) => {
  const page = await open(people.tenant_admin.email);
  await page.goto("/");
  await expect(page).toHaveURL("/admin/users");
  for (const [name, path] of [
    ["Operations", "/operations"],
    ["Agent Desktop", "/desktop"],
    ["Analytics", "/analytics"],
    ["Tenant Admin", "/admin/users"],
  ] as const) {
    await page.getByRole("button", { name: /^Portal:/ }).click();
    await page.getByRole("menuitem", { name }).click();
    await expect(page).toHaveURL(path);
    await expect(page.getByRole("button", { name: `Portal: ${name}` })).toBeVisible();
  }
});

// covers D-05
test("a viewer reads what a tenant admin sees and changes nothing", async ({ open, api }) => {
  const page = await open(people.viewer.email);
  await page.goto("/admin/users?search=kwame");
  await expect(page.getByRole("table", { name: /^People/ })).toBeVisible();
  await expect(page.getByRole("button", { name: "Add user", exact: true })).toHaveCount(0);
  await expect(page.getByRole("button", { name: /^(Edit|Actions for)/ })).toHaveCount(0);
  const user = await api.userOf(people.agent.email);
  for (const answer of [
    await page.request.post(`/api/v1/users/${user.id}/suspend`),
    await page.request.post("/api/v1/users", {
      data: { first_name: "No", last_name: "Body", email: "no@body.example", user_type: "agent" },
    }),
    await page.request.delete(`/api/v1/users/${user.id}`, { headers: { "If-Match": `"${user.version}"` } }),
  ]) {
    expect(answer.status(), answer.url()).toBe(403);
  }
});

// covers D-05
test("no role lifts a viewer above reading", async ({ open, api }) => {
  const role = await api.roleOf("people_desk");
  const viewer = await api.userOf(people.viewer.email);
  await ok(await api.patch(`/users/${viewer.id}`, viewer.version, { role_ids: [role.id] }));
  const page = await open(people.viewer.email);
  const answer = await page.request.post("/api/v1/users", {
    data: { first_name: "No", last_name: "Body", email: "no@body.example", user_type: "agent" },
  });
  expect(answer.status()).toBe(403);
  await page.goto("/account?tab=access");
  await expect(page.getByText(/Blocked: the type Viewer/).first()).toBeVisible();
});
