import { i18n } from "@lingui/core";
import { afterEach, describe, expect, it } from "vitest";
import { formatDateTime, formatList, formatNumber, formatRelative, setTimezone } from "./format";

const now = Date.UTC(2026, 10, 22, 12, 0, 0);
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();

afterEach(() => setTimezone(null));

describe("times and numbers", () => {
  it.each([
    [20, "now"],
    [-20, "now"],
    [60, "1 minute ago"],
    [3_599, "59 minutes ago"],
    [7_300, "2 hours ago"],
    [86_400, "yesterday"],
    [3 * 604_800, "3 weeks ago"],
    [70 * 86_400, "2 months ago"],
    [-7_300, "in 2 hours"],
  ])("%d seconds ago is %s", (seconds, words) => {
    expect(formatRelative(ago(seconds), now)).toBe(words);
  });

  it("are shown in the person's timezone", () => {
    setTimezone("Asia/Tokyo");
    expect(formatDateTime("2026-11-22T20:00:00Z", { dateStyle: "short" })).toBe("11/23/26");
    setTimezone("Not/AZone");
    expect(formatDateTime("not a time")).toBe("not a time");
  });

  it("follow the language", () => {
    const english = i18n.messages;
    i18n.loadAndActivate({ locale: "de", messages: {} });
    expect(formatNumber(1_234_567)).toBe("1.234.567");
    expect(formatList(["A", "B"])).toBe("A und B");
    i18n.loadAndActivate({ locale: "en", messages: english });
  });
});
