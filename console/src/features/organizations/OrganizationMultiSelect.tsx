import { t } from "@lingui/core/macro";
import { type ComboboxItem, MultiSelect } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { errorText } from "@/api/messages";
import { useCan } from "@/app/session";
import { type ChoicesQuery, choicesOf, isAnswered, narrowed, type Option, type Ref } from "./choices";
import { PlaceOption } from "./PlaceOption";
import { organizationChoicesQuery } from "./queries";

type Props = {
  value: Ref[];
  onChange: (chosen: Ref[]) => void;
  label: string;
  description?: string;
  required?: boolean;
  error?: string | undefined;
  /** The id of one that can't be chosen. */
  without?: string;
  /** Finds them, for whoever holds the permission; by itself all that the person sees. */
  find?: (search: string) => ChoicesQuery<Option>;
  permission?: string;
};

/**
 * Chooses several of the organizations that the person sees, with search on the server: there may be thousands.
 * Where there is nothing to choose it is not there.
 */
export function OrganizationMultiSelect(props: Props) {
  const { value, onChange, without, error, find = organizationChoicesQuery, ...rest } = props;
  const { permission = "organizations.read", ...field } = rest;
  const mayRead = useCan()(permission);
  const [text, setText] = useState("");
  const [wanted] = useDebouncedValue(text.trim(), 200);
  const first = useQuery({ ...find(""), enabled: mayRead });
  const found = useQuery({
    ...find(wanted),
    enabled: mayRead,
    placeholderData: keepPreviousData,
  });
  const answered = isAnswered(text, wanted, found);
  const nothing = first.data?.items.every(({ id }) => id === without);
  if (!mayRead || (nothing && value.length === 0)) return null;
  const { choices, places } = choicesOf<Option>(
    found.data,
    value,
    t`There are more. Type a part of the name.`,
    without,
  );
  return (
    <MultiSelect
      {...field}
      error={found.isError ? errorText(found.error) : error}
      searchable
      hidePickedOptions
      value={value.map(({ id }) => id)}
      searchValue={text}
      onSearchChange={setText}
      onChange={(ids) => onChange(ids.map((id) => ({ id, name: places.get(id)?.name ?? id })))}
      placeholder={value.length === 0 ? t`Choose organizations` : undefined}
      // The server has searched, once it has answered.
      filter={({ options }) => narrowed(options as ComboboxItem[], text, answered)}
      maxDropdownHeight={320}
      nothingFoundMessage={found.isFetching ? t`Searching…` : t`No such organization`}
      data={choices}
      renderOption={({ option }) => <PlaceOption label={option.label} place={places.get(option.value)} />}
    />
  );
}
