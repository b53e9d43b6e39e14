import { useNavigate, useSearch } from "@tanstack/react-router";

/** The names by which the address of a page knows the search and the cursor of a list. */
type Names = {
  search?: string;
  cursor?: string;
  /** Others that mean nothing any more once the list is another. */
  drops?: string[];
};

/** The search and the cursor of a list, as they stand in the address of the page; all else in it stays. */
export function useListAddress({ search = "search", cursor = "cursor", drops = [] }: Names = {}) {
  const address = useSearch({ strict: false });
  const navigate = useNavigate();
  const change = (next: Record<string, string>, replace: boolean) => {
    const dropped = Object.fromEntries(drops.map((name) => [name, ""]));
    const rest = Object.entries({ ...address, ...dropped, [cursor]: "", ...next });
    void navigate({ to: ".", search: Object.fromEntries(rest.filter(([, value]) => value)), replace });
  };
  const values = { search: address[search] ?? "", cursor: address[cursor] ?? "" };
  return {
    ...values,
    /** What of the address belongs to the list, for links that lead back to it. */
    kept: Object.fromEntries(
      [
        [search, values.search],
        [cursor, values.cursor],
      ].filter(([, value]) => value),
    ) as Record<string, string>,
    /** The value of something else that the list is filtered by. */
    filter: (name: string) => address[name] ?? "",
    // Typing shouldn't fill the history; turning a page should be undone by "back".
    onSearch: (text: string) => change({ [search]: text }, true),
    onFilter: (name: string, value: string) => change({ [name]: value }, true),
    onGo: (to: string) => change({ [cursor]: to }, false),
    /** From a page that is no longer there; "back" must not lead to it. */
    onFirst: () => change({}, true),
  };
}
