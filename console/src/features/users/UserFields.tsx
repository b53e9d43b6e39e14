import { t } from "@lingui/core/macro";
import { Checkbox, MultiSelect, NativeSelect, Select, TextInput } from "@mantine/core";
import { useMemo } from "react";
import type { Role } from "@/api/types";
import { timezones } from "@/app/format";
import { languages } from "@/app/i18n";
import { rolesToGive } from "@/features/roles/queries";
import { roleName } from "@/features/roles/roleNames";
import classes from "./UserForm.module.css";
import type { FieldName, UserValues } from "./userForm";
import { fieldLabel } from "./userForm";

type Props = {
  values: UserValues;
  errors: Partial<Record<FieldName, string>>;
  onChange: <F extends FieldName>(field: F, value: UserValues[F]) => void;
};

type TextField = Exclude<FieldName, "role_ids" | "includes_descendants">;

function Text({
  field,
  form,
  ...more
}: {
  field: TextField;
  form: Props;
  type?: string;
  required?: boolean;
  description?: string;
  autoFocus?: boolean;
}) {
  const { autoFocus, ...rest } = more;
  return (
    <TextInput
      label={fieldLabel(field)}
      value={form.values[field]}
      error={form.errors[field]}
      onChange={(event) => form.onChange(field, event.currentTarget.value)}
      autoComplete="off"
      data-autofocus={autoFocus || undefined}
      dir="auto"
      {...rest}
    />
  );
}

/**
 * The fields that Add and Edit share: who the person is. One's own e-mail is shown only: whoever finds the console
 * open could have a new password sent.
 */
export function IdentityFields({ own = false, ...form }: Props & { own?: boolean }) {
  return (
    <>
      <div className={classes.two}>
        <Text field="first_name" form={form} required autoFocus />
        <Text field="last_name" form={form} required />
      </div>
      {own ? (
        <TextInput
          label={fieldLabel("email")}
          value={form.values.email}
          readOnly
          variant="filled"
          description={t`Change your own e-mail in your account, with your current password.`}
        />
      ) : (
        <Text field="email" form={form} type="email" required />
      )}
    </>
  );
}

export function DetailFields(form: Props) {
  const zones = useMemo(() => timezones(form.values.timezone), [form.values.timezone]);
  return (
    <>
      <div className={classes.two}>
        <Text field="nickname" form={form} />
        <Text field="phone" form={form} type="tel" />
      </div>
      <Text field="external_id" form={form} description={t`Links this person to another system.`} />
      <div className={classes.two}>
        <Select
          label={fieldLabel("timezone")}
          placeholder={t`As the organization`}
          data={zones}
          searchable
          clearable
          limit={80}
          nothingFoundMessage={t`No such time zone`}
          value={form.values.timezone || null}
          error={form.errors.timezone}
          onChange={(value) => form.onChange("timezone", value ?? "")}
          clearButtonProps={{ "aria-label": t`Clear the time zone` }}
        />
        <NativeSelect
          label={fieldLabel("locale")}
          value={form.values.locale}
          error={form.errors.locale}
          onChange={(event) => form.onChange("locale", event.currentTarget.value as UserValues["locale"])}
          data={[
            { value: "", label: t`As the organization` },
            ...languages.map(({ value, label }) => ({ value, label })),
          ]}
        />
      </div>
    </>
  );
}

/** The roles the signed-in person may give; roles already held stay visible. */
export function RolesField({
  form,
  roles,
  held,
  where,
}: {
  form: Props;
  roles: Role[];
  held: { id: string; name: string }[];
  /** The organization they count in, for people of several. */
  where?: string;
}) {
  const offered = rolesToGive(roles).map((role) => ({ value: role.id, label: roleName(role) }));
  const known = new Set(offered.map((entry) => entry.value));
  const locked = held.filter((role) => !known.has(role.id));
  return (
    <MultiSelect
      label={where ? t`Roles in ${where}` : fieldLabel("role_ids")}
      description={
        locked.length > 0
          ? t`Roles that grant more than you hold can't be given or taken away by you.`
          : t`Each role adds its permissions, up to what the type allows.`
      }
      placeholder={form.values.role_ids.length === 0 ? t`Choose roles` : undefined}
      data={[
        ...offered,
        ...locked.map((role) => ({ value: role.id, label: roleName(role), disabled: true })),
      ]}
      searchable
      hidePickedOptions
      nothingFoundMessage={t`No such role`}
      value={form.values.role_ids}
      error={form.errors.role_ids}
      onChange={(ids) => {
        const kept = locked.map((role) => role.id).filter((id) => form.values.role_ids.includes(id));
        form.onChange("role_ids", [...new Set([...ids, ...kept])]);
      }}
    />
  );
}

/** Staff of the company who look after its clients act in what is below it, too. */
export function ReachField({ form }: { form: Props }) {
  const always = form.values.user_type === "tenant_admin";
  return (
    <Checkbox
      label={fieldLabel("includes_descendants")}
      description={
        always
          ? t`Tenant admins always do.`
          : t`What their roles and permissions allow counts in every client organization.`
      }
      checked={always || form.values.includes_descendants}
      disabled={always}
      onChange={(event) => form.onChange("includes_descendants", event.currentTarget.checked)}
    />
  );
}
