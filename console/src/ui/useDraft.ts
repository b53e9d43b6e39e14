import { useState } from "react";
import { currentOf, isConflict, type Versioned } from "@/api/conflict";

type Item = Versioned | null;

/** `refusal` is the last one that the person was told of, until what there is instead was taken over. */
type State<T, V> = { base: T; values: V; refusal: unknown };

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

const versionOf = (item: Item | undefined) => item?.version ?? 0;

const fieldsOf = <V extends object>(values: V) => Object.keys(values) as (keyof V)[];

/** The values of a form after what it began with has changed: what was typed stays, all else is as it is now. */
export function rebased<V extends object>(before: V, now: V, values: V): V {
  const untouched = fieldsOf(values).filter((field) => same(values[field], before[field]));
  return { ...values, ...Object.fromEntries(untouched.map((field) => [field, now[field]])) };
}

/** Whether something was typed where somebody else has changed something, too. */
export function collides<V extends object>(before: V, now: V, values: V): boolean {
  return fieldsOf(values).some(
    (field) =>
      !same(values[field], before[field]) &&
      !same(now[field], before[field]) &&
      !same(values[field], now[field]),
  );
}

function followed<T extends Item, V extends object>(
  state: State<T, V>,
  given: T,
  valuesOf: (item: T) => V,
): State<T, V> {
  const current = currentOf<T>(state.refusal);
  const now = current && versionOf(current) > versionOf(given) ? current : given;
  if (versionOf(now) <= versionOf(state.base)) return state;
  const [before, after] = [valuesOf(state.base), valuesOf(now)];
  if (!isConflict(state.refusal) && collides(before, after, state.values)) return state;
  return { base: now, values: rebased(before, after, state.values), refusal: null };
}

/**
 * Keeps what is typed into a form over something that others change, too. `base` is what the form goes from and what it
 * is saved over: it follows what the server has as long as nobody changed what was typed here, so that nothing is
 * overwritten unseen; once the person is told, it follows in any case.
 */
export function useDraft<T extends Item, V extends object>(given: T, valuesOf: (item: T) => V) {
  const [kept, setState] = useState<State<T, V>>(() => ({
    base: given,
    values: valuesOf(given),
    refusal: null,
  }));
  const state = followed(kept, given, valuesOf);
  if (state !== kept) setState(state);
  // What comes from above, or what one may do with it, changes without its version.
  const base = versionOf(given) === versionOf(state.base) ? given : state.base;
  return {
    base,
    values: state.values,
    set: (change: Partial<V>) => setState((old) => ({ ...old, values: { ...old.values, ...change } })),
    /** Goes on from what was saved; what was typed since it was sent stays. */
    adopt: (saved: T, sent: V) =>
      setState(({ values }) => ({
        base: saved,
        values: rebased(sent, valuesOf(saved), values),
        refusal: null,
      })),
    /** The person is told why it was not saved. */
    told: (refusal: unknown) => setState((old) => ({ ...old, refusal })),
    /** Throws away what was typed. */
    reset: (to: T = base) => setState((old) => ({ ...old, base: to, values: valuesOf(to) })),
  };
}
