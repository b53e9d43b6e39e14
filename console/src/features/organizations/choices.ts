/** An organization by its name. */
export type Ref = { id: string; name: string };

/** An organization to choose, with the way to it where that is known. */
export type Option = Ref & { path?: string[] };

/** As much of an organization as choosing it needs. */
export type Place = Option & { is_root: boolean };

/** Some of the organizations that one can choose from, and whether there are others. */
export type Choices<P extends Ref> = { items: P[]; more: boolean };

/** Finds organizations to choose from. */
export type ChoicesQuery<P extends Ref> = {
  queryKey: readonly string[];
  queryFn: (context: { signal: AbortSignal }) => Promise<Choices<P>>;
  staleTime: number;
};

/** Stands for those that a list leaves out. */
export const moreValue = "more";

/**
 * Whether what was found is the answer to what stands in the field: the search waits for a pause in typing, and until
 * its answer comes the one before it stays.
 */
export function isAnswered(typed: string, searched: string, found: { isPlaceholderData: boolean }): boolean {
  return typed.trim() === searched && !found.isPlaceholderData;
}

/**
 * The rows to offer while `text` stands in the field. Until the server has answered to it, what is there already is
 * narrowed by it: whoever is quick with the keys must not get one that they have not asked for.
 */
export function narrowed<O extends { label: string }>(options: O[], text: string, answered: boolean): O[] {
  const wanted = text.trim().toLowerCase();
  return answered ? options : options.filter(({ label }) => label.toLowerCase().includes(wanted));
}

/**
 * The rows of a list to choose from: what was found but for one that can't be chosen, the chosen ones in any case (a
 * field shows nothing, or an id, for what is not in its list), and a last row that says when there are more. `added`
 * are the ids of the chosen ones that were not found.
 */
export function choicesOf<P extends Ref>(
  found: Choices<P> | undefined,
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
  if (found?.more) choices.push({ value: moreValue, label: more, disabled: true });
  return {
    choices,
    places: new Map(listed.map((place) => [place.id, place])),
    added: added.map(({ id }) => id),
  };
}
