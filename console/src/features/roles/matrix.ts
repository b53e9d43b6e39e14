/** Permissions under their groups, in the order of the catalogue. */
export function byGroup<T extends { group: string }>(permissions: T[]): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const permission of permissions) {
    const group = groups.get(permission.group);
    if (group) group.push(permission);
    else groups.set(permission.group, [permission]);
  }
  return [...groups];
}

/** Adds or takes away permissions, keeping the order of the catalogue. */
export function toggled(catalogue: { id: string }[], held: string[], ids: string[], on: boolean): string[] {
  const next = new Set(held);
  for (const id of ids) {
    if (on) next.add(id);
    else next.delete(id);
  }
  const ordered = catalogue.map((permission) => permission.id).filter((id) => next.has(id));
  const unknown = held.filter((id) => next.has(id) && !ordered.includes(id));
  return [...ordered, ...unknown];
}
