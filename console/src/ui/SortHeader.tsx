import { t } from "@lingui/core/macro";
import { IconArrowDown, IconArrowUp, IconSelector } from "@tabler/icons-react";
import classes from "./ui.module.css";

type Props<Field extends string> = {
  label: string;
  field: Field;
  sort: string;
  onSort: (sort: Field | `-${Field}`) => void;
  className?: string;
};

/** A column heading that sorts: first up, then down. */
export function SortHeader<Field extends string>(props: Props<Field>) {
  const { label, field, sort, onSort, className } = props;
  const reversed = `-${field}` as const;
  const active = sort === field || sort === reversed;
  const descending = sort === reversed;
  const Icon = !active ? IconSelector : descending ? IconArrowDown : IconArrowUp;
  return (
    <th
      scope="col"
      className={className}
      aria-sort={active ? (descending ? "descending" : "ascending") : undefined}
    >
      <button
        type="button"
        className={classes.sort}
        data-active={active || undefined}
        title={t`Sort by ${label}`}
        onClick={() => onSort(active && !descending ? reversed : field)}
      >
        {label}
        <Icon size={14} stroke={1.75} aria-hidden="true" />
      </button>
    </th>
  );
}
