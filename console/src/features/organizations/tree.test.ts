import { describe, expect, it } from "vitest";
import type { Organization } from "@/api/types";
import { above, childrenOf, leavesBelow, withBelow, withChange } from "./tree";

const organization = (id: string, parent_id: string | null, name = id) =>
  ({ id, parent_id, name }) as Organization;

const idsOf = (list: Organization[]) =>
  Object.fromEntries([...childrenOf(list)].map(([parent, below]) => [parent, below.map(({ id }) => id)]));

describe("the tree of organizations", () => {
  const all = [
    organization("b", "root", "Beta"),
    organization("root", null),
    organization("c", "b"),
    organization("a", "root", "Alfa"),
  ];

  it("puts children under their parents, by name", () => {
    expect(idsOf(all)).toEqual({ "": ["root"], root: ["a", "b"], b: ["c"] });
  });

  it("shows those whose parent one may not see at the top", () => {
    expect(idsOf([organization("x", "hidden")])).toEqual({ "": ["x"] });
  });

  it("knows what is above", () => {
    expect(above(all, "c")).toEqual(["b", "root"]);
    expect(above(all, "root")).toEqual([]);
  });
});

describe("a tree that changes", () => {
  const place = (id: string, parent_id: string | null, path: string[]) =>
    ({
      id,
      parent_id,
      path,
      name: id,
      status: "active",
      stopped_above: false,
      effective: {},
    }) as unknown as Organization;
  const tree = [
    place("root", null, []),
    place("b", "root", ["root"]),
    place("c", "b", ["root", "b"]),
    place("a", "root", ["root"]),
  ];

  it("has what is below together with it", () => {
    expect([...withBelow(tree, "b")]).toEqual(["b", "c"]);
    expect(withBelow(tree, "root").size).toBe(4);
  });

  it("writes a new name into the paths of those below, and nothing else anew", () => {
    const changed = { ...place("b", "root", ["root"]), name: "Beta" };
    const after = withChange(tree, changed);
    expect(after.map(({ name, path }) => [...path, name].join("/"))).toEqual([
      "root",
      "root/Beta",
      "root/Beta/c",
      "root/a",
    ]);
    expect(after[3]).toBe(tree[3]);
    expect(withChange(tree, { ...changed, name: "b" })[2]).toBe(tree[2]);
    expect(withChange(tree, place("x", "root", ["root"]))).toBe(tree);
  });

  it("knows what those below inherit", () => {
    const before = place("b", "root", ["root"]);
    expect(leavesBelow(before, { ...before, name: "Beta", description: "x", version: 2 })).toBe(true);
    expect(leavesBelow(before, { ...before, status: "suspended" })).toBe(false);
    expect(leavesBelow(before, { ...before, effective: { locale: "de" } } as Organization)).toBe(false);
  });
});
