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
  // Of thousands, comparing with one collator takes a fraction of what localeCompare does.
  for (const list of children.values()) list.sort((a, b) => names.compare(a.name, b.name));
  return children;
}

const names = new Intl.Collator();

/** The ids of an organization and of everything below it. */
export function withBelow(organizations: Organization[], id: string): Set<string> {
  const children = new Map<string, string[]>();
  for (const { id: child, parent_id: parent } of organizations) {
    if (!parent) continue;
    const list = children.get(parent);
    if (list) list.push(child);
    else children.set(parent, [child]);
  }
  const ids = new Set([id]);
  for (const one of ids) for (const child of children.get(one) ?? []) ids.add(child);
  return ids;
}

/** The tree with an organization as it is now; its name stands in the paths of those below. */
export function withChange(organizations: Organization[], changed: Organization): Organization[] {
  const before = organizations.find(({ id }) => id === changed.id);
  if (!before) return organizations;
  const renamed = before.name !== changed.name ? withBelow(organizations, changed.id) : new Set();
  const at = changed.path.length;
  return organizations.map((one) => {
    if (one.id === changed.id) return changed;
    if (!renamed.has(one.id)) return one;
    return { ...one, path: one.path.map((name, step) => (step === at ? changed.name : name)) };
  });
}

/** Whether what is below an organization is as before when it has changed: nothing that they inherit has. */
export function leavesBelow(before: Organization, after: Organization): boolean {
  const inherited = ({ parent_id, status, stopped_above, effective }: Organization) =>
    JSON.stringify([parent_id, status, stopped_above, effective]);
  return inherited(before) === inherited(after);
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
