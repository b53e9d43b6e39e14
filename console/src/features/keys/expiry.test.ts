import { afterEach, describe, expect, it } from "vitest";
import { setTimezone } from "@/app/format";
import { expiryOf } from "./expiry";

const now = new Date("2026-11-22T10:00:00Z");

afterEach(() => setTimezone(null));

describe("a key's expiry", () => {
  it("is counted in days from now", () => {
    expect(expiryOf("30", "", now)).toBe("2026-12-22T10:00:00.000Z");
  });

  it("can be a day, which is meant whole, but not one in the past", () => {
    // Where the person is, whatever the browser's own clock says.
    setTimezone("Pacific/Auckland");
    expect(expiryOf("date", "2026-12-01", now)).toBe("2026-12-01T10:59:59.000Z");
    setTimezone("America/New_York");
    expect(expiryOf("date", "2026-12-01", now)).toBe("2026-12-02T04:59:59.000Z");
    expect(expiryOf("date", "2026-11-20", now)).toBeNull();
    expect(expiryOf("date", "", now)).toBeNull();
  });

  it("can be none", () => {
    expect(expiryOf("", "", now)).toBeUndefined();
  });
});
