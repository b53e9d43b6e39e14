import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { NativeSelect, NumberInput, Stack, Switch } from "@mantine/core";
import { instead, isAllowed, type NumberKey, ranges } from "./draft";
import type { Edit } from "./PolicyForm";
import classes from "./policies.module.css";
import { SettingRow } from "./SettingRow";

const presets = [0, 10, 15, 30];

/** A time in the largest unit that fits it. */
function minutesText(minutes: number): string {
  if (minutes === 0) return t`off`;
  if (minutes % 1440 === 0) return plural(minutes / 1440, { one: "# day", other: "# days" });
  if (minutes % 60 === 0) return plural(minutes / 60, { one: "# hour", other: "# hours" });
  return plural(minutes, { one: "# minute", other: "# minutes" });
}

/** Signs people out who do nothing for a while. */
export function IdleSetting({ edit }: { edit: Edit }) {
  const { policy, draft, hasBelow, set } = edit;
  const field = draft.idle_minutes;
  const { inherited, above } = policy.idle_minutes;
  const custom = !presets.includes(field.value);
  return (
    <SettingRow
      title={t`Idle logout`}
      text={t`People who do nothing for so long, in any tab, are signed out. One minute before, they are asked whether to stay.`}
      field={field}
      inherited={minutesText(inherited)}
      above={above}
      hasBelow={hasBelow}
      onChange={(next) => set("idle_minutes", next)}
    >
      <NativeSelect
        label={t`Sign out after`}
        value={custom ? "custom" : String(field.value)}
        onChange={(event) => {
          const { value } = event.currentTarget;
          set("idle_minutes", { ...field, value: value === "custom" ? 60 : Number(value) });
        }}
        data={[
          ...presets.map((n) => ({ value: String(n), label: minutesText(n) })),
          { value: "custom", label: t`another time` },
        ]}
      />
      {custom && <NumberField edit={edit} name="idle_minutes" label={t`Minutes, 5 to 480`} />}
      <InEffect value={field.value} most={policy.idle_minutes.most} />
    </SettingRow>
  );
}

function NumberField({ edit, name, label }: { edit: Edit; name: NumberKey; label: string }) {
  const field = edit.draft[name];
  const { min, max } = ranges[name];
  return (
    <NumberInput
      label={label}
      value={field.value}
      min={min}
      max={max}
      clampBehavior="none"
      allowDecimal={false}
      error={isAllowed(edit.policy, name, field.value) ? undefined : t`Choose ${min} to ${max}.`}
      onChange={(value) =>
        edit.set(name, { ...field, value: typeof value === "number" ? value : Number.NaN })
      }
    />
  );
}

/** Says so when the installation ends sessions sooner than what is set here. */
function InEffect({ value, most }: { value: number; most: number | null }) {
  const minutes = instead(value, most);
  if (minutes === null) return null;
  const time = minutesText(minutes);
  return (
    <p className={classes.settingText} role="status">
      <Trans>In effect: {time}, set by the installation</Trans>
    </p>
  );
}

/** How long sessions and temporary passwords last, how long passwords are, and logging in as others. */
export function SignInSettings({ edit }: { edit: Edit }) {
  const { policy, draft, hasBelow, set } = edit;
  const number = (
    name: NumberKey,
    title: string,
    text: string,
    label: string,
    shown: (n: number) => string,
  ) => (
    <SettingRow
      title={title}
      text={text}
      field={draft[name]}
      inherited={shown(policy[name].inherited)}
      above={policy[name].above}
      hasBelow={hasBelow}
      onChange={(next) => set(name, next)}
    >
      <NumberField edit={edit} name={name} label={label} />
      <InEffect value={draft[name].value} most={policy[name].most} />
    </SettingRow>
  );
  const logInAs = draft.log_in_as_allowed;
  return (
    <Stack gap={0}>
      {number(
        "lifetime_minutes",
        t`Longest session`,
        t`After this time people sign in again, whatever they do.`,
        t`Minutes, 5 to 525,600`,
        minutesText,
      )}
      {number(
        "password_length",
        t`Password length`,
        t`How many characters a new password has at least.`,
        t`Characters, 8 to 64`,
        (n) => plural(n, { one: "# character", other: "# characters" }),
      )}
      {number(
        "temporary_password_hours",
        t`Temporary passwords`,
        t`How long a password works that an administrator has given.`,
        t`Hours, 1 to 720`,
        (n) => minutesText(n * 60),
      )}
      <SettingRow
        title={t`Log in as`}
        text={t`Administrators with the permission may see the console as these people do. Both names are logged.`}
        field={logInAs}
        inherited={policy.log_in_as_allowed.inherited ? t`allowed` : t`not allowed`}
        above={policy.log_in_as_allowed.above}
        hasBelow={hasBelow}
        onChange={(next) => set("log_in_as_allowed", next)}
      >
        <Switch
          label={t`Administrators may log in as these people`}
          checked={logInAs.value}
          onChange={(event) => set("log_in_as_allowed", { ...logInAs, value: event.currentTarget.checked })}
        />
      </SettingRow>
    </Stack>
  );
}
