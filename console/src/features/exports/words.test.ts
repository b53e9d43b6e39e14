import { i18n } from "@lingui/core";
import { beforeAll, describe, expect, it } from "vitest";
import { filterWords, percentOf, progressWords } from "./words";

beforeAll(() => i18n.loadAndActivate({ locale: "en", messages: {} }));

describe("exports in words", () => {
  const name = (id: string) => ({ role_1: "Night shift", org_1: "Brightdesk" })[id] ?? id;

  it("say which filters apply, with the names of what they mean", () => {
    const filter = {
      search: "Weiß",
      organization_id: "org_1",
      below: true,
      role: "role_1",
      status: "suspended" as const,
    };
    expect(filterWords(filter, name)).toEqual([
      "Search: Weiß",
      "Organization: Brightdesk and below",
      "Status: Suspended",
      "Role: Night shift",
    ]);
    expect(filterWords({}, name)).toEqual([]);
  });

  it("know how far it is only when somebody has counted", () => {
    expect(percentOf({ rows_done: 45, rows_total: 180 })).toBe(25);
    expect(percentOf({ rows_done: 190, rows_total: 180 })).toBe(100);
    expect(percentOf({ rows_done: 0, rows_total: 0 })).toBeNull();
    expect(percentOf({ rows_done: 45, rows_total: null })).toBeNull();
    expect(progressWords({ rows_done: 4500, rows_total: 18000 })).toBe("4,500 of 18,000 rows");
    expect(progressWords({ rows_done: 1, rows_total: null })).toBe("1 row");
  });
});
