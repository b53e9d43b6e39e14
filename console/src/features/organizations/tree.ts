import type { Organization } from "@/api/types";

/** What is below each organization, by name; "" has what stands at the top, whose parents are not known. */
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
