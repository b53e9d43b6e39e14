import { describe, expect, it } from "vitest";
import { auditQuery, clearedAudit, isAuditFiltered, parseAuditSearch, toAuditUrl } from "./filters";

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

  it("mean the last day whole", () => {
    const query = auditQuery({ ...clearedAudit, from: "2026-11-01", to: "2026-11-01" });
    const span = new Date(query.to ?? 0).getTime() - new Date(query.from ?? 0).getTime();
    expect(span).toBe(86_400_000);
  });

  it("don't count the cursor", () => {
    expect(isAuditFiltered({ ...clearedAudit, cursor: "c" })).toBe(false);
    expect(isAuditFiltered({ ...clearedAudit, actor_id: "user_1" })).toBe(true);
  });
});
