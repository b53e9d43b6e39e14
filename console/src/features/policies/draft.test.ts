import { describe, expect, it } from "vitest";
import {
  changedKeys,
  draftOf,
  hurts,
  instead,
  isIdleList,
  isOpen,
  type Policy,
  ruleErrors,
  settingsOf,
  wrongNumbers,
} from "./draft";

const above = { organization_id: null, name: "", locked: false };
const number = (own: number | null, inherited: number) => ({
  own,
  own_locked: false,
  effective: own ?? inherited,
  from: above,
  inherited,
  above,
  most: null as number | null,
});
const policy = {
  organization_id: "org_1",
  idle_minutes: number(15, 480),
  lifetime_minutes: number(null, 1440),
  password_length: number(null, 12),
  temporary_password_hours: number(null, 168),
  log_in_as_allowed: { own: null, own_locked: false, effective: true, from: above, inherited: true, above },
  allowlist: {
    own: null,
    own_locked: false,
    effective: { enabled: false, rules: [] },
    from: above,
    inherited: { enabled: false, rules: [] },
    inherited_hidden: 0,
    above,
  },
  your_address: "203.0.113.7",
  updated_at: null,
  version: 1,
} as Policy;

// covers E-08, E-11
describe("the form of a policy", () => {
  it("sends only what is set here", () => {
    expect(settingsOf(draftOf(policy))).toEqual({ idle_minutes: { value: 15, locked: false } });
  });

  it("knows when something has changed", () => {
    const draft = draftOf(policy);
    expect(changedKeys(policy, draft)).toEqual([]);
    expect(changedKeys(policy, { ...draft, idle_minutes: { own: true, value: 10, locked: false } })).toEqual([
      "idle_minutes",
    ]);
    expect(changedKeys(policy, { ...draft, idle_minutes: { ...draft.idle_minutes, own: false } })).toEqual([
      "idle_minutes",
    ]);
  });

  it("finds numbers out of range, but only those that are set here", () => {
    const draft = draftOf(policy);
    expect(
      wrongNumbers(policy, { ...draft, idle_minutes: { own: true, value: 481, locked: false } }),
    ).toEqual(["idle_minutes"]);
    expect(wrongNumbers(policy, { ...draft, idle_minutes: { own: true, value: 4, locked: false } })).toEqual([
      "idle_minutes",
    ]);
    expect(wrongNumbers(policy, { ...draft, idle_minutes: { own: true, value: 0, locked: false } })).toEqual(
      [],
    );
    const earlier = { ...policy, idle_minutes: number(3, 480) }; // from when less could be set
    expect(wrongNumbers(earlier, draftOf(earlier))).toEqual([]);
    expect(
      wrongNumbers(policy, { ...draft, idle_minutes: { own: false, value: 481, locked: false } }),
    ).toEqual([]);
  });

  it("has nothing to save where all that it shows is locked from above", () => {
    const locked = { ...policy, idle_minutes: { ...policy.idle_minutes, above: { ...above, locked: true } } };
    expect(isOpen(policy, ["idle_minutes"])).toBe(true);
    expect(isOpen(locked, ["idle_minutes"])).toBe(false);
    expect(isOpen(locked, ["idle_minutes", "allowlist"])).toBe(true);
  });

  it("says what holds when the installation allows less", () => {
    expect(instead(0, 480)).toBe(480);
    expect(instead(60, 30)).toBe(30);
    expect(instead(15, 480)).toBe(null);
    expect(instead(480, 480)).toBe(null);
    expect(instead(0, null)).toBe(null);
  });

  it("asks only when somebody is shut out", () => {
    const nobody = { sessions: 0, people: 0, first: [] };
    const quiet = {
      sessions: 5,
      signed_out: nobody,
      locked_out: nobody,
      self_signed_out: false,
      self_locked_out: false,
    };
    expect(hurts(quiet)).toBe(false);
    expect(hurts({ ...quiet, self_locked_out: true })).toBe(true);
    expect(hurts({ ...quiet, locked_out: { ...nobody, people: 1 } })).toBe(true);
  });

  it("puts the errors of rules where they belong", () => {
    const errors = [
      { pointer: "/allowlist/value/rules/1/addresses", code: "turned_around", detail: "turned around" },
      { pointer: "/password_length", code: "out_of_range", detail: "too long" },
    ];
    expect(ruleErrors(errors)).toEqual({ 1: "turned around" });
  });
});

describe("what is not saved", () => {
  it("is named setting by setting, wherever it stands", () => {
    const draft = draftOf(policy);
    expect(changedKeys(policy, draft)).toEqual([]);
    draft.idle_minutes = { ...draft.idle_minutes, value: 30 };
    draft.password_length = { own: true, value: 16, locked: false };
    expect(changedKeys(policy, draft)).toEqual(["idle_minutes", "password_length"]);
  });

  it("may be a list that refuses nobody", () => {
    const rules = [{ addresses: "10.0.0.0/8", label: "", enabled: true }];
    expect(isIdleList({ own: true, locked: false, value: { enabled: false, rules } })).toBe(true);
    expect(isIdleList({ own: true, locked: false, value: { enabled: true, rules } })).toBe(false);
    expect(isIdleList({ own: true, locked: false, value: { enabled: false, rules: [] } })).toBe(false);
    expect(isIdleList({ own: false, locked: false, value: { enabled: false, rules } })).toBe(false);
  });
});
