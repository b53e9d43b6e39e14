import type { Organization } from "@/api/types";

export type TreeRow = { organization: Organization; depth: number };

/** Organizations in the order of the tree, children by name. What has no known parent stands at the top. */
export function treeRows(organizations: Organization[]): TreeRow[] {
  const known = new Set(organizations.map((organization) => organization.id));
  const children = new Map<string, Organization[]>();
  for (const organization of organizations) {
    const parent = organization.parent_id && known.has(organization.parent_id) ? organization.parent_id : "";
    children.set(parent, [...(children.get(parent) ?? []), organization]);
  }
  const rows: TreeRow[] = [];
  const walk = (parent: string, depth: number) => {
    const below = [...(children.get(parent) ?? [])].sort((a, b) => a.name.localeCompare(b.name));
    for (const organization of below) {
      rows.push({ organization, depth });
      walk(organization.id, depth + 1);
    }
  };
  walk("", 0);
  return rows;
}

export function hasChildren(organizations: Organization[], id: string): boolean {
  return organizations.some((organization) => organization.parent_id === id);
}
