import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { User } from "@/api/types";
import { serve, show } from "@/test-show";
import { BulkRoles } from "./BulkRoles";

const acme = { id: "org_acme", name: "Acme" };
const role = (code: string, rest: object = {}) => ({
  id: `role_${code}`,
  code,
  name: code,
  scope: "organization",
  assignable: true,
  ...rest,
});
const roles = [
  role("viewer"),
  role("analyst"),
  role("admin", { assignable: false }),
  role("lead", { scope: "team" }),
];

const person = (full_name: string, held: string[], rest: object = {}) => ({
  id: `user_${full_name}`,
  full_name,
  allowed_actions: ["edit"],
  roles: held.map((code) => role(code)),
  organizations: [acme],
  here: { organization: acme, roles: held.map((code) => role(code)) },
  ...rest,
});

let asked: { what: string; body: unknown }[];

beforeEach(() => {
  asked = serve({ "GET /roles": () => ({ items: roles }), "POST /users/bulk": () => ({ results: [] }) });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function People({
  people,
  organization,
  onDone,
}: {
  people: object[];
  organization: string;
  onDone: () => void;
}) {
  const [asked, setAsked] = useState<User[] | null>(people as User[]);
  return (
    <BulkRoles
      people={asked}
      organization={organization}
      onDone={async () => onDone()}
      onClose={() => setAsked(null)}
    />
  );
}

async function open(people: object[], organization = "") {
  const onDone = vi.fn();
  show(<People people={people} organization={organization} onDone={onDone} />, {
    permissions: ["roles.assign", "roles.read"],
    user: { id: "user_me" },
  });
  return { dialog: await screen.findByRole("dialog", { name: "Change roles" }), onDone };
}

/** Opens a field, and gives what it offers once that is there. */
async function offered(field: string) {
  await userEvent.click(screen.getByRole("combobox", { name: field }));
  const list = await screen.findByRole("listbox", { name: field, hidden: true });
  await within(list).findAllByRole("option", { hidden: true });
  return within(list).getAllByRole("option", { hidden: true });
}

const names = (options: HTMLElement[]) => options.map((option) => option.textContent);

async function choose(field: string, name: string) {
  const option = (await offered(field)).find(({ textContent }) => textContent === name);
  await userEvent.click(option as HTMLElement);
}

test("it counts whose roles become others, offers the roles that one may give, and sends everybody", async () => {
  const people = [person("Ada", []), person("Bo", ["viewer"]), person("Cy", ["analyst", "viewer"])];
  const { dialog, onDone } = await open(people);
  expect(dialog.textContent).toContain("the roles they have in Acme");
  expect(screen.getByRole("button", { name: "Change roles" }).hasAttribute("disabled")).toBe(true);
  const give = await offered("Give");
  expect(names(give)).toEqual(["Viewer", "Analyst"]);
  await userEvent.click(give[0] as HTMLElement);
  expect(dialog.textContent).toContain("Nothing changes for: Bo and Cy");
  await choose("Take away", "Analyst");
  expect(dialog.textContent).toContain("Nothing changes for: Bo");
  await userEvent.click(screen.getByRole("button", { name: "Change roles of 2 people" }));
  await waitFor(() => expect(onDone).toHaveBeenCalled());
  expect(asked).toContainEqual({
    what: "POST /users/bulk",
    body: {
      action: "change_roles",
      ids: ["user_Ada", "user_Bo", "user_Cy"],
      add_role_ids: ["role_viewer"],
      remove_role_ids: ["role_analyst"],
    },
  });
});

test("people of several organizations and those whom one may not edit are left alone, and told", async () => {
  const people = [
    person("Ada", []),
    person("Bo", [], { here: null }),
    person("Cy", [], { allowed_actions: [] }),
  ];
  const { dialog } = await open(people);
  expect(dialog.textContent).toContain("They belong to several organizations; change their roles there: Bo");
  expect(dialog.textContent).toContain("You may not do this with: Cy");
  await choose("Give", "Viewer");
  await userEvent.click(screen.getByRole("button", { name: "Change roles of 1 person" }));
  await waitFor(() => expect(asked.at(-1)?.body).toMatchObject({ ids: ["user_Ada"] }));
});

test("in a list of one organization it is about what is held there, whoever else may be in charge of them", async () => {
  const organizations = [acme, { id: "org_bright", name: "Brightdesk" }];
  const elsewhere = person("Bo", ["viewer"], { organizations, allowed_actions: [] });
  const { dialog } = await open([elsewhere], "org_bright");
  expect(dialog.textContent).toContain("the roles they have in Brightdesk");
  await choose("Give", "Viewer");
  await userEvent.click(screen.getByRole("button", { name: "Change roles of 1 person" }));
  await waitFor(() =>
    expect(asked.at(-1)?.body).toMatchObject({ organization_id: "org_bright", ids: ["user_Bo"] }),
  );
});

test("where people belong to different organizations, each is named with theirs", async () => {
  const bright = { id: "org_bright", name: "Brightdesk" };
  const bo = person("Bo", [], { organizations: [bright], here: { organization: bright, roles: [] } });
  const { dialog } = await open([person("Ada", []), bo]);
  expect(dialog.textContent).toContain("Ada (Acme) and Bo (Brightdesk)");
  await userEvent.click(screen.getByRole("combobox", { name: "Take away" }));
  await screen.findByText("They hold no such role that you may take away");
});

test("a role is given or taken away, not both", async () => {
  await open([person("Ada", ["viewer", "analyst"])]);
  await choose("Give", "Viewer");
  expect(names(await offered("Take away"))).toEqual(["Analyst"]);
});
