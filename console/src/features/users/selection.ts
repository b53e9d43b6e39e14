import { type RefObject, useMemo, useRef, useState } from "react";

export type Selection = {
  ids: string[];
  has: (id: string) => boolean;
  toggle: (id: string) => void;
  /** Chooses some beside those that are, or takes some out. */
  put: (ids: string[], chosen: boolean) => void;
  set: (ids: string[]) => void;
  /** What holds the rows; it has the focus once what was done with them is over, and its buttons are gone. */
  list: RefObject<HTMLDivElement | null>;
};

type Row = { id: string };

type State = { key: string; ids: string[] };

const idsOf = (state: State, key: string) => (state.key === key ? state.ids : []);

/** As many as the API does something with at once. */
export const mostChosen = 200;

const without = (ids: string[], out: string[]) => ids.filter((id) => !out.includes(id));

/**
 * The rows chosen of what `key` names: one page of a list, or all pages of a filter.
 * With another key there are none.
 */
export function useSelection(key: string): Selection {
  const [state, setState] = useState<State>({ key, ids: [] });
  const list = useRef<HTMLDivElement>(null);
  // These stay the same while rows are chosen, so that only the rows concerned are drawn again.
  const change = useMemo(() => {
    const to = (next: (ids: string[]) => string[]) =>
      setState((old) => ({ key, ids: next(idsOf(old, key)).slice(0, mostChosen) }));
    return {
      set: (ids: string[]) => to(() => ids),
      put: (some: string[], chosen: boolean) =>
        to((ids) => (chosen ? [...ids, ...without(some, ids)] : without(ids, some))),
      toggle: (id: string) => to((ids) => (ids.includes(id) ? without(ids, [id]) : [...ids, id])),
    };
  }, [key]);
  return useMemo(() => {
    const ids = idsOf(state, key);
    const chosen = new Set(ids);
    return { ids, has: (id) => chosen.has(id), list, ...change };
  }, [state, key, change]);
}

/** The rows behind a selection that goes over pages: of those that are no longer shown, as they were. */
export function useChosen<T extends Row>(shown: T[] | undefined, selection: Selection): T[] {
  const [seen, setSeen] = useState<{ shown?: T[]; rows: Map<string, T> }>({ rows: new Map() });
  if (shown && shown !== seen.shown) {
    const kept = [...seen.rows].filter(([id]) => selection.has(id));
    setSeen({ shown, rows: new Map([...kept, ...shown.map((row): [string, T] => [row.id, row])]) });
  }
  return useMemo(() => selection.ids.flatMap((id) => seen.rows.get(id) ?? []), [selection, seen]);
}
