import { expect, test } from "vitest";
import type { AccessOption } from "@/api/types";
import { invitationWords } from "./words";

const home = { id: "home", name: "Home", permissions: ["dashboard.home"] } as unknown as AccessOption;
const nothing = { user_id: null, user_type: "member" as const, roles: [], permissions: [], teams: [] };

//
test("an invitation says what comes with it", () => {
  expect(invitationWords(nothing, [home])).toBe("Member");
  const all = {
    ...nothing,
    roles: [{ id: "role_org_admin", code: "org_admin", name: "Org Admin" }],
    permissions: ["dashboard.home", "users.read"] as never,
    teams: [
      { id: "team_a", name: "Night" },
      { id: "team_b", name: "Day" },
    ],
  };
  expect(invitationWords(all, [home])).toBe("Member · Org Admin · Home and See users · teams Night and Day");
  expect(invitationWords({ ...all, user_id: "user_a" }, [home])).toBe(
    "a link to sign in with the access they have",
  );
});
