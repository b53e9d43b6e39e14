import { afterEach, describe, expect, it } from "vitest";
import { setTimezone } from "@/app/format";
import {
  auditExportFilter,
  auditQuery,
  chipsOf,
  clearedAudit,
  isAuditFiltered,
  parseAuditSearch,
  toAuditUrl,
} from "./filters";

afterEach(() => setTimezone(null));

describe("the filters of the audit log", () => {
  it("survive the way through the address", () => {
    const search = {
      ...clearedAudit,
      action: "user.updated",
      outcome: "failure",
      from: "2026-11-01",
      cursor: "c",
    };
    expect(parseAuditSearch(toAuditUrl(search))).toEqual(search);
  });

  it("ignore what is no outcome or no day", () => {
    expect(parseAuditSearch({ outcome: "maybe", from: "yesterday", to: "2026-99-99" })).toEqual(clearedAudit);
  });

  it.each(["0002-11-20", "0202-11-20", "1969-12-31", "9999-12-31"])(
    "ignore %s, which nobody means",
    (day) => {
      expect(parseAuditSearch({ from: day, to: day })).toEqual(clearedAudit);
    },
  );

  it("mean the last day whole", () => {
    const query = auditQuery({ ...clearedAudit, from: "2026-11-01", to: "2026-11-01" });
    const span = new Date(query.to ?? 0).getTime() - new Date(query.from ?? 0).getTime();
    expect(span).toBe(86_400_000);
  });

  it.each([
    ["Asia/Tokyo", "2026-11-02", "2026-11-01T15:00:00.000Z", "2026-11-02T15:00:00.000Z"],
    ["Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z"], // of 23 hours
    ["Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z"], // of 25 hours
  ])("mean a day as it is in %s, in lists and exports", (zone, day, from, to) => {
    setTimezone(zone);
    const search = { ...clearedAudit, from: day, to: day };
    expect(auditQuery(search)).toEqual({ from, to });
    expect(auditExportFilter(search)).toEqual({ from, to });
  });

  it("that come by links are chips, with the names that the events tell", () => {
    const search = {
      ...clearedAudit,
      user_id: "user_1",
      target_id: "role_1",
      ip: "192.0.2.7",
      request_id: "req_1",
    };
    const events = [
      {
        actor: { id: "user_2", name: "Bo", type: "user" as const },
        target: { id: "user_1", name: "Ada", type: "user" },
      },
      { actor: { id: "user_1", name: "Ada Later", type: "user" as const }, target: null },
    ];
    expect(chipsOf(search, events)).toEqual([
      { name: "user_id", value: "Ada" },
      { name: "target_id", value: "role_1" },
      { name: "ip", value: "192.0.2.7" },
      { name: "request_id", value: "req_1" },
    ]);
    expect(chipsOf(clearedAudit)).toEqual([]);
    expect(auditExportFilter(search)).toEqual({
      user_id: "user_1",
      target_id: "role_1",
      ip: "192.0.2.7",
      request_id: "req_1",
    });
  });

  it("don't count the cursor", () => {
    expect(isAuditFiltered({ ...clearedAudit, cursor: "c" })).toBe(false);
    expect(isAuditFiltered({ ...clearedAudit, actor_id: "user_1" })).toBe(true);
  });
});
