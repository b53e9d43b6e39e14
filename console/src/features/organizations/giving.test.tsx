import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Organization } from "@/api/types";
import { InvitePanel } from "@/features/invitations/InvitePanel";
import { serve, show } from "@/test-show";
import { AddMemberPanel } from "./AddMemberPanel";

const root = { id: "org_root", name: "Kestrel Lane", is_root: true, path: [] };
const client = { ...root, id: "org_a", name: "Brightdesk", is_root: false, members_count: 3 };

afterEach(() => {
  vi.unstubAllGlobals();
});

const session = (...permissions: string[]) => ({
  permissions,
  organization: root,
  user: { id: "user_me" },
  features: { outbox: true },
});

const sent = (asked: { what: string; body: unknown }[], what: string) =>
  waitFor(() => {
    const one = asked.find((each) => each.what === what);
    if (!one) throw new Error(`nobody asked for ${what}`);
    return one.body as Record<string, unknown>;
  });

describe("somebody new in a client organization", () => {
  it.each([
    [["users.create"], []],
    [["users.create", "roles.assign"], ["home"]],
  ])("is given only what one may give: %j", async (permissions, access) => {
    const asked = serve({ "POST /users": () => ({ user: { id: "user_1", full_name: "Ada Wu" } }) });
    show(
      <AddMemberPanel organization={client as unknown as Organization} first={false} onClose={() => {}} />,
      session(...permissions),
    );
    await userEvent.type(screen.getByRole("textbox", { name: "Full name" }), "Ada Wu");
    await userEvent.type(screen.getByRole("textbox", { name: "E-mail" }), "ada@example.org");
    await userEvent.click(screen.getByRole("button", { name: "Create" }));
    expect((await sent(asked, "POST /users")).access).toEqual(access);
  });
});

describe("the roles of an invitation", () => {
  const role = (id: string, name: string, assignable: boolean) => ({
    id,
    name,
    code: id,
    scope: "organization",
    assignable,
    system: false,
    permissions: [],
  });

  it("are those that one may give, and none that is a checkbox already", async () => {
    serve({
      "GET /roles": () => ({
        items: [
          role("role_org_admin", "Org Admin", true),
          role("role_1", "Shift lead", true),
          role("role_2", "Auditor", false),
        ],
      }),
    });
    show(
      <InvitePanel organization={client} onClose={() => {}} onSent={async () => {}} />,
      session("roles.read", "roles.assign"),
    );
    await userEvent.click(await screen.findByRole("combobox", { name: "Roles" }));
    const offered = await screen.findAllByRole("option", { hidden: true });
    expect(
      offered.map((option) => option.textContent).filter((name) => /lead|Auditor|Org Admin/.test(name ?? "")),
    ).toEqual(["Shift lead"]);
  });
});
