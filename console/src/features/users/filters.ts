import type { ExportFilter } from "@/api/types";

/** The Users page's filters as they stand in the address. */
export type UserSearch = {
  search: string;
  status: string;
  user_type: string;
  role: string;
  team: string;
  /** Values of the company's own fields, by the field's key. */
  fields: Record<string, string>;
  /** Members of one organization alone; set by the page, not by its filters. */
  organization_id?: string;
  sort: string;
  cursor: string;
};

const defaultSort = "name";
const statuses = ["active", "suspended", "deleted"];
const sorts = ["name", "-name", "last_sign_in", "-last_sign_in", "created", "-created"];
const filterNames = ["search", "status", "user_type", "role", "team"] as const;

/** Begins the names of filters by the company's own fields in an address. */
const fieldPrefix = "field.";

function fieldsOf(raw: Record<string, unknown>): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (!name.startsWith(fieldPrefix) || typeof value !== "string" || value.trim() === "") continue;
    fields[name.slice(fieldPrefix.length)] = value.slice(0, 500);
  }
  return fields;
}

/** What a search is when nothing is filtered. */
export const noFilters = {
  search: "",
  status: "",
  user_type: "",
  role: "",
  team: "",
  fields: {} as Record<string, string>,
};

/** Reads filters from an address; what it does not know is ignored. */
export function parseUserSearch(raw: Record<string, unknown>): UserSearch {
  const text = (name: string) => (typeof raw[name] === "string" ? (raw[name] as string).slice(0, 400) : "");
  const oneOf = (name: string, allowed: string[], otherwise: string) =>
    allowed.includes(text(name)) ? text(name) : otherwise;
  return {
    search: text("search"),
    status: oneOf("status", statuses, ""),
    user_type: text("user_type"),
    role: text("role"),
    team: text("team"),
    fields: fieldsOf(raw),
    sort: oneOf("sort", sorts, defaultSort),
    cursor: typeof raw.cursor === "string" ? raw.cursor : "",
  };
}

/** The address of filters: only what differs from the default is written. */
export function toUrlSearch(search: UserSearch): Record<string, string> {
  const result: Record<string, string> = {};
  for (const name of filterNames) if (search[name]) result[name] = search[name];
  for (const [key, value] of Object.entries(search.fields)) result[fieldPrefix + key] = value;
  if (search.sort !== defaultSort) result.sort = search.sort;
  if (search.cursor) result.cursor = search.cursor;
  return result;
}

/** Applies a change. Whatever changes the list starts it again: a cursor belongs to one filter and sort. */
export function changeSearch(search: UserSearch, change: Partial<UserSearch>): UserSearch {
  const cursor = change.cursor ?? "";
  return { ...search, ...change, cursor };
}

/** The query of `GET /users`. */
export function toApiQuery(search: UserSearch): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = { sort: search.sort };
  for (const name of filterNames) {
    const value = search[name].trim();
    if (value) query[name] = value;
  }
  const fields = Object.entries(search.fields).map(([key, value]) => `${key}:${value}`);
  if (fields.length > 0) query.field = fields;
  if (search.organization_id) query.organization_id = search.organization_id;
  if (search.cursor) query.cursor = search.cursor;
  return query;
}

/** The same people as an export takes them. */
export function toExportFilter(search: UserSearch): ExportFilter {
  const { sort: _sort, cursor: _cursor, ...filter } = toApiQuery(search);
  return filter as ExportFilter;
}

export function isFiltered(search: UserSearch): boolean {
  return search.search.trim() !== "" || filtersSet(search) > 0;
}

/** How many filters are set, beside the search. */
export function filtersSet(search: UserSearch): number {
  const set = filterNames.filter((name) => name !== "search" && search[name].trim() !== "");
  return set.length + Object.keys(search.fields).length;
}
