import { describe, expect, it } from "vitest";
import { queryString } from "@/api/client";
import { parseSearch, stringifySearch } from "@/app/searchParams";
import {
  changeSearch,
  isFiltered,
  noFilters,
  parseUserSearch,
  toApiQuery,
  toExportFilter,
  toUrlSearch,
  type UserSearch,
  withoutDeleted,
} from "./filters";

const empty = withoutDeleted(parseUserSearch({}));

describe("the filters of the Users page", () => {
  // covers D-02
  it("survive the way through the address, all together", () => {
    const search: UserSearch = {
      search: "Weiß & Söhne",
      status: "active",
      user_type: "agent",
      role: "role_1",
      team: "team_1",
      organization: "org_1",
      fields: { department: "sales & care", employee_number: "a=1" },
      sort: "-last_sign_in",
      cursor: "abc==",
    };
    const address = stringifySearch(toUrlSearch(search));
    expect(parseUserSearch(parseSearch(address))).toEqual(search);
  });

  // covers E-12
  it("ask for values of the company's own fields", () => {
    const search = parseUserSearch({
      "field.department": "sales",
      "field.desk": " ",
      field: "x",
      fields: "y",
    });
    expect(search.fields).toEqual({ department: "sales" });
    expect(isFiltered(search)).toBe(true);
    expect(isFiltered({ ...search, ...noFilters })).toBe(false);
    expect(toApiQuery({ ...empty, fields: { a: "1:2", b: "c,d" } }).field).toEqual(["a:1:2", "b:c,d"]);
    expect(queryString({ field: ["a:1:2", "b:c,d"], format: "csv" })).toBe(
      "?field=a%3A1%3A2&field=b%3Ac%2Cd&format=csv",
    );
  });

  it("write nothing for what is the default", () => {
    expect(toUrlSearch(empty)).toEqual({});
    expect(stringifySearch({})).toBe("");
  });

  it("ignore what they do not know", () => {
    const search = parseUserSearch({
      status: "gone",
      sort: "password",
      user_type: "robot",
      search: { nested: true },
      other: "x",
    });
    expect(search).toEqual(empty);
  });

  it("know nobody who was deleted but on the page that lists them", () => {
    const search = parseUserSearch({ status: "deleted", role: "role_1" });
    expect(search.status).toBe("deleted");
    expect(toApiQuery(withoutDeleted(search))).toEqual({ sort: "name", role: "role_1" });
    expect(withoutDeleted(parseUserSearch({ status: "suspended" })).status).toBe("suspended");
  });

  it("start the list again when a filter or the sort changes", () => {
    const onPageThree = { ...empty, cursor: "three" };
    expect(changeSearch(onPageThree, { status: "suspended" }).cursor).toBe("");
    expect(changeSearch(onPageThree, { sort: "-name" }).cursor).toBe("");
    expect(changeSearch(onPageThree, { cursor: "four" }).cursor).toBe("four");
  });

  it("ask the API for exactly what is set", () => {
    const search = { ...empty, search: "  ana ", role: "role_1", cursor: "c" };
    expect(toApiQuery(search)).toEqual({ sort: "name", search: "ana", role: "role_1", cursor: "c" });
    // An export is of all pages, in an order of its own.
    expect(toExportFilter(search)).toEqual({ search: "ana", role: "role_1" });
  });

  it("know whether anything is filtered; sorting is not filtering", () => {
    expect(isFiltered({ ...empty, sort: "-created", cursor: "x" })).toBe(false);
    expect(isFiltered({ ...empty, user_type: "viewer" })).toBe(true);
    expect(isFiltered({ ...empty, search: "   " })).toBe(false);
  });
});
