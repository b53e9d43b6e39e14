/** An organization by its name. */
export type Ref = { id: string; name: string };

/** As much of an organization as choosing it needs. */
export type Place = Ref & { is_root: boolean; path?: string[] };

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

/**
 * The rows of a list to choose several from: what was found but for one that can't be chosen, and the chosen ones,
 * which a field would else show by their ids.
 */
export function manyChoicesOf(
  found: Found | undefined,
  chosen: Ref[],
  without: string | undefined,
  more: string,
) {
  const items = (found?.items ?? []).filter(({ id }) => id !== without);
  const places = new Map(items.map((place) => [place.id, place]));
  const listed: Ref[] = [...chosen.filter(({ id }) => !places.has(id)), ...items];
  const choices: { value: string; label: string; disabled?: boolean }[] = listed.map(({ id, name }) => ({
    value: id,
    label: name,
  }));
  if (found?.next_cursor) choices.push({ value: moreValue, label: more, disabled: true });
  return { choices, places, names: new Map(listed.map(({ id, name }) => [id, name])) };
}
