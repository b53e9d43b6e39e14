import { t } from "@lingui/core/macro";
import { type ComboboxItem, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useCan, useSession } from "@/app/session";
import { choicesOf, isAnswered, narrowed, type Place } from "./choices";
import { PlaceOption } from "./PlaceOption";
import { organizationChoicesQuery, organizationQuery } from "./queries";

type Props = {
  /** The id of the chosen one; "" while none is. */
  value: string;
  onChange: (place: Place) => void;
  /** Seen, or only said to screen readers where the place explains itself. */
  label: string;
  labelHidden?: boolean;
  description?: string;
  error?: string | undefined;
  className?: string | undefined;
  /** The id of one that can't be chosen, nor what is below it. */
  outside?: string;
  placeholder?: string;
  /** The choice of no organization in particular, which there is none of without. */
  none?: { label: string; onChoose: () => void };
  /** There even if it is the only one: where it says something by itself. */
  always?: boolean;
};

/** Stands for no organization in particular. */
const noneValue = "any";

/**
 * Chooses one of the organizations that the person sees, with search on the server: there may be thousands.
 * Where there is nothing to choose it is not there.
 */
export function OrganizationSelect(props: Props) {
  const { value, onChange, label, labelHidden, error, outside, none, always, ...rest } = props;
  const may = useCan();
  const { organization: here } = useSession();
  const [text, setText] = useState("");
  const [picked, setPicked] = useState<Place>();
  const mayRead = may("organizations.read");
  const first = useQuery({ ...organizationChoicesQuery("", outside), enabled: mayRead });
  const known = [...(first.data?.items ?? []), here, picked].find((place) => place?.id === value);
  const single = useQuery({
    ...organizationQuery(value),
    enabled: mayRead && first.isSuccess && !known && value !== "",
  });
  // One that is gone is chosen still, where none can be: the field must not look as if it were so.
  const chosen: Place | undefined =
    known ?? single.data ?? (none && single.isError ? { id: value, name: value, is_root: false } : undefined);
  // What stands in the closed field is the name of the chosen one, and no search.
  const typed = text === chosen?.name ? "" : text.trim();
  const [wanted] = useDebouncedValue(typed, 200);
  const found = useQuery({
    ...organizationChoicesQuery(wanted, outside),
    enabled: mayRead,
    placeholderData: keepPreviousData,
  });
  const answered = isAnswered(typed, wanted, found);
  const alone = first.data && first.data.items.length < 2 && !first.data.more;
  if (!mayRead || (alone && (known || (none && value === "")) && !always)) return null;
  const { choices, places, added } = choicesOf<Place>(
    found.data,
    chosen ? [chosen] : [],
    t`There are more. Type a part of the name.`,
  );
  return (
    <Select
      {...rest}
      {...(none && { placeholder: none.label })}
      {...(labelHidden ? { "aria-label": label } : { label })}
      searchable
      allowDeselect={false}
      clearable={none !== undefined}
      value={chosen ? value : null}
      error={error}
      onSearchChange={setText}
      onChange={(id) => {
        if (id === null || id === noneValue) none?.onChoose();
        const place = places.get(id ?? "");
        if (!place) return;
        setPicked(place);
        onChange(place);
      }}
      // The server has searched, once it has answered; the chosen one is shown with the others, but is no finding.
      filter={({ options }) => {
        const items = narrowed(options as ComboboxItem[], typed, answered);
        return typed ? items.filter(({ value: id }) => ![noneValue, ...added].includes(id)) : items;
      }}
      maxDropdownHeight={320}
      nothingFoundMessage={found.isFetching ? t`Searching…` : t`Nothing found`}
      // The button that empties the field is for the mouse alone.
      data={none && value ? [{ value: noneValue, label: none.label }, ...choices] : choices}
      renderOption={({ option }) => <PlaceOption label={option.label} place={places.get(option.value)} />}
    />
  );
}
