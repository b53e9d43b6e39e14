import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, NativeSelect, Tooltip } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconAdjustmentsHorizontal, IconRefresh } from "@tabler/icons-react";
import { type ReactNode, useId, useState } from "react";
import type { Role } from "@/api/types";
import { FieldFilters } from "@/features/fields/FieldFilters";
import { OrganizationSelect } from "@/features/organizations/OrganizationSelect";
import { roleName } from "@/features/roles/roleNames";
import { TeamSelect } from "@/features/teams/TeamSelect";
import { SearchInput } from "@/ui/SearchInput";
import { SetCount } from "@/ui/SetCount";
import ui from "@/ui/ui.module.css";
import { filtersSet, isFiltered, noFilters, type UserSearch } from "./filters";
import classes from "./UsersPage.module.css";
import { personTypes, userTypeName } from "./userTypes";

type Props = {
  search: UserSearch;
  roles: Role[];
  onChange: (change: Partial<UserSearch>) => void;
  onRefresh: () => void;
  refreshing: boolean;
  /** Puts all but the search behind one button, as on a phone: for where the bar shares its row. */
  folded?: boolean;
  /** Offers those who were deleted, where the page has a list of them. */
  withDeleted?: boolean;
  /** Offers organizations, where the page is not that of one. */
  withOrganizations?: boolean;
  /** Buttons at the end of the bar. */
  children?: ReactNode;
};

/** Search, status, type and role together; each change is in the address at once. */
export function FilterBar(props: Props) {
  const { search, roles, onChange, onRefresh, refreshing, folded, withDeleted, withOrganizations, children } =
    props;
  const phone = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
  const fold = folded || phone;
  const count = filtersSet(search);
  // What is set is in sight, until one folds it.
  const [unfolded, setUnfolded] = useState(count > 0);
  const id = useId();
  const filters = (
    <Filters
      search={search}
      roles={roles}
      onChange={onChange}
      withDeleted={withDeleted}
      withOrganizations={withOrganizations}
    />
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: the search element is not in every browser yet
    <div className={classes.filters} role="search" aria-label={t`Filter people`}>
      <SearchInput
        value={search.search}
        onChange={(value) => onChange({ search: value })}
        placeholder={t`Search name or e-mail`}
      />
      {fold ? (
        <Button
          variant="default"
          aria-expanded={unfolded}
          aria-controls={unfolded ? id : undefined}
          leftSection={<IconAdjustmentsHorizontal size={16} stroke={1.75} />}
          rightSection={<SetCount count={count} />}
          onClick={() => setUnfolded(!unfolded)}
        >
          <Trans>Filters</Trans>
        </Button>
      ) : (
        filters
      )}
      <Tooltip label={t`Load the list again`}>
        <Button
          className={ui.phoneIcon}
          variant="default"
          leftSection={<IconRefresh size={16} stroke={1.75} />}
          onClick={onRefresh}
          data-busy={refreshing || undefined}
        >
          <Trans>Refresh</Trans>
        </Button>
      </Tooltip>
      {isFiltered(search) && (
        <Button variant="subtle" color="gray" onClick={() => onChange(noFilters)}>
          <Trans>Clear filters</Trans>
        </Button>
      )}
      {children && <div className={classes.barActions}>{children}</div>}
      {fold && unfolded && (
        <div id={id} className={classes.folded}>
          {filters}
        </div>
      )}
    </div>
  );
}

type FiltersProps = Pick<Props, "search" | "roles" | "onChange" | "withOrganizations">;

function Filters(props: FiltersProps & { withDeleted: boolean | undefined }) {
  const { search, onChange, withDeleted } = props;
  return (
    <>
      <NativeSelect
        className={classes.select}
        aria-label={t`Status`}
        value={search.status}
        onChange={(event) => onChange({ status: event.currentTarget.value as UserSearch["status"] })}
        data={[
          { value: "", label: t`Any status` },
          { value: "active", label: t`Active` },
          { value: "suspended", label: t`Suspended` },
          ...(withDeleted ? [{ value: "deleted", label: t`Deleted` }] : []),
        ]}
      />
      {search.status !== "deleted" && <MoreFilters {...props} />}
    </>
  );
}

/** What those who were deleted have no more: a type to choose by, roles, teams, fields. */
function MoreFilters({ search, roles, onChange, withOrganizations }: FiltersProps) {
  const all = { value: "", label: "" };
  return (
    <>
      <NativeSelect
        className={classes.select}
        aria-label={t`User type`}
        value={search.user_type}
        onChange={(event) => onChange({ user_type: event.currentTarget.value as UserSearch["user_type"] })}
        data={[
          { ...all, label: t`Any type` },
          ...[...personTypes, "service"].map((type) => ({ value: type, label: userTypeName(type) })),
        ]}
      />
      {roles.length > 0 && (
        <NativeSelect
          className={classes.select}
          aria-label={t`Role`}
          value={search.role}
          onChange={(event) => onChange({ role: event.currentTarget.value })}
          data={[
            { ...all, label: t`Any role` },
            ...roles.map((role) => ({ value: role.id, label: roleName(role) })),
          ]}
        />
      )}
      {withOrganizations && (
        <OrganizationSelect
          className={classes.select}
          label={t`Organization`}
          labelHidden
          none={{ label: t`Any organization`, onChoose: () => onChange({ organization: "" }) }}
          value={search.organization}
          onChange={({ id }) => onChange({ organization: id })}
        />
      )}
      <TeamSelect
        className={classes.select}
        label={t`Team`}
        placeholder={t`Any team`}
        value={search.team}
        onChange={(team) => onChange({ team })}
      />
      <FieldFilters values={search.fields} onChange={(fields) => onChange({ fields })} />
    </>
  );
}
