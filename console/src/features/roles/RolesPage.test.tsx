import { useQueryClient } from "@tanstack/react-query";
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { refusal, serve, visit } from "@/test-show";
import { RolesPage } from "./RolesPage";

const role = {
  code: "shift_lead",
  name: "Shift lead",
  description: "",
  system: false,
  scope: "organization",
  members_count: 2,
  permissions: [],
  version: 1,
};

const session = { permissions: ["roles.read"], organization: { id: "org_1", is_root: true } };

const answers = {
  "GET /roles": () => ({
    items: [
      { ...role, id: "role_1" },
      { ...role, id: "role_2", system: true, code: "viewer", name: "Viewer" },
    ],
  }),
  "GET /permissions": () => ({ items: [] }),
};

afterEach(() => vi.unstubAllGlobals());

function Refetched() {
  const queries = useQueryClient();
  return (
    <>
      <RolesPage />
      <button type="button" onClick={() => void queries.invalidateQueries()}>
        Fetch again
      </button>
    </>
  );
}

const headings = () => screen.queryAllByRole("heading", { name: /Your roles|Built in/ });

test("a search that finds no role says so", async () => {
  serve(answers);
  visit("/admin/roles?search=zzz", session, RolesPage, "/admin/roles");
  await screen.findByText("No role matches.");
  expect(headings()).toEqual([]);
});

test("a heading stands over roles only", async () => {
  serve(answers);
  visit("/admin/roles?search=shift", session, RolesPage, "/admin/roles");
  await screen.findByRole("link", { name: /Shift lead/ });
  expect(headings().map((heading) => heading.textContent)).toEqual(["Your roles"]);
});

test("roles that cannot be fetched again stay, and are said to be old", async () => {
  let broken = false;
  const list = answers["GET /roles"];
  serve({ ...answers, "GET /roles": () => (broken ? refusal("internal", 500) : list()) });
  visit("/admin/roles", session, Refetched, "/admin/roles");
  await screen.findByRole("link", { name: /Shift lead/ });
  broken = true;
  await userEvent.click(screen.getByRole("button", { name: "Fetch again" }));
  expect((await screen.findByRole("alert")).textContent).toContain("could not be refreshed");
  screen.getByRole("link", { name: /Shift lead/ });
});
