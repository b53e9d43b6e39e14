import { i18n } from "@lingui/core";
import { afterEach, describe, expect, it } from "vitest";
import {
  formatDateTime,
  formatList,
  formatNumber,
  formatRelative,
  setTimezone,
  startOfDay,
  timezones,
} from "./format";

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

describe("the list of timezones", () => {
  it.each(["Asia/Kolkata", "Europe/Kyiv", "America/Argentina/Buenos_Aires", "UTC", "Europe/Berlin"])(
    "has %s once",
    (zone) => {
      expect(timezones("").filter((one) => one === zone)).toEqual([zone]);
      expect(timezones(zone)).toEqual(timezones(""));
    },
  );

  it("has what is set, under the name that it is set by", () => {
    expect(timezones("")).not.toContain("Asia/Calcutta");
    expect(timezones("Asia/Calcutta")).toContain("Asia/Calcutta");
    expect(timezones("")).not.toContain("");
  });
});

describe("the beginning of a day", () => {
  it.each([
    ["Asia/Tokyo", "2026-11-22", "2026-11-21T15:00:00.000Z"],
    ["America/New_York", "2026-11-22", "2026-11-22T05:00:00.000Z"],
    ["Asia/Kolkata", "2026-01-01", "2025-12-31T18:30:00.000Z"],
    ["Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00.000Z"], // clocks go forward at two
    ["Europe/Berlin", "2026-03-30", "2026-03-29T22:00:00.000Z"],
    ["Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00.000Z"], // and back at three
    ["Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00.000Z"], // forward at midnight
    ["America/Havana", "2026-11-01", "2026-11-01T04:00:00.000Z"], // back to midnight
    ["Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00.000Z"], // a day that was left out
  ])("in %s, %s", (zone, day, want) => {
    setTimezone(zone);
    expect(startOfDay(day).toISOString()).toBe(want);
  });

  it("is the browser's where no timezone is set, and goes over the ends of months", () => {
    expect(startOfDay("2026-02-28", 1)).toEqual(new Date(2026, 2, 1));
  });
});
