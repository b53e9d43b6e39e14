import { t } from "@lingui/core/macro";
import { NativeSelect } from "@mantine/core";
import type { UserSort } from "./filters";
import classes from "./UsersPage.module.css";

type Props = { sort: UserSort; onSort: (sort: UserSort) => void };

/** Every order of a list of people, for where not every heading that sorts is in sight. */
export function SortSelect({ sort, onSort }: Props) {
  return (
    <NativeSelect
      className={classes.sort}
      aria-label={t`Sort by`}
      value={sort}
      onChange={(event) => onSort(event.currentTarget.value as UserSort)}
      data={[
        { value: "name", label: t`By name, A to Z` },
        { value: "-name", label: t`By name, Z to A` },
        { value: "-last_sign_in", label: t`Last sign-in, latest first` },
        { value: "last_sign_in", label: t`Last sign-in, longest ago first` },
        { value: "-created", label: t`Newest first` },
        { value: "created", label: t`Oldest first` },
      ]}
    />
  );
}
