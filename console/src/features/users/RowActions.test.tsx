import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { User } from "@/api/types";
import { serve, show } from "@/test-show";
import { RowActions } from "./RowActions";
import { useSelection } from "./selection";
import { UserList } from "./UserList";

const ada = {
  id: "user_1",
  full_name: "Ada",
  email: "ada@example.org",
  status: "active",
  user_type: "agent",
  roles: [],
  organizations: [],
  aliases: [],
  custom_fields: {},
  created_at: "2026-01-01T00:00:00Z",
  allowed_actions: ["edit", "reset_password", "suspend", "log_in_as", "delete"],
} as unknown as User;

const nothing = () => {};
const buttons = () => screen.getAllByRole("button").map((button) => button.getAttribute("aria-label"));
const inMenu = async () => {
  await userEvent.click(screen.getByRole("button", { name: "Actions for Ada" }));
  return (await screen.findAllByRole("menuitem", { hidden: true })).map((item) => item.textContent);
};

afterEach(() => {
  vi.unstubAllGlobals();
});

// covers D-03
describe("the row of a person", () => {
  it("has editing, the password and the status in it where there is room, and all else in the menu", async () => {
    show(<RowActions user={ada} wide onAction={nothing} onOpen={nothing} />, { permissions: [] });
    expect(buttons()).toEqual(["Edit Ada", "Reset the password of Ada", "Suspend Ada", "Actions for Ada"]);
    for (const label of buttons().slice(0, 3)) expect(screen.getByTitle(label ?? "")).toBeTruthy();
    expect(await inMenu()).toEqual(["Teams and roles of Ada", "Log in as Ada", "Delete Ada"]);
  });

  it("leaves the password and the status to the menu where there is none", async () => {
    show(<RowActions user={ada} wide={false} onAction={nothing} onOpen={nothing} />, { permissions: [] });
    expect(buttons()).toEqual(["Teams and roles of Ada", "Edit Ada", "Actions for Ada"]);
    expect(await inMenu()).toContain("Suspend Ada");
  });

  it("has nothing that may not be done, and no menu for one thing", () => {
    const mayEdit = { ...ada, allowed_actions: ["edit"] } as User;
    show(<RowActions user={mayEdit} wide onAction={nothing} onOpen={nothing} />, { permissions: [] });
    expect(buttons()).toEqual(["Edit Ada", "Teams and roles of Ada"]);
  });
});

function People({ onAction }: { onAction: () => void }) {
  const selection = useSelection("all");
  const suspended = { ...ada, status: "suspended", allowed_actions: ["reactivate"] } as User;
  return (
    <UserList
      users={[suspended]}
      home="org_1"
      stale={false}
      sort="name"
      onSort={nothing}
      selection={selection}
      onAction={onAction}
      onOpen={nothing}
    />
  );
}

// covers D-11
it("one click lets somebody in again", async () => {
  const asked = serve({
    "GET /custom-fields": () => ({ items: [] }),
    "POST /users/user_1/reactivate": () => ada,
  });
  const onAction = vi.fn();
  show(<People onAction={onAction} />, { permissions: [] });
  await userEvent.click(await screen.findByRole("button", { name: "Reactivate Ada" }));
  await waitFor(() => expect(asked.map(({ what }) => what)).toContain("POST /users/user_1/reactivate"));
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(onAction).not.toHaveBeenCalled();
});
