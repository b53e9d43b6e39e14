import { describe, expect, it } from "vitest";
import type { Organization } from "@/api/types";
import { hasChildren, treeRows } from "./tree";

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

  it("knows who has something below it", () => {
    expect(hasChildren(all, "b")).toBe(true);
    expect(hasChildren(all, "c")).toBe(false);
  });
});
