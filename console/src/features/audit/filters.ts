import type { AuditEvent, ExportFilter } from "@/api/types";
import { isDay, startOfDay } from "@/app/format";

/** The Audit page's filters as they stand in the address. Dates are days (YYYY-MM-DD). */
export type AuditSearch = {
  search: string;
  action: string;
  outcome: string;
  actor_id: string;
  target_id: string;
  /** In which a person acted or was acted on. */
  user_id: string;
  ip: string;
  request_id: string;
  /** What concerns an organization and those below it; empty: the acting one. */
  organization_id: string;
  from: string;
  to: string;
  cursor: string;
};

export const clearedAudit: AuditSearch = {
  search: "",
  action: "",
  outcome: "",
  actor_id: "",
  target_id: "",
  user_id: "",
  ip: "",
  request_id: "",
  organization_id: "",
  from: "",
  to: "",
  cursor: "",
};

const names = Object.keys(clearedAudit) as (keyof AuditSearch)[];

/** The API knows no moment after year 9999, nor the end of its last day. */
export const lastDay = "9999-12-30";

/** Whether a text is a day that can be meant, and not one of a year half typed. */
export function isLikelyDay(text: string): boolean {
  return isDay(text) && text >= "1970" && text <= lastDay;
}

export function parseAuditSearch(raw: Record<string, unknown>): AuditSearch {
  const search = { ...clearedAudit };
  for (const name of names) {
    const value = raw[name];
    if (typeof value === "string") search[name] = value;
  }
  if (!["success", "failure"].includes(search.outcome)) search.outcome = "";
  if (!isLikelyDay(search.from)) search.from = "";
  if (!isLikelyDay(search.to)) search.to = "";
  return search;
}

/** Only what is set. */
export function toAuditUrl(search: AuditSearch): Record<string, string> {
  return Object.fromEntries(names.filter((name) => search[name]).map((name) => [name, search[name]]));
}

/** The query of the API: days become moments, as they are where times are shown; the last day is meant whole. */
export function auditQuery(search: AuditSearch): Record<string, string> {
  const query = toAuditUrl(search);
  if (search.from) query.from = startOfDay(search.from).toISOString();
  if (search.to) query.to = startOfDay(search.to, 1).toISOString();
  return query;
}

/** The same events as an export takes them. */
export function auditExportFilter(search: AuditSearch): ExportFilter {
  const { cursor: _cursor, ...filter } = auditQuery(search);
  return filter as ExportFilter;
}

export function isAuditFiltered(search: AuditSearch): boolean {
  return names.some((name) => name !== "cursor" && search[name] !== "");
}

/** Filters that come by links, and have no field on the page: each is shown as a chip. */
const chipNames = ["user_id", "actor_id", "target_id", "ip", "request_id"] as const;

export type ChipName = (typeof chipNames)[number];

/** The chips of a search, with the names of people and things as far as the events tell them. */
export function chipsOf(
  search: AuditSearch,
  events: Pick<AuditEvent, "actor" | "target">[] = [],
): { name: ChipName; value: string }[] {
  const named = (id: string) => {
    for (const { actor, target } of events) {
      if (actor.id === id && actor.name) return actor.name;
      if (target?.id === id && target.name) return target.name;
    }
    return id;
  };
  return chipNames
    .filter((name) => search[name])
    .map((name) => ({
      name,
      value: name.endsWith("_id") && name !== "request_id" ? named(search[name]) : search[name],
    }));
}
