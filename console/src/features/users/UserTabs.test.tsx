import { useQueryClient } from "@tanstack/react-query";
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { User } from "@/api/types";
import { refusal, serve, visit } from "@/test-show";
import { UserHistoryTab, UserSessionsTab } from "./UserTabs";

const user = { id: "user_1", full_name: "Ada Wu", organizations: [] } as unknown as User;
const session = { user: { id: "user_me" }, organization: { id: "org_1" }, permissions: [] };
const at = "2026-11-20T10:00:00Z";

const device = { id: "sess_1", user_agent: "", ip: "192.0.2.7", created_at: at, last_seen_at: at };

const event = {
  id: "event_1",
  action: "user.signed_in",
  outcome: "success",
  actor: { id: "user_1", name: "Ada Wu", type: "user" },
  target: null,
  at,
  details: {},
};

afterEach(() => vi.unstubAllGlobals());

test.each([
  [UserSessionsTab, /192\.0\.2\.7/],
  [UserHistoryTab, /Ada Wu/],
])("what is shown of somebody stays when it cannot be fetched again", async (Tab, words) => {
  let broken = false;
  const answer = (body: unknown) => () => (broken ? refusal("internal", 500) : body);
  serve({
    "GET /users/user_1/sessions": answer({ items: [device] }),
    "GET /users/user_1/history": answer({ items: [event], next_cursor: null, prev_cursor: null }),
    "GET /session": () => session,
  });
  function Refetched() {
    const queries = useQueryClient();
    return (
      <>
        <Tab user={user} />
        <button type="button" onClick={() => void queries.invalidateQueries()}>
          Fetch again
        </button>
      </>
    );
  }
  visit("/admin/users/user_1", session, Refetched, "/admin/users/user_1");
  await screen.findByText(words);
  broken = true;
  await userEvent.click(screen.getByRole("button", { name: "Fetch again" }));
  expect((await screen.findByRole("alert")).textContent).toContain("could not be refreshed");
  screen.getByText(words);
});
