import { describe, expect, it } from "vitest";
import type { Organization } from "@/api/types";
import { above, treeRows, withBelow } from "./tree";

const organization = (id: string, parent_id: string | null, name = id) =>
  ({ id, parent_id, name }) as Organization;

describe("the tree of organizations", () => {
  const all = [
    organization("b", "root", "Beta"),
    organization("root", null),
    organization("c", "b"),
    organization("a", "root", "Alfa"),
  ];

  it("puts children under their parents, by name", () => {
    expect(treeRows(all).map((row) => [row.organization.id, row.depth])).toEqual([
      ["root", 0],
      ["a", 1],
      ["b", 1],
      ["c", 2],
    ]);
  });

  it("shows those whose parent one may not see at the top", () => {
    expect(treeRows([organization("x", "hidden")]).map((row) => row.depth)).toEqual([0]);
  });

  it("knows what is below and what is above", () => {
    expect([...withBelow(all, "b")]).toEqual(["b", "c"]);
    expect(above(all, "c")).toEqual(["b", "root"]);
    expect(above(all, "root")).toEqual([]);
  });
});
