import { expect, test } from "vitest";
import type { Membership } from "@/api/types";
import { hasFurther, mayJoin } from "./UserOrganizations";
import { placesOf } from "./UserTabs";

const membership = (id: string, ...actions: string[]) =>
  ({ organization: { id, name: id }, allowed_actions: actions }) as unknown as Membership;

test("whoever may change a membership may add another, but not for oneself", () => {
  const member = { user_type: "member" as const };
  expect(mayJoin(member, [membership("org_a", "edit")], false)).toBe(true);
  expect(mayJoin(member, [membership("org_a", "edit")], true)).toBe(false);
  expect(mayJoin(member, [membership("org_a")], false)).toBe(false);
  expect(mayJoin(member, [], false)).toBe(true);
  expect(mayJoin({ user_type: "client" }, [], false)).toBe(false);
});

test("there has to be an organization to add somebody to", () => {
  const found = { items: [{ id: "org_a", name: "A" }], more: false };
  expect(hasFurther(found, [membership("org_a")])).toBe(false);
  expect(hasFurther(found, [membership("org_b")])).toBe(true);
  expect(hasFurther({ ...found, more: true }, [membership("org_a")])).toBe(true);
});

test("what somebody may do is looked at where they belong, and where it is shown", () => {
  const [a, b] = [
    { id: "org_a", name: "A" },
    { id: "org_b", name: "B" },
  ];
  expect(placesOf([a, b], b)).toEqual([a, b]);
  expect(placesOf([a], b)).toEqual([b, a]);
});
