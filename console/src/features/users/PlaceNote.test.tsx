import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { User } from "@/api/types";
import { serve, show } from "@/test-show";
import { useSelection } from "./selection";
import { UserList } from "./UserList";

const kestrel = { id: "org_kestrel", name: "Kestrel Lane" };
const bright = { id: "org_bright", name: "Brightdesk" };
const volta = { id: "org_volta", name: "Volta Nord" };

const person = (name: string, organizations: { id: string; name: string }[]) =>
  ({
    id: `user_${name}`,
    full_name: name,
    email: `${name.toLowerCase()}@example.org`,
    status: "active",
    user_type: "agent",
    roles: [],
    organizations,
    aliases: [],
    custom_fields: {},
    created_at: "2026-01-01T00:00:00Z",
    allowed_actions: [],
  }) as unknown as User;

const nothing = () => {};

function People({ home }: { home: string }) {
  const users = [person("Ada", [kestrel, bright]), person("Bo", [bright]), person("Cy", [bright, volta])];
  return (
    <UserList
      users={users}
      home={home}
      stale={false}
      sort="name"
      onSort={nothing}
      selection={useSelection("all")}
      onAction={nothing}
      onOpen={nothing}
    />
  );
}

const row = async (name: string) => (await screen.findByRole("row", { name: new RegExp(name) })).textContent;

// covers D-03
it("beside people of other organizations stands to which they belong", async () => {
  serve({ "GET /custom-fields": () => ({ items: [] }) });
  show(<People home={kestrel.id} />, { permissions: [] });
  expect(await row("Ada")).not.toContain("Kestrel Lane");
  expect(await row("Ada")).not.toContain("Brightdesk");
  expect(await row("Bo")).toContain("Brightdesk · bo@example.org");
  expect(await row("Cy")).toContain("Brightdesk +1 · cy@example.org");
  expect(screen.getByTitle("Belongs to Brightdesk and Volta Nord")).toBeTruthy();
});

// covers D-03
it("in the list of an organization it is not named beside its own people", async () => {
  serve({ "GET /custom-fields": () => ({ items: [] }) });
  show(<People home={bright.id} />, { permissions: [] });
  for (const name of ["Ada", "Bo", "Cy"]) expect(await row(name)).not.toContain("Brightdesk");
});
