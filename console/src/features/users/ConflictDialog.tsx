import { t } from "@lingui/core/macro";
import type { User } from "@/api/types";
import { languages } from "@/app/i18n";
import type { OwnFields } from "@/features/fields/useOwnFields";
import { showValue } from "@/features/fields/values";
import { roleName } from "@/features/roles/roleNames";
import { Conflict, type Difference } from "@/ui/Conflict";
import { changedFields, type FieldName, fieldLabel, type UserValues, valuesOf } from "./userForm";
import { statusName } from "./userTypes";

type Props = {
  base: User;
  mine: UserValues;
  own: Pick<OwnFields, "fields" | "draft">;
  current: User | null;
  onReload: (current: User) => void;
  onOverwrite: (current: User) => void;
  onClose: () => void;
};

function show(values: UserValues, field: FieldName, user: User): string {
  if (field === "includes_descendants") return values[field] ? t`Yes` : t`No`;
  if (field === "status") return statusName(values.status);
  if (field === "locale") {
    return languages.find(({ value }) => value === values.locale)?.label ?? t`As the company`;
  }
  if (field !== "role_ids") return values[field] as string;
  const names = new Map(user.roles.map((role) => [role.id, roleName(role)]));
  return values.role_ids.map((id) => names.get(id) ?? id).join(", ");
}

/** What another administrator has changed of a person since the form was opened. */
function differences({ base, mine, own }: Props, current: User): Difference[] {
  const [before, theirs] = [valuesOf(base), valuesOf(current)];
  const known: User = { ...current, roles: [...current.roles, ...base.roles] };
  const [then, latest] = [base.custom_fields, current.custom_fields];
  return [
    ...changedFields(before, theirs).map((field) => ({
      key: field,
      label: fieldLabel(field),
      before: show(before, field, known),
      now: show(theirs, field, known),
      mine: show(mine, field, known),
    })),
    ...own.fields
      .filter((field) => latest[field.key] !== then[field.key])
      .map((field) => ({
        key: field.id,
        label: field.label,
        before: showValue(field, then[field.key]),
        now: showValue(field, latest[field.key]),
        mine: showValue(field, own.draft[field.key]),
      })),
  ];
}

/** Another administrator saved first: shows what they changed and lets the person decide. */
export function ConflictDialog(props: Props) {
  const { base, current, onReload, onOverwrite, onClose } = props;
  return (
    <Conflict
      opened={current !== null}
      name={base.full_name}
      differences={current ? differences(props, current) : []}
      onReload={() => current && onReload(current)}
      onOverwrite={() => current && onOverwrite(current)}
      onClose={onClose}
    />
  );
}
