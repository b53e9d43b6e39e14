import { expect, test } from "vitest";
import { suggestedAccess } from "./suggested";

const place = (is_root: boolean) => ({ id: "org_a", name: "Brightdesk", is_root });

//
test("the first person of a client organization is suggested as Org Admin, everybody else for Home", () => {
  expect(suggestedAccess(place(false), true)).toEqual(["org_admin", "home"]);
  expect(suggestedAccess(place(false), false)).toEqual(["home"]);
});

test("the company itself has no checkboxes, nor has no organization at all", () => {
  expect(suggestedAccess(place(true), true)).toEqual([]);
  expect(suggestedAccess(null, true)).toEqual([]);
});
