import { t } from "@lingui/core/macro";
import { type ComboboxItem, MultiSelect, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { errorText } from "@/api/messages";
import { useCan } from "@/app/session";
import { choicesOf, isAnswered, narrowed, type Ref } from "@/features/organizations/choices";
import { PlaceOption } from "@/features/organizations/PlaceOption";
import { type TeamChoice, teamChoicesQuery, teamQuery, type WhichTeams } from "./queries";

/** Teams to choose from, found by the server: there may be thousands. */
function useChoices(text: string, which: WhichTeams, enabled: boolean) {
  const [wanted] = useDebouncedValue(text.trim(), 200);
  const first = useQuery({ ...teamChoicesQuery("", which), enabled });
  const found = useQuery({ ...teamChoicesQuery(wanted, which), enabled, placeholderData: keepPreviousData });
  const answered = isAnswered(text, wanted, found);
  const narrow = (options: ComboboxItem[]) => narrowed(options, text, answered);
  return { first: first.data, found, wanted, narrow };
}

const more = () => t`There are more. Type a part of the name.`;

/** Stands for no team in particular. */
const anyValue = "any";

type SelectProps = {
  value: string;
  onChange: (team: string) => void;
  label: string;
  /** What the field says while no team is chosen. */
  placeholder: string;
  className?: string | undefined;
};

/** Chooses a team that the person sees, or none. Where there are no teams it is not there. */
export function TeamSelect({ value, onChange, label, placeholder, className }: SelectProps) {
  const mayRead = useCan()("teams.read");
  const [text, setText] = useState("");
  const [picked, setPicked] = useState<TeamChoice>();
  const first = useQuery({ ...teamChoicesQuery("", {}), enabled: mayRead });
  const known = [...(first.data?.items ?? []), picked].find((team) => team?.id === value);
  const single = useQuery({
    ...teamQuery(value),
    enabled: mayRead && value !== "" && first.isSuccess && !known,
    retry: false,
  });
  // One that is gone is chosen still: the field must not look as if nothing were.
  const chosen: TeamChoice | undefined =
    known ?? single.data ?? (single.isError ? { id: value, name: value } : undefined);
  // What stands in the closed field is the name of the chosen one, and no search.
  const { found, wanted, narrow } = useChoices(text === chosen?.name ? "" : text, {}, mayRead);
  if (!mayRead || (first.data?.items.length === 0 && value === "")) return null;
  const { choices, places, added } = choicesOf<TeamChoice>(found.data, chosen ? [chosen] : [], more());
  return (
    <Select
      className={className}
      aria-label={label}
      placeholder={placeholder}
      searchable
      clearable
      value={chosen ? value : null}
      onSearchChange={setText}
      onChange={(id) => {
        setPicked(places.get(id ?? ""));
        onChange(id && id !== anyValue ? id : "");
      }}
      // The server has searched already; the chosen one is shown with the others, but is no finding.
      filter={({ options }) => {
        const items = narrow(options as ComboboxItem[]);
        return wanted ? items.filter(({ value: id }) => ![anyValue, ...added].includes(id)) : items;
      }}
      maxDropdownHeight={320}
      nothingFoundMessage={found.isFetching ? t`Searching…` : t`No such team`}
      // The button that empties the field is for the mouse alone.
      data={value ? [{ value: anyValue, label: placeholder }, ...choices] : choices}
      renderOption={({ option }) => <PlaceOption label={option.label} place={places.get(option.value)} />}
    />
  );
}

type MultiProps = { value: Ref[]; onChange: (chosen: Ref[]) => void; label: string; organization: string };

/** Chooses several teams of an organization that the person may change. Where there are none it is not there. */
export function TeamMultiSelect({ value, onChange, label, organization }: MultiProps) {
  const may = useCan();
  const mayChoose = may("teams.read") && may("teams.manage");
  const [text, setText] = useState("");
  const { first, found, narrow } = useChoices(
    text,
    { organizations: [organization], manageable: true },
    mayChoose,
  );
  if (!mayChoose || !first || (first.items.length === 0 && value.length === 0)) return null;
  const { choices, places } = choicesOf<TeamChoice>(found.data, value, more());
  return (
    <MultiSelect
      label={label}
      error={found.isError ? errorText(found.error) : undefined}
      placeholder={value.length === 0 ? t`None` : undefined}
      searchable
      hidePickedOptions
      value={value.map(({ id }) => id)}
      searchValue={text}
      onSearchChange={setText}
      onChange={(ids) => onChange(ids.map((id) => ({ id, name: places.get(id)?.name ?? id })))}
      filter={({ options }) => narrow(options as ComboboxItem[])}
      maxDropdownHeight={320}
      nothingFoundMessage={found.isFetching ? t`Searching…` : t`No such team`}
      data={choices}
    />
  );
}

type AddProps = {
  label: string;
  placeholder: string;
  icon: ReactNode;
  /** Of which organizations, in this order; "" is every one that the person sees. */
  organizations: string[];
  /** Ids of those that can't be chosen. */
  without: string[];
  disabled: boolean;
  onAdd: (team: string) => void;
};

/** Takes one team after the other, of those that the person may change. */
export function TeamAdder({ label, placeholder, icon, organizations, without, disabled, onAdd }: AddProps) {
  const [text, setText] = useState("");
  const { first, found, narrow } = useChoices(text, { organizations, manageable: true }, true);
  if (!first || (!first.more && first.items.every(({ id }) => without.includes(id)))) return null;
  const { choices, places } = choicesOf<TeamChoice>(found.data, [], more());
  return (
    <Select
      mt={12}
      aria-label={label}
      placeholder={placeholder}
      leftSection={icon}
      searchable
      value={null}
      searchValue={text}
      onSearchChange={setText}
      disabled={disabled}
      nothingFoundMessage={found.isFetching ? t`Searching…` : t`No such team`}
      onChange={(team) => {
        setText("");
        if (team) onAdd(team);
      }}
      filter={({ options }) => narrow(options as ComboboxItem[])}
      maxDropdownHeight={320}
      data={choices.filter(({ value }) => !without.includes(value))}
      renderOption={({ option }) => <PlaceOption label={option.label} place={places.get(option.value)} />}
    />
  );
}
