import { expect, test } from "vitest";
import { blockedWords, consequences, decided, teamRoleWords } from "./words";

const none = {
  total: 0,
  undecided: 0,
  keep: 0,
  reduce: 0,
  remove: 0,
  unused: 0,
  done: 0,
  from_above: 0,
  from_above_changed: 0,
};

test("finishing says what will happen, and only that", () => {
  expect(consequences(none)).toEqual([]);
  const lines = consequences({ ...none, keep: 1, remove: 3 });
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain("1 account");
  expect(lines[1]).toContain("3 accounts");
});

test("finishing says that memberships further up change", () => {
  const lines = consequences({ ...none, remove: 1, from_above: 4, from_above_changed: 1 });
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain("everything below");
});

test("a role in a team is told with its team", () => {
  const held = { role: { id: "role_1", name: "Lead" }, team: { id: "team_1", name: "Night" } };
  expect(teamRoleWords(held)).toBe("Lead in team Night");
});

test("progress counts what is decided", () => {
  expect(decided({ ...none, total: 9, undecided: 4 })).toBe(5);
});

test("a row that can be decided on freely has no reason", () => {
  expect(blockedWords("")).toBeNull();
  expect(blockedWords("self")).toContain("you");
  expect(blockedWords("tenant_admin")).toContain("tenant admin");
});
