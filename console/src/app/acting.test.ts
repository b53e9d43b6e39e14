import { afterEach, describe, expect, it } from "vitest";
import { actIn, actingIn, isPlaceRefusal } from "./acting";

describe("the organization of a tab", () => {
  afterEach(() => sessionStorage.clear());

  it("is kept for the tab alone", () => {
    expect(actingIn()).toBe("");
    actIn("org_1");
    expect(actingIn()).toBe("org_1");
    expect(localStorage.length).toBe(0);
    actIn("");
    expect(actingIn()).toBe("");
  });

  it("knows which refusals are about it", () => {
    expect(isPlaceRefusal("not_a_member")).toBe(true);
    expect(isPlaceRefusal("organization_suspended")).toBe(true);
    expect(isPlaceRefusal("forbidden")).toBe(false);
  });
});
