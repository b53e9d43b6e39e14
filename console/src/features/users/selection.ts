import { type RefObject, useMemo, useRef, useState } from "react";

export type Selection = {
  ids: string[];
  has: (id: string) => boolean;
  toggle: (id: string) => void;
  set: (ids: string[]) => void;
  /** What holds the rows; it has the focus once what was done with them is over, and its buttons are gone. */
  list: RefObject<HTMLDivElement | null>;
};

type State = { key: string; ids: string[] };

const idsOf = (state: State, key: string) => (state.key === key ? state.ids : []);

/** The rows chosen on one page of a list; another page or filter (`key`) starts with none. */
export function useSelection(key: string): Selection {
  const [state, setState] = useState<State>({ key, ids: [] });
  const list = useRef<HTMLDivElement>(null);
  // These stay the same while rows are chosen, so that only the rows concerned are drawn again.
  const change = useMemo(
    () => ({
      set: (ids: string[]) => setState({ key, ids }),
      toggle: (id: string) =>
        setState((old) => {
          const ids = idsOf(old, key);
          return { key, ids: ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id] };
        }),
    }),
    [key],
  );
  return useMemo(() => {
    const ids = idsOf(state, key);
    const chosen = new Set(ids);
    return { ids, has: (id) => chosen.has(id), list, ...change };
  }, [state, key, change]);
}
