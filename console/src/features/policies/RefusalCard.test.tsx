import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { show } from "@/test-show";
import type { Refusal } from "./draft";
import { RefusalCard } from "./RefusalCard";

const refusal = {
  code: "ABCD2345",
  user: { full_name: "Ada" },
  address: "203.0.113.7",
  organization: { id: "org_1", name: "Brightdesk" },
  list: { id: "org_1", name: "Brightdesk" },
  at: "2026-12-01T10:00:00Z",
  near: "",
  may_except: false,
} as unknown as Refusal;

it.each([
  [0, "The list of Brightdesk has no rules"],
  [1, "The list of Brightdesk: its only rule does not have the address"],
  [3, "The list of Brightdesk: none of its 3 rules has the address"],
])("says that none of %i rules lets the address in", (rules, words) => {
  show(<RefusalCard refusal={{ ...refusal, rules }} onDone={() => {}} />, { permissions: [] });
  screen.getByText(words);
  expect(screen.getByText("203.0.113.7")).toBeDefined();
});
