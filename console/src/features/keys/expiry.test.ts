import { describe, expect, it } from "vitest";
import { expiryOf } from "./expiry";

const now = new Date("2026-11-22T10:00:00Z");

describe("a key's expiry", () => {
  it("is counted in days from now", () => {
    expect(expiryOf("30", "", now)).toBe("2026-12-22T10:00:00.000Z");
  });

  it("can be a day, which is meant whole, but not one in the past", () => {
    const end = expiryOf("date", "2026-12-01", now);
    expect(new Date(end ?? 0).getTime()).toBe(new Date("2026-12-01T23:59:59").getTime());
    expect(expiryOf("date", "2026-11-20", now)).toBeNull();
    expect(expiryOf("date", "", now)).toBeNull();
  });

  it("can be none", () => {
    expect(expiryOf("", "", now)).toBeUndefined();
  });
});
