/** An organization by its name. */
export type Ref = { id: string; name: string };

/** As much of an organization as choosing it needs. */
export type Place = Ref & { is_root: boolean; path?: string[] };

/** Stands for those that a list leaves out. */
export const moreValue = "more";

/**
 * The rows of a list to choose from: what was found but for one that can't be chosen, the chosen ones in any case (a
 * field shows nothing, or an id, for what is not in its list), and a last row that says when there are more. `added`
 * are the ids of the chosen ones that were not found.
 */
export function choicesOf<P extends Ref>(
  found: { items: P[]; next_cursor?: string | null } | undefined,
  chosen: P[],
  more: string,
  without?: string,
) {
  const items = (found?.items ?? []).filter(({ id }) => id !== without);
  const added = chosen.filter((place) => !items.some(({ id }) => id === place.id));
  const listed = [...added, ...items];
  const choices: { value: string; label: string; disabled?: boolean }[] = listed.map(({ id, name }) => ({
    value: id,
    label: name,
  }));
  if (found?.next_cursor) choices.push({ value: moreValue, label: more, disabled: true });
  return {
    choices,
    places: new Map(listed.map((place) => [place.id, place])),
    added: added.map(({ id }) => id),
  };
}
