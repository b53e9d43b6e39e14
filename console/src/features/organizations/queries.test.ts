import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import type { Organization } from "@/api/types";
import {
  memberCounted,
  organizationChanged,
  organizationGone,
  organizationSearchQuery,
  organizationsQuery,
} from "./queries";

const place = (id: string, parent_id: string | null, more: Partial<Organization> = {}) =>
  ({
    id,
    parent_id,
    path: [],
    name: id,
    status: "active",
    members_count: 1,
    effective: {},
    ...more,
  }) as unknown as Organization;

function known() {
  const queries = new QueryClient();
  queries.setQueryData(organizationsQuery.queryKey, [
    place("root", null),
    place("b", "root"),
    place("c", "b"),
  ]);
  queries.setQueryData(organizationSearchQuery("b", 10).queryKey, []);
  const stale = (queryKey: readonly unknown[]) => queries.getQueryState(queryKey)?.isInvalidated;
  return {
    queries,
    tree: () => queries.getQueryData(organizationsQuery.queryKey) ?? [],
    /** Whether the tree and the searches are asked for again. */
    again: () => [stale(organizationsQuery.queryKey), stale(organizationSearchQuery("b", 10).queryKey)],
  };
}

test("a new name is put into the tree, which is not asked for again", async () => {
  const { queries, tree, again } = known();
  await organizationChanged(queries, place("b", "root", { name: "Beta" }));
  expect(tree().map(({ name }) => name)).toEqual(["root", "Beta", "c"]);
  expect(again()).toEqual([false, true]);
});

test("what those below inherit is asked for, and of one without any below it is put in", async () => {
  const parent = known();
  await organizationChanged(parent.queries, place("b", "root", { status: "suspended" }));
  expect(parent.again()).toEqual([true, true]);
  const leaf = known();
  await organizationChanged(leaf.queries, place("c", "b", { status: "suspended" }));
  expect(leaf.tree()[2]?.status).toBe("suspended");
  expect(leaf.again()).toEqual([false, true]);
});

test("what is deleted goes with what is below, and people are counted", async () => {
  const { queries, tree, again } = known();
  await memberCounted(queries, "root", 1);
  await memberCounted(queries, "c", -1);
  await memberCounted(queries, "c", -1);
  expect(tree().map(({ members_count }) => members_count)).toEqual([2, 1, 0]);
  await organizationGone(queries, "b");
  expect(tree().map(({ id }) => id)).toEqual(["root"]);
  expect(again()).toEqual([false, true]);
});
