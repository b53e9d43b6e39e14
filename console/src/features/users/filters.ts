import type { operations } from "@/api/schema.gen";
import type { ExportFilter } from "@/api/types";
import { personTypes } from "./userTypes";

/** The query of `GET /users`. */
type ListQuery = NonNullable<operations["list-users"]["parameters"]["query"]>;

export type UserSort = NonNullable<ListQuery["sort"]>;

/** The filters of a list of people as they stand in the address. */
export type PeopleSearch = {
  search: string;
  status: NonNullable<ListQuery["status"]> | "";
  user_type: NonNullable<ListQuery["user_type"]> | "";
  role: string;
  team: string;
  /** Members of one organization alone. */
  organization: string;
  /** Values of the company's own fields, by the field's key. */
  fields: Record<string, string>;
  sort: UserSort;
  cursor: string;
};

/** Those of the Users page, which has a list of those who were deleted, too. */
export type UserSearch = Omit<PeopleSearch, "status"> & { status: PeopleSearch["status"] | "deleted" };

const defaultSort = "name";
const statuses = ["", "active", "suspended", "deleted"] as const;
const userTypes = ["", ...personTypes, "client", "service"] as const;
const sorts = ["name", "-name", "last_sign_in", "-last_sign_in", "created", "-created"] as const;
const filterNames = ["search", "status", "user_type", "role", "team", "organization"] as const;

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
export const noFilters: Omit<PeopleSearch, "sort" | "cursor"> = {
  search: "",
  status: "",
  user_type: "",
  role: "",
  team: "",
  organization: "",
  fields: {},
};

/** Reads filters from an address; what it does not know is ignored. */
export function parseUserSearch(raw: Record<string, unknown>): UserSearch {
  const text = (name: string) => (typeof raw[name] === "string" ? (raw[name] as string).slice(0, 400) : "");
  const oneOf = <V extends string>(name: string, allowed: readonly V[], otherwise: V): V =>
    allowed.find((value) => value === text(name)) ?? otherwise;
  return {
    search: text("search"),
    status: oneOf("status", statuses, ""),
    user_type: oneOf("user_type", userTypes, ""),
    role: text("role"),
    team: text("team"),
    organization: text("organization"),
    fields: fieldsOf(raw),
    sort: oneOf("sort", sorts, defaultSort),
    cursor: typeof raw.cursor === "string" ? raw.cursor : "",
  };
}

/** For the lists that have nobody who was deleted: they take that status for none. */
export function withoutDeleted(search: UserSearch): PeopleSearch {
  return { ...search, status: search.status === "deleted" ? "" : search.status };
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

/** The query of `GET /users`: what is set, and the order. */
export function toApiQuery(search: PeopleSearch): ListQuery {
  const words = search.search.trim();
  const fields = Object.entries(search.fields).map(([key, value]) => `${key}:${value}`);
  return {
    sort: search.sort,
    ...(words && { search: words }),
    ...(search.status && { status: search.status }),
    ...(search.user_type && { user_type: search.user_type }),
    ...(search.role.trim() && { role: search.role.trim() }),
    ...(search.team.trim() && { team: search.team.trim() }),
    ...(fields.length > 0 && { field: fields }),
    ...(search.organization.trim() && { organization_id: search.organization.trim() }),
    ...(search.cursor && { cursor: search.cursor }),
  };
}

/** The same people as an export takes them. */
export function toExportFilter(search: PeopleSearch): ExportFilter {
  const { sort: _sort, cursor: _cursor, limit: _limit, ...filter } = toApiQuery(search);
  return filter;
}

export function isFiltered(search: UserSearch): boolean {
  return search.search.trim() !== "" || filtersSet(search) > 0;
}

/** How many filters are set, beside the search. */
export function filtersSet(search: UserSearch): number {
  const set = filterNames.filter((name) => name !== "search" && search[name].trim() !== "");
  return set.length + Object.keys(search.fields).length;
}
