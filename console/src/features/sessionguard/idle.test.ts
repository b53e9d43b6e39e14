import { describe, expect, it } from "vitest";
import { clock, nextCheck, warnAt, worthTelling } from "./idle";

// covers E-08
describe("nextCheck", () => {
  it("looks again when the warning is due, at least once a minute and never all the time", () => {
    expect(nextCheck(600, 600)).toBe(60);
    expect(nextCheck(100, 600)).toBe(40);
    expect(nextCheck(61, 600)).toBe(5);
    expect(nextCheck(8 * 3600, 8 * 3600)).toBe(300);
    expect(nextCheck(60, 60)).toBe(30);
  });
});

describe("warnAt", () => {
  it("asks a minute before, and of a session that lasts less than two, halfway", () => {
    expect(warnAt(600)).toBe(60);
    expect(warnAt(300)).toBe(60);
    expect(warnAt(60)).toBe(30);
  });
});

describe("worthTelling", () => {
  it("tells of activity only when the server has heard nothing for a while", () => {
    expect(worthTelling(1_000, 600)).toBe(false);
    expect(worthTelling(50_000, 600)).toBe(true);
    expect(worthTelling(16_000, 60)).toBe(true);
  });
});

describe("clock", () => {
  it("shows minutes and seconds and never less than nothing", () => {
    expect(clock(59.2)).toBe("1:00");
    expect(clock(9)).toBe("0:09");
    expect(clock(-3)).toBe("0:00");
  });
});
