import { useQueryClient } from "@tanstack/react-query";
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { refusal, serve, visit } from "@/test-show";
import { AccountPage } from "./AccountPage";

const organization = { id: "org_1", name: "Kestrel Lane", is_root: true, path: [] };

const me = {
  id: "user_1",
  version: 1,
  full_name: "Ada Wu",
  first_name: "Ada",
  last_name: "Wu",
  nickname: "",
  phone: "",
  email: "ada@example.org",
  presence: "available",
};

const session = { user: me, organization, organizations: [organization], permissions: [], portals: [] };

const device = {
  id: "sess_1",
  current: true,
  user_agent: "",
  ip: "192.0.2.7",
  created_at: "2026-11-20T10:00:00Z",
  last_seen_at: "2026-11-20T10:00:00Z",
};

const event = {
  id: "event_1",
  action: "user.signed_in",
  outcome: "success",
  actor: { id: "user_1", name: "Ada Wu", type: "user" },
  target: null,
  at: "2026-11-20T10:00:00Z",
  details: {},
};

function Refetched() {
  const queries = useQueryClient();
  return (
    <>
      <AccountPage />
      <button type="button" onClick={() => void queries.invalidateQueries()}>
        Fetch again
      </button>
    </>
  );
}

afterEach(() => vi.unstubAllGlobals());

test.each([
  ["profile", () => screen.findByRole("textbox", { name: "First name" })],
  ["persona", () => screen.findByRole("textbox", { name: "Kestrel Lane" })],
  ["sessions", () => screen.findByText(/192\.0\.2\.7/)],
  ["history", () => screen.findByRole("button", { name: /Ada Wu/ })],
])("what is shown under %s stays when it cannot be fetched again", async (tab, shown) => {
  let broken = false;
  const answer = (body: unknown) => () => (broken ? refusal("internal", 500) : body);
  serve({
    "GET /me": answer(me),
    "GET /me/memberships": answer({ items: [{ organization, alias: "" }] }),
    "GET /me/sessions": answer({ items: [device] }),
    "GET /me/history": answer({ items: [event], next_cursor: null, prev_cursor: null }),
    "GET /session": () => session,
  });
  visit(`/account?tab=${tab}`, session, Refetched, "/account");
  await shown();
  broken = true;
  await userEvent.click(screen.getByRole("button", { name: "Fetch again" }));
  expect((await screen.findAllByText(/could not be refreshed/)).length).toBeGreaterThan(0);
  await shown();
});
