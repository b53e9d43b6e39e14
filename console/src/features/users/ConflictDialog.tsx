import { t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import type { Role, User } from "@/api/types";
import { formatList } from "@/app/format";
import { languages } from "@/app/i18n";
import { useCan } from "@/app/session";
import type { OwnFields } from "@/features/fields/useOwnFields";
import { showValue } from "@/features/fields/values";
import { rolesQuery } from "@/features/roles/queries";
import { roleName } from "@/features/roles/roleNames";
import { Conflict, type Difference } from "@/ui/Conflict";
import { changedFields, type FieldName, fieldLabel, type UserValues, valuesOf } from "./userForm";
import { statusName } from "./userTypes";

type Named = Pick<Role, "id" | "name">;

type Props = {
  base: User;
  mine: UserValues;
  own: Pick<OwnFields, "fields" | "draft">;
  current: User | null;
  onReload: (current: User) => void;
  onOverwrite: (current: User) => void;
  onClose: () => void;
};

function show(values: UserValues, field: FieldName, roles: Named[]): string {
  switch (field) {
    case "includes_descendants":
      return values[field] ? t`Yes` : t`No`;
    case "status":
      return statusName(values.status);
    case "timezone":
      return values.timezone || t`As the organization`;
    case "locale":
      return languages.find(({ value }) => value === values.locale)?.label ?? t`As the organization`;
    case "role_ids": {
      const names = new Map(roles.map((role) => [role.id, roleName(role)]));
      // In one order, so that the same roles read the same.
      return formatList(values.role_ids.map((id) => names.get(id) ?? id).sort());
    }
    default:
      return values[field];
  }
}

/** What another administrator has changed of a person since the form was opened, and what was changed in it. */
function differences({ base, mine, own }: Props, current: User, roles: Named[]): Difference[] {
  const [before, theirs] = [valuesOf(base), valuesOf(current)];
  const changed = new Set([...changedFields(before, theirs), ...changedFields(before, mine)]);
  const known = [...roles, ...current.roles, ...base.roles];
  const all = [
    ...[...changed].map((field) => ({
      key: field as string,
      label: fieldLabel(field),
      before: show(before, field, known),
      now: show(theirs, field, known),
      mine: show(mine, field, known),
    })),
    ...own.fields.map((field) => ({
      key: field.id,
      label: field.label,
      before: showValue(field, base.custom_fields[field.key]),
      now: showValue(field, current.custom_fields[field.key]),
      mine: showValue(field, own.draft[field.key]),
    })),
  ];
  return all.filter(({ before: was, now, mine: wanted }) => now !== was || wanted !== was);
}

/** Another administrator saved first: shows what both changed and lets the person decide. */
export function ConflictDialog(props: Props) {
  const { base, current, onReload, onOverwrite, onClose } = props;
  const may = useCan();
  const roles = useQuery({ ...rolesQuery, enabled: current !== null && may("roles.read") });
  return (
    <Conflict
      opened={current !== null}
      name={base.full_name}
      differences={current ? differences(props, current, roles.data ?? []) : []}
      onReload={() => current && onReload(current)}
      onOverwrite={() => current && onOverwrite(current)}
      onClose={onClose}
    />
  );
}
