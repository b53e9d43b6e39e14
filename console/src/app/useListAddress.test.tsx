import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { KeyList } from "@/features/keys/KeyList";
import { RolesPage } from "@/features/roles/RolesPage";
import { TeamsPage } from "@/features/teams/TeamsPage";
import { serve, visit } from "@/test-show";

const role = { description: "", scope: "organization", system: false, members_count: 0, permissions: [] };
const organization = { id: "org_root", name: "Kestrel Lane", is_root: true };
const team = {
  description: "",
  organization,
  serves: [],
  members_count: 0,
  manageable: false,
  photo_thumb_url: null,
};

afterEach(() => {
  vi.unstubAllGlobals();
});

const session = { permissions: ["teams.read", "roles.read"], organization, user: { id: "user_me" } };

describe("the search and the page of a list", () => {
  it("stay when a team is opened, and members have others", async () => {
    const asked: string[] = [];
    serve({
      "GET /teams": (search) => {
        asked.push(search.toString());
        return {
          items: [{ ...team, id: "team_1", name: "Crew 1" }],
          next_cursor: "three",
          prev_cursor: "one",
        };
      },
      "GET /teams/team_1/members": () => ({ items: [], next_cursor: "m2", prev_cursor: null }),
      "GET /roles": () => ({ items: [] }),
    });
    const where = visit("/admin/teams", session, TeamsPage, "/admin/teams", "/admin/teams/$id");
    await userEvent.type(await screen.findByRole("searchbox", { name: "Search teams" }), "crew");
    await waitFor(() => expect(where()).toBe("/admin/teams?search=crew"));
    await userEvent.click((await screen.findAllByRole("button", { name: "Next" }))[0] as HTMLElement);
    await waitFor(() => expect(where()).toBe("/admin/teams?search=crew&cursor=three"));
    await userEvent.click(await screen.findByRole("link", { name: /Crew 1/ }));
    await waitFor(() => expect(where()).toBe("/admin/teams/team_1?search=crew&cursor=three"));
    const field = (await screen.findByRole("searchbox", { name: "Search teams" })) as HTMLInputElement;
    expect(field.value).toBe("crew");
    expect(asked.at(-1)).toBe("search=crew&cursor=three");
    await userEvent.type(await screen.findByRole("searchbox", { name: "Search members" }), "ada");
    await waitFor(() => expect(where()).toBe("/admin/teams/team_1?search=crew&cursor=three&member=ada"));
    await userEvent.clear(screen.getByRole("searchbox", { name: "Search teams" }));
    await waitFor(() => expect(where()).toBe("/admin/teams/team_1"));
  });

  it("stay when a role is opened", async () => {
    serve({
      "GET /roles": () => ({
        items: ["Night lead", "Day lead", "Trainer"].map((name, n) => ({
          ...role,
          id: `role_${n}`,
          code: `r${n}`,
          name,
          version: 1,
        })),
      }),
      "GET /permissions": () => ({ items: [] }),
    });
    const where = visit("/admin/roles", session, RolesPage, "/admin/roles", "/admin/roles/$id");
    await userEvent.type(await screen.findByRole("searchbox", { name: "Search roles" }), "lead");
    await waitFor(() => expect(screen.queryByRole("link", { name: /Trainer/ })).toBeNull());
    await userEvent.click(screen.getByRole("link", { name: /Day lead/ }));
    await waitFor(() => expect(where()).toBe("/admin/roles/role_1?search=lead"));
    expect(screen.queryByRole("link", { name: /Trainer/ })).toBeNull();
    expect(screen.getByRole("link", { name: /Night lead/ })).toBeTruthy();
  });

  it("are in the address of API keys, with which of them are shown", async () => {
    const asked: string[] = [];
    serve({
      "GET /api-keys": (search) => {
        asked.push(search.toString());
        return { items: [], next_cursor: "two", prev_cursor: null };
      },
    });
    const where = visit("/account?tab=keys", session, KeyList, "/account");
    await userEvent.selectOptions(await screen.findByRole("combobox", { name: "Show" }), "Revoked keys");
    await waitFor(() => expect(where()).toBe("/account?tab=keys&keys=revoked"));
    await userEvent.click(await screen.findByRole("button", { name: "Next" }));
    await waitFor(() => expect(where()).toBe("/account?tab=keys&keys=revoked&cursor=two"));
    await waitFor(() => expect(asked.at(-1)).toContain("state=revoked"));
    expect(asked.at(-1)).toContain("cursor=two");
  });
});
