import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Checkbox, Radio, Stack } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Field, Origin } from "./draft";
import classes from "./policies.module.css";

/** Where a value comes from, in words. */
function originText(origin: Origin): string {
  return origin.name || t`the installation`;
}

type Props<T> = {
  title: string;
  text: string;
  field: Field<T>;
  inherited: string;
  above: Origin;
  /** Whether there are organizations below, for whom a lock means something. */
  hasBelow: boolean;
  onChange: (field: Field<T>) => void;
  children: ReactNode;
};

/** One setting: inherited, with its value and where from, or set here. */
export function SettingRow<T>(props: Props<T>) {
  const { title, text, field, inherited, above, hasBelow, onChange, children } = props;
  const from = originText(above);
  return (
    <section className={classes.setting}>
      <div>
        <h2 className={classes.settingTitle}>{title}</h2>
        <p className={classes.settingText}>{text}</p>
      </div>
      {above.locked ? (
        <p className={classes.locked}>
          <IconLock size={18} stroke={1.75} aria-hidden="true" />
          <span>
            <Trans>
              <strong>{inherited}</strong>, locked by {from}
            </Trans>
          </span>
        </p>
      ) : (
        <Stack gap="sm">
          <Radio.Group
            aria-label={title}
            value={field.own ? "own" : "inherited"}
            onChange={(value) => onChange({ ...field, own: value === "own" })}
          >
            <Stack gap={8}>
              <Radio value="inherited" label={t`Inherited: ${inherited} (from ${from})`} />
              <Radio value="own" label={t`Set here`} />
            </Stack>
          </Radio.Group>
          {field.own && (
            <div className={classes.own}>
              {children}
              {hasBelow && (
                <Checkbox
                  label={t`Lock: organizations below can't change it`}
                  checked={field.locked}
                  onChange={(event) => onChange({ ...field, locked: event.currentTarget.checked })}
                />
              )}
            </div>
          )}
        </Stack>
      )}
    </section>
  );
}
