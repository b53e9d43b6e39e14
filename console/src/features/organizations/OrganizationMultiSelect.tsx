import { t } from "@lingui/core/macro";
import { MultiSelect } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useCan } from "@/app/session";
import { manyChoicesOf, moreValue, type Ref } from "./choices";
import classes from "./organizations.module.css";
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
};

/**
 * Chooses several of the organizations that the person sees, with search on the server: there may be thousands.
 * Where there is nothing to choose it is not there.
 */
export function OrganizationMultiSelect({ value, onChange, without, ...rest }: Props) {
  const mayRead = useCan()("organizations.read");
  const [text, setText] = useState("");
  const [wanted] = useDebouncedValue(text.trim(), 200);
  const found = useQuery({
    ...organizationChoicesQuery(wanted),
    enabled: mayRead,
    placeholderData: keepPreviousData,
  });
  const { choices, places, names } = manyChoicesOf(
    found.data,
    value,
    without,
    t`There are more. Type a part of the name.`,
  );
  if (choices.length === 0 && !text) return null;
  return (
    <MultiSelect
      {...rest}
      searchable
      hidePickedOptions
      value={value.map(({ id }) => id)}
      searchValue={text}
      onSearchChange={setText}
      onChange={(ids) => onChange(ids.map((id) => ({ id, name: names.get(id) ?? id })))}
      placeholder={value.length === 0 ? t`Choose organizations` : undefined}
      // The server has searched already.
      filter={({ options }) => options}
      maxDropdownHeight={320}
      nothingFoundMessage={found.isFetching ? t`Searching…` : t`No such organization`}
      data={choices}
      renderOption={({ option }) => (
        <span className={classes.pickText}>
          <span className="truncate" dir="auto">
            {option.label}
          </span>
          {option.value !== moreValue && (places.get(option.value)?.path?.length ?? 0) > 0 && (
            <span className={`${classes.about} truncate`}>{places.get(option.value)?.path?.join(" / ")}</span>
          )}
        </span>
      )}
    />
  );
}
