import { t } from "@lingui/core/macro";
import { IconArrowDown, IconArrowUp, IconSelector } from "@tabler/icons-react";
import classes from "./ui.module.css";

type Props = {
  label: string;
  field: string;
  sort: string;
  onSort: (sort: string) => void;
  className?: string;
};

/** A column heading that sorts: first up, then down. */
export function SortHeader({ label, field, sort, onSort, className }: Props) {
  const active = sort === field || sort === `-${field}`;
  const descending = sort === `-${field}`;
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
        onClick={() => onSort(active && !descending ? `-${field}` : field)}
      >
        {label}
        <Icon size={14} stroke={1.75} aria-hidden="true" />
      </button>
    </th>
  );
}
