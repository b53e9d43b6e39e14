import { describe, expect, it } from "vitest";
import { percentOf } from "./ImportRun";

describe("the progress of an import", () => {
  it("is the part of the file that is checked, or done", () => {
    expect(percentOf({ state: "checking", rows_total: 200, rows_checked: 50, rows_done: 0 })).toBe(25);
    // Half of the lines are wrong: done counts them, too.
    expect(percentOf({ state: "running", rows_total: 200, rows_checked: 200, rows_done: 100 })).toBe(50);
    expect(percentOf({ state: "checking", rows_total: 0, rows_checked: 0, rows_done: 0 })).toBe(0);
  });
});
