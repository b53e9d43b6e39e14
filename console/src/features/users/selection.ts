import { useMemo, useState } from "react";

export type Selection = {
  ids: string[];
  has: (id: string) => boolean;
  toggle: (id: string) => void;
  set: (ids: string[]) => void;
};

/** The rows chosen on one page of a list; another page or filter (`key`) starts with none. */
export function useSelection(key: string): Selection {
  const [state, setState] = useState<{ key: string; ids: string[] }>({ key, ids: [] });
  return useMemo(() => {
    const ids = state.key === key ? state.ids : [];
    const chosen = new Set(ids);
    const set = (next: string[]) => setState({ key, ids: next });
    return {
      ids,
      has: (id) => chosen.has(id),
      set,
      toggle: (id) => set(chosen.has(id) ? ids.filter((other) => other !== id) : [...ids, id]),
    };
  }, [state, key]);
}
