import { describe, expect, it } from "vitest";
import { byGroup, toggled } from "./matrix";
import { rolePatch } from "./RoleDetail";

const catalogue = ["users.read", "users.create", "roles.read"].map((id) => ({
  id,
  group: id.split(".")[0] ?? "",
}));

describe("the permission matrix", () => {
  // covers E-09
  it("keeps the order of the catalogue", () => {
    expect(toggled(catalogue, ["roles.read"], ["users.create"], true)).toEqual([
      "users.create",
      "roles.read",
    ]);
    expect(toggled(catalogue, ["users.read", "roles.read"], ["users.read"], false)).toEqual(["roles.read"]);
  });

  it("does not lose a permission that it does not know", () => {
    expect(toggled(catalogue, ["new.thing"], ["users.read"], true)).toEqual(["users.read", "new.thing"]);
    expect(toggled(catalogue, ["new.thing"], ["new.thing"], false)).toEqual([]);
  });

  it("groups as the catalogue does", () => {
    expect(byGroup(catalogue).map(([group, members]) => [group, members.length])).toEqual([
      ["users", 2],
      ["roles", 1],
    ]);
  });

  it("saves only what changed", () => {
    const role = { name: "Lead", description: "", permissions: ["users.read", "roles.read"] };
    expect(
      rolePatch(role, { ...role, name: " Lead ", permissions: ["roles.read", "users.read"] }),
    ).toBeNull();
    expect(rolePatch(role, { ...role, permissions: ["users.read"] })).toEqual({
      permissions: ["users.read"],
    });
  });
});
