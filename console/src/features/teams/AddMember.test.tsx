import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { Team } from "@/api/types";
import { serve, show } from "@/test-show";
import { AddMember } from "./AddMember";

afterEach(() => vi.unstubAllGlobals());

const client = { id: "org_b", name: "Brightdesk" };
const company = { id: "org_root", name: "Northwind" };
const team = { id: "team_1", name: "Nights", organization: client } as Team;

const person = (id: string, organization: object, reach = false) => ({
  id,
  full_name: id,
  email: `${id}@example.org`,
  teams: [],
  organizations: [organization],
  here: { organization, includes_descendants: reach },
});

it("offers people of the team's organization at once, and by name those who reach it from above", async () => {
  const people = [person("Bo", client), person("Boss", company, true), person("Bob", company)];
  serve({
    "GET /users": (search) => ({
      items: people.filter(
        (one) =>
          one.full_name.startsWith(search.get("search") ?? "") &&
          one.organizations.some((place) => (place as typeof client).id === search.get("organization_id")),
      ),
      next_cursor: null,
    }),
  });
  show(<AddMember team={team} />, { permissions: [], organization: company });
  const field = screen.getByRole("combobox", { name: "Add somebody to Nights" });
  const names = () => screen.queryAllByRole("option", { hidden: true }).map((row) => row.textContent);
  await userEvent.click(field);
  await waitFor(() => expect(names()).toEqual(["Bo · Bo@example.org"]));
  await userEvent.type(field, "Bo");
  await waitFor(() => expect(names()).toEqual(["Bo · Bo@example.org", "Boss · Boss@example.org"]));
});
