import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Checkbox } from "@mantine/core";
import { useState } from "react";
import { groupName, permissionLabel } from "@/api/permissionNames";
import type { Permission } from "@/api/types";
import { EmptyState } from "@/ui/Page";
import { SearchInput } from "@/ui/SearchInput";
import { byGroup, toggled } from "./matrix";
import classes from "./roles.module.css";

type Props = {
  catalogue: Permission[];
  value: string[];
  onChange?: (value: string[]) => void;
  /** What the signed-in person holds: nobody grants more than that. */
  grantable: string[];
};

/** All permissions under their groups, with search. Without `onChange` it only shows. */
export function PermissionMatrix({ catalogue, value, onChange, grantable }: Props) {
  const [search, setSearch] = useState("");
  const wanted = search.trim().toLowerCase();
  const shown = catalogue.filter((permission) =>
    [permissionLabel(permission), permission.id, groupName(permission.group)].some((text) =>
      text.toLowerCase().includes(wanted),
    ),
  );
  return (
    <>
      <div className={classes.matrixTools}>
        <SearchInput value={search} onChange={setSearch} placeholder={t`Search permissions`} />
        <span className={classes.count}>
          {plural(value.length, { one: "# permission chosen", other: "# permissions chosen" })}
        </span>
      </div>
      {shown.length === 0 && <EmptyState title={t`No permission to show`} text={t`Try other words.`} />}
      {byGroup(shown).map(([group, permissions]) => (
        <Group
          key={group}
          name={group}
          permissions={permissions}
          value={value}
          grantable={grantable}
          onToggle={onChange && ((ids, on) => onChange(toggled(catalogue, value, ids, on)))}
        />
      ))}
    </>
  );
}

type GroupProps = {
  name: string;
  permissions: Permission[];
  value: string[];
  grantable: string[];
  onToggle?: (ids: string[], on: boolean) => void;
};

function Group({ name, permissions, value, grantable, onToggle }: GroupProps) {
  const mine = permissions
    .filter((permission) => grantable.includes(permission.id))
    .map((permission) => permission.id);
  const held = permissions.filter((permission) => value.includes(permission.id));
  const all = held.length === permissions.length;
  return (
    <fieldset className={classes.group}>
      <legend className="visually-hidden">{groupName(name)}</legend>
      <div className={classes.groupHead}>
        <Checkbox
          label={groupName(name)}
          aria-label={t`Everything under ${groupName(name)}`}
          classNames={{ label: onToggle ? classes.groupLabel : `${classes.groupLabel} ${classes.readOnly}` }}
          checked={all}
          indeterminate={held.length > 0 && !all}
          disabled={!onToggle || mine.length === 0}
          onChange={() => onToggle?.(mine, !mine.every((id) => value.includes(id)))}
        />
      </div>
      <div className={classes.cells}>
        {permissions.map((permission) => {
          const foreign = !grantable.includes(permission.id);
          return (
            <Checkbox
              key={permission.id}
              classNames={{
                body: classes.cell,
                labelWrapper: classes.cellText,
                label: onToggle ? classes.cellLabel : `${classes.cellLabel} ${classes.readOnly}`,
              }}
              label={permissionLabel(permission)}
              description={
                <>
                  <span className={classes.id}>{permission.id}</span>
                  {permission.read_only && <> · {t`read-only`}</>}
                  {onToggle && foreign && (
                    <span>
                      {" "}
                      <Trans>You don't hold this yourself.</Trans>
                    </span>
                  )}
                </>
              }
              checked={value.includes(permission.id)}
              disabled={!onToggle || foreign}
              onChange={(event) => onToggle?.([permission.id], event.currentTarget.checked)}
            />
          );
        })}
      </div>
    </fieldset>
  );
}
