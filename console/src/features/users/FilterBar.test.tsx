import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { show } from "@/test-show";
import { FilterBar } from "./FilterBar";
import { parseUserSearch } from "./filters";

const statuses = (withDeleted: boolean) => {
  const search = parseUserSearch({});
  show(
    <FilterBar
      search={search}
      roles={[]}
      onChange={() => {}}
      onRefresh={() => {}}
      refreshing={false}
      withDeleted={withDeleted}
    />,
    { permissions: [] },
  );
  const field = screen.getByRole("combobox", { name: "Status" });
  return [...field.querySelectorAll("option")].map((option) => option.textContent);
};

describe("the filter by status", () => {
  it("offers those who were deleted only where there is a list of them", () => {
    expect(statuses(false)).toEqual(["Any status", "Active", "Suspended"]);
  });

  it("offers them on the Users page", () => {
    expect(statuses(true)).toContain("Deleted");
  });
});
