import type { Organization } from "@/api/types";

export type TreeRow = { organization: Organization; depth: number };

/** Organizations in the order of the tree, children by name. What has no known parent stands at the top. */
export function treeRows(organizations: Organization[]): TreeRow[] {
  const children = childrenOf(organizations);
  const rows: TreeRow[] = [];
  const walk = (parent: string, depth: number) => {
    for (const organization of children.get(parent) ?? []) {
      rows.push({ organization, depth });
      walk(organization.id, depth + 1);
    }
  };
  walk("", 0);
  return rows;
}

/** What is below each organization, by name; "" has what stands at the top. */
export function childrenOf(organizations: Organization[]): Map<string, Organization[]> {
  const known = new Set(organizations.map((organization) => organization.id));
  const children = new Map<string, Organization[]>();
  for (const organization of organizations) {
    const parent = organization.parent_id && known.has(organization.parent_id) ? organization.parent_id : "";
    const list = children.get(parent);
    if (list) list.push(organization);
    else children.set(parent, [organization]);
  }
  for (const list of children.values()) list.sort((a, b) => a.name.localeCompare(b.name));
  return children;
}

/** The ids of an organization and of everything below it: it can't be moved there. */
export function withBelow(organizations: Organization[], id: string): Set<string> {
  const children = childrenOf(organizations);
  const ids = new Set([id]);
  for (const one of ids) for (const child of children.get(one) ?? []) ids.add(child.id);
  return ids;
}

/** The ids of the organizations above one. */
export function above(organizations: Organization[], id: string): string[] {
  const known = new Map(organizations.map((organization) => [organization.id, organization]));
  const ids: string[] = [];
  for (
    let parent = known.get(id)?.parent_id;
    parent && known.has(parent) && !ids.includes(parent);
    parent = known.get(parent)?.parent_id
  ) {
    ids.push(parent);
  }
  return ids;
}
