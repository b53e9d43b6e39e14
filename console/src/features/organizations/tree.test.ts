import { describe, expect, it } from "vitest";
import type { Organization } from "@/api/types";
import { above, childrenOf } from "./tree";

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
