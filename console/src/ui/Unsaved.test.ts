import { describe, expect, it } from "vitest";
import { leadsAway } from "./Unsaved";

const at = (pathname: string, search: object = {}) => ({ pathname, search });

describe("leaving a form", () => {
  it("is going to another page, or to another form on the same one", () => {
    const here = at("/admin/organizations", { organization: "org_1", tab: "manage" });
    const by = ["organization", "tab"];
    expect(leadsAway(here, at("/admin/teams"), by)).toBe(true);
    expect(leadsAway(here, at("/admin/organizations", { organization: "org_2", tab: "manage" }), by)).toBe(
      true,
    );
    expect(leadsAway(here, at("/admin/organizations", { organization: "org_1" }), by)).toBe(true);
    expect(leadsAway(here, at("/admin/organizations", { ...here.search, search: "ada" }), by)).toBe(false);
    expect(leadsAway(at("/admin/policies"), at("/admin/policies", { tab: "addresses" }), ["org"])).toBe(
      false,
    );
  });

  it("is not asked about where one is signed out", () => {
    expect(leadsAway(at("/account"), at("/sign-in", { redirect: "/account" }), [])).toBe(false);
    expect(leadsAway(at("/account"), at("/change-password"), [])).toBe(false);
  });
});
