import { describe, expect, it } from "vitest";
import { peopleTabs } from "./people";

const may =
  (...permissions: string[]) =>
  (permission: string) =>
    permissions.includes(permission);

// covers E-01
describe("the tabs about people", () => {
  it("are those that somebody may open", () => {
    expect(peopleTabs(may())).toEqual([]);
    expect(peopleTabs(may("users.read", "users.invite", "policies.manage"))).toEqual([
      "users",
      "invitations",
      "idle",
    ]);
    expect(peopleTabs(may("users.read", "users.update"))).toEqual(["users"]);
    expect(peopleTabs(may("users.invite", "policies.manage"))).toEqual(["invitations", "idle"]);
  });

  it("have idle logout for who manages users and policies", () => {
    expect(peopleTabs(may("policies.manage", "users.update"))).toEqual(["idle"]);
    expect(peopleTabs(may("policies.manage", "users.read", "users.export"))).toEqual(["users"]);
    expect(peopleTabs(may("users.create", "users.update"))).toEqual([]);
  });
});
