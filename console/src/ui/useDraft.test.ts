import { act, renderHook } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { ApiError } from "@/api/errors";
import { useDraft } from "./useDraft";

type Team = { version: number; name: string; note: string; people: string[] };

const first: Team = { version: 1, name: "Day", note: "", people: ["ana"] };
const valuesOf = ({ name, note, people }: Team) => ({ name, note, people });

function open() {
  return renderHook((team: Team) => useDraft(team, valuesOf), { initialProps: first });
}

const conflict = (current?: Team) =>
  new ApiError({ title: "x", status: 412, code: "precondition_failed", current });

describe("a form over something that others change, too", () => {
  it("keeps what was typed, and follows in all else", () => {
    const { result, rerender } = open();
    act(() => result.current.set({ note: "mine" }));
    rerender({ ...first, version: 2, name: "Night", people: ["ana", "ben"] });
    expect(result.current.values).toEqual({ name: "Night", note: "mine", people: ["ana", "ben"] });
    expect(result.current.base.version).toBe(2);
  });

  it("overwrites nothing unseen: where both changed the same it goes from what it began with", () => {
    const { result, rerender } = open();
    act(() => result.current.set({ name: "Mine" }));
    const theirs = { ...first, version: 2, name: "Theirs", note: "new" };
    rerender(theirs);
    expect(result.current.base.version).toBe(1);
    expect(result.current.values.name).toBe("Mine");
    act(() => result.current.told(conflict(theirs)));
    expect(result.current.base.version).toBe(2);
    expect(result.current.values).toEqual({ name: "Mine", note: "new", people: ["ana"] });
  });

  it("takes what a refusal tells, and what is fetched after one that tells nothing", () => {
    const { result, rerender } = open();
    act(() => result.current.set({ name: "Mine" }));
    act(() => result.current.told(conflict({ ...first, version: 3, name: "Theirs" })));
    expect(result.current.base.version).toBe(3);
    act(() => result.current.told(conflict()));
    rerender({ ...first, version: 4, name: "Others" });
    expect(result.current.base.version).toBe(4);
    // The same refusal says nothing of what is changed after it.
    rerender({ ...first, version: 5, name: "Again" });
    expect(result.current.base.version).toBe(4);
    expect(result.current.values.name).toBe("Mine");
  });

  it("goes on from what was saved, with what was typed meanwhile", () => {
    const { result } = open();
    act(() => result.current.set({ name: " Dawn " }));
    const sent = result.current.values;
    act(() => result.current.set({ note: "later" }));
    act(() => result.current.adopt({ ...first, version: 2, name: "Dawn" }, sent));
    expect(result.current.values).toEqual({ name: "Dawn", note: "later", people: ["ana"] });
    act(() => result.current.reset());
    expect(result.current.values).toEqual({ name: "Dawn", note: "", people: ["ana"] });
  });

  it("does not go back to an older answer", () => {
    const { result, rerender } = open();
    act(() => result.current.adopt({ ...first, version: 3, name: "Saved" }, result.current.values));
    rerender({ ...first, version: 2, name: "Late" });
    expect(result.current.values.name).toBe("Saved");
  });
});
