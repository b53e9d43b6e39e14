import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { AuditEvent, User } from "@/api/types";
import { EventList } from "@/features/audit/EventList";
import { serve, show } from "@/test-show";
import { ConflictDialog } from "./ConflictDialog";
import { UserProfile } from "./UserProfile";
import { emptyUser, type UserValues, valuesOf } from "./userForm";

const root = { id: "org_root", name: "Kestrel Lane", is_root: true };
const session = { permissions: [], organization: root };

const ada = {
  id: "user_1",
  first_name: "Ada",
  last_name: "Wu",
  full_name: "Ada Wu",
  email: "ada@example.org",
  status: "active",
  user_type: "agent",
  locale: "en",
  roles: [{ id: "role_bot_builder", name: "bot_builder" }],
  here: { organization: root, roles: [] },
  organizations: [root],
  aliases: [],
  custom_fields: {},
} as unknown as User;

afterEach(() => {
  vi.unstubAllGlobals();
});

test("the page of a person names built-in roles in the reader's language", () => {
  serve({ "GET /custom-fields": () => ({ items: [] }) });
  show(<UserProfile user={ada} />, session);
  expect(screen.getByText("Bot Builder")).toBeTruthy();
});

/** What the dialog tells of a person whom somebody else has changed, once with what was typed meanwhile. */
function conflict(now: Partial<User>, typed: Partial<UserValues> = {}) {
  const nothing = () => {};
  show(
    <ConflictDialog
      base={ada}
      mine={{ ...emptyUser, ...valuesOf(ada), ...typed }}
      own={{ fields: [], draft: {} }}
      current={{ ...ada, ...now }}
      onReload={nothing}
      onOverwrite={nothing}
      onClose={nothing}
    />,
    session,
  );
  return screen.getByRole("dialog");
}

test("what each has changed of a person is told, and what one of them has not", () => {
  const rows = within(conflict({ locale: "fr" }, { phone: "1", locale: "" })).getAllByRole("row");
  expect(rows.slice(1).map((row) => [...row.children].map((cell) => cell.textContent))).toEqual([
    ["Language", "English", "Français", "As the organization"],
    ["Phone", "–", "Not changed", "1"],
  ]);
});

test("what was left alone is no change back", () => {
  expect(within(conflict({ nickname: "Addie" })).getAllByRole("row")[1]?.textContent).toBe(
    "Nickname–AddieNot changed",
  );
});

test("what somebody else has changed is told in words", () => {
  const said = conflict({ status: "suspended", locale: "fr" }).textContent;
  expect(said).toContain("Suspended");
  expect(said).toContain("Français");
  expect(said).not.toMatch(/suspended|active/);
});

test("an event tells in words what was done by what to what", async () => {
  const event = {
    id: "evt_1",
    at: "2026-03-02T09:30:00Z",
    action: "user.suspended",
    outcome: "success",
    actor: { id: "key_1", name: "Sync", type: "api_key" },
    on_behalf_of: null,
    target: { id: "user_1", name: "Ada Wu", type: "user" },
    changes: [],
    ip: "",
    user_agent: "",
    request_id: "",
    reason: "",
    organization_id: "org_root",
  } as unknown as AuditEvent;
  show(<EventList events={[event]} />, session);
  await userEvent.click(screen.getByRole("button", { name: /Suspended a user/ }));
  const said = screen.getAllByRole("definition").map((entry) => entry.textContent);
  expect(said).toEqual(
    expect.arrayContaining(["Suspended a user", "Sync · API key · key_1", "Ada Wu · Person · user_1"]),
  );
});
