/** As much of an organization as choosing it needs. */
export type Place = { id: string; name: string; is_root: boolean; path?: string[] };

type Found = { items: Place[]; next_cursor?: string | null };

/** Stands for those that a list leaves out. */
export const moreValue = "more";

/**
 * The rows of a list to choose from: what was found, the chosen one in any case (a field shows nothing that is
 * not in its list; `added` is its id where the search did not find it), and a last row that says when there are more.
 */
export function choicesOf(found: Found | undefined, chosen: Place | undefined, more: string) {
  const items = found?.items ?? [];
  const places = new Map(items.map((place) => [place.id, place]));
  const added = chosen && !places.has(chosen.id) ? chosen : undefined;
  if (added) places.set(added.id, added);
  const listed = added ? [added, ...items] : items;
  const choices: { value: string; label: string; disabled?: boolean }[] = listed.map(({ id, name }) => ({
    value: id,
    label: name,
  }));
  if (found?.next_cursor) choices.push({ value: moreValue, label: more, disabled: true });
  return { choices, places, added: added?.id };
}
