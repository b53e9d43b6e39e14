import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Modal, Stack } from "@mantine/core";
import type { User } from "@/api/types";
import { languages } from "@/app/i18n";
import type { OwnFields } from "@/features/fields/useOwnFields";
import { showValue } from "@/features/fields/values";
import { roleName } from "@/features/roles/roleNames";
import classes from "./UserForm.module.css";
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
  if (field !== "role_ids") return (values[field] as string) || "–";
  const names = new Map(user.roles.map((role) => [role.id, roleName(role)]));
  return values.role_ids.map((id) => names.get(id) ?? id).join(", ") || "–";
}

/** Another administrator saved first: shows what they changed and lets the person decide. */
export function ConflictDialog({ base, mine, own, current, onReload, onOverwrite, onClose }: Props) {
  const before = valuesOf(base);
  const theirs = current ? valuesOf(current) : before;
  const fields = changedFields(before, theirs);
  const latest = (current ?? base).custom_fields;
  const ownFields = own.fields.filter((field) => latest[field.key] !== base.custom_fields[field.key]);
  const known: User = current ? { ...current, roles: [...current.roles, ...base.roles] } : base;
  return (
    <Modal
      opened={current !== null}
      onClose={onClose}
      title={t`Somebody else changed ${base.full_name}`}
      size={560}
      closeButtonProps={{ "aria-label": t`Close` }}
    >
      <Stack gap="md">
        <p>
          <Trans>Nothing of yours was saved yet. This is what they changed while you were editing:</Trans>
        </p>
        {fields.length + ownFields.length === 0 ? (
          <p>
            <Trans>Only things that this form doesn't show.</Trans>
          </p>
        ) : (
          <table className={classes.conflict}>
            <thead>
              <tr>
                <th scope="col">{t`Field`}</th>
                <th scope="col">{t`Before`}</th>
                <th scope="col">{t`Now`}</th>
                <th scope="col">{t`Yours`}</th>
              </tr>
            </thead>
            <tbody>
              {fields.map((field) => (
                <tr key={field}>
                  <th scope="row">{fieldLabel(field)}</th>
                  <td>{show(before, field, known)}</td>
                  <td>{show(theirs, field, known)}</td>
                  <td>{show(mine, field, known)}</td>
                </tr>
              ))}
              {ownFields.map((field) => (
                <tr key={field.id}>
                  <th scope="row">{field.label}</th>
                  <td>{showValue(field, base.custom_fields[field.key]) || "–"}</td>
                  <td>{showValue(field, latest[field.key]) || "–"}</td>
                  <td>{showValue(field, own.draft[field.key]) || "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={() => current && onReload(current)}>
            <Trans>Take theirs and start again</Trans>
          </Button>
          <Button onClick={() => current && onOverwrite(current)}>
            <Trans>Save mine on top</Trans>
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
