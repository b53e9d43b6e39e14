import { fieldText } from "@/api/messages";
import type { components } from "@/api/schema.gen";

type Schemas = components["schemas"];
export type Policy = Schemas["Policy"];
export type PolicySettings = Schemas["PolicySettings"];
export type Rehearsal = Schemas["Rehearsal"];
export type Allowlist = Schemas["Allowlist"];
export type AddressRule = Schemas["AddressRule"];
export type Origin = Schemas["PolicyOrigin"];
export type Refusal = Schemas["Refusal"];
export type IPException = Schemas["IPException"];

/** A setting while it is edited: set here or inherited, and whether it is locked for those below. */
export type Field<T> = { own: boolean; value: T; locked: boolean };

export type Draft = {
  idle_minutes: Field<number>;
  lifetime_minutes: Field<number>;
  password_length: Field<number>;
  temporary_password_hours: Field<number>;
  log_in_as_allowed: Field<boolean>;
  allowlist: Field<Allowlist>;
};

export type NumberKey = "idle_minutes" | "lifetime_minutes" | "password_length" | "temporary_password_hours";

/** The ranges that the server takes. */
export const ranges: Record<NumberKey, { min: number; max: number }> = {
  idle_minutes: { min: 5, max: 480 },
  lifetime_minutes: { min: 5, max: 525_600 },
  password_length: { min: 8, max: 64 },
  temporary_password_hours: { min: 1, max: 720 },
};

/** Whether any of some settings can be changed: those above have not locked all of them. */
export function isOpen(policy: Policy, keys: readonly (keyof Draft)[]): boolean {
  return keys.some((key) => !policy[key].above.locked);
}

/** The form for a policy; what is inherited begins with the value that holds now. */
export function draftOf(policy: Policy): Draft {
  const number = (key: NumberKey): Field<number> => {
    const { own, own_locked, inherited } = policy[key];
    const { min, max } = ranges[key];
    return { own: own !== null, value: own ?? Math.min(Math.max(inherited, min), max), locked: own_locked };
  };
  const logInAs = policy.log_in_as_allowed;
  const list = policy.allowlist;
  return {
    idle_minutes: number("idle_minutes"),
    lifetime_minutes: number("lifetime_minutes"),
    password_length: number("password_length"),
    temporary_password_hours: number("temporary_password_hours"),
    log_in_as_allowed: {
      own: logInAs.own !== null,
      value: logInAs.own ?? logInAs.inherited,
      locked: logInAs.own_locked,
    },
    allowlist: {
      own: list.own !== null,
      value: list.own ?? { enabled: false, rules: [] },
      locked: list.own_locked,
    },
  };
}

/** What is sent: only what is set here. */
export function settingsOf(draft: Draft): PolicySettings {
  const out: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(draft)) {
    if (field.own) out[key] = { value: field.value, locked: field.locked };
  }
  return out as PolicySettings;
}

/** The time that holds instead of one that is set here, in minutes: the installation's, when that is shorter; else null. */
export function instead(value: number, most: number | null): number | null {
  return most !== null && (value === 0 || value > most) ? most : null;
}

/** The settings that the form would change. */
export function changedKeys(policy: Policy, draft: Draft): (keyof Draft)[] {
  const before: Record<string, unknown> = settingsOf(draftOf(policy));
  const after: Record<string, unknown> = settingsOf(draft);
  return (Object.keys(draft) as (keyof Draft)[]).filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
}

/** Whether addresses are listed that refuse nobody, because the list is off. */
export function isIdleList({ own, value }: Draft["allowlist"]): boolean {
  return own && !value.enabled && value.rules.length > 0;
}

/** Whether a number can be kept: a whole one in its range, and of idle logout also 0, which is off, and what is set already. */
export function isAllowed(policy: Policy, key: NumberKey, value: number): boolean {
  const { min, max } = ranges[key];
  const inRange = value >= min && value <= max;
  return (
    Number.isInteger(value) && (inRange || (key === "idle_minutes" && [0, policy[key].own].includes(value)))
  );
}

/** The numbers that are not in their range, by key. */
export function wrongNumbers(policy: Policy, draft: Draft): NumberKey[] {
  return (Object.keys(ranges) as NumberKey[]).filter((key) => {
    const { own, value } = draft[key];
    return own && !isAllowed(policy, key, value);
  });
}

/** Whether saving would shut somebody out right now. */
export function hurts(r: Rehearsal): boolean {
  return r.signed_out.people + r.locked_out.people > 0 || r.self_signed_out || r.self_locked_out;
}

/** The errors of the rules of a list, by their position, from the pointers of a refusal. */
export function ruleErrors(
  errors: { pointer: string; code: string; detail: string }[] | undefined,
): Record<number, string> {
  const out: Record<number, string> = {};
  for (const { pointer, code, detail } of errors ?? []) {
    const match = /\/allowlist\/value\/rules\/(\d+)/.exec(pointer);
    if (match) out[Number(match[1])] ??= fieldText(code, detail);
  }
  return out;
}
