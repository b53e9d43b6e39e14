import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { ActionIcon, Button, Group, Switch, TextInput } from "@mantine/core";
import { IconInfoCircle, IconPlus, IconTrash } from "@tabler/icons-react";
import { Note } from "@/ui/Page";
import { type AddressRule, type Allowlist, isIdleList } from "./draft";
import type { Edit } from "./PolicyForm";
import classes from "./policies.module.css";
import { SettingRow } from "./SettingRow";

function listText(list: Allowlist, hidden: number): string {
  if (!list.enabled) return t`off, from anywhere`;
  const on = list.rules.filter((rule) => rule.enabled).length + hidden;
  return plural(on, { one: "on, # rule", other: "on, # rules" });
}

/** From which addresses people may come. */
export function AllowlistSetting({ edit }: { edit: Edit }) {
  const { policy, draft, hasBelow, set, ruleErrors } = edit;
  const field = draft.allowlist;
  const list = field.value;
  const change = (next: Partial<Allowlist>) => set("allowlist", { ...field, value: { ...list, ...next } });
  const rules = (next: AddressRule[]) => change({ rules: next });
  const mine = policy.your_address;
  const add = (addresses: string) => rules([...list.rules, { addresses, label: "", enabled: true }]);
  return (
    <SettingRow
      title={t`Allowed addresses`}
      text={t`While the list is on, people sign in and work from these addresses only. Whoever is refused gets a code that you can look up under Exceptions.`}
      field={field}
      inherited={listText(policy.allowlist.inherited, policy.allowlist.inherited_hidden)}
      above={policy.allowlist.above}
      hasBelow={hasBelow}
      onChange={(next) => set("allowlist", next)}
    >
      <Switch
        label={t`The list is on`}
        checked={list.enabled}
        onChange={(event) => change({ enabled: event.currentTarget.checked })}
      />
      <Switch
        label={t`Administrators may come from anywhere`}
        checked={list.exempt_admins ?? false}
        onChange={(event) => change({ exempt_admins: event.currentTarget.checked })}
      />
      {isIdleList(field) && (
        <Note icon={<IconInfoCircle size={16} stroke={1.75} aria-hidden="true" />}>
          <Trans>The list is off: nobody is refused.</Trans>
        </Note>
      )}
      {list.rules.length > 0 && (
        <ul className={classes.rules} aria-label={t`Rules`}>
          {list.rules.map((rule, index) => (
            <li className={classes.rule} key={index}>
              <Rule
                rule={rule}
                error={ruleErrors[index]}
                onChange={(next) => rules(list.rules.map((r, i) => (i === index ? next : r)))}
                onRemove={() => rules(list.rules.filter((_, i) => i !== index))}
              />
            </li>
          ))}
        </ul>
      )}
      <Group gap="xs">
        <Button variant="default" leftSection={<IconPlus size={16} stroke={1.75} />} onClick={() => add("")}>
          <Trans>Add a rule</Trans>
        </Button>
        {mine !== "" && !list.rules.some((rule) => rule.addresses === mine) && (
          <Button variant="subtle" onClick={() => add(mine)}>
            <Trans>Add my address, {mine}</Trans>
          </Button>
        )}
      </Group>
    </SettingRow>
  );
}

type RuleProps = {
  rule: AddressRule;
  error: string | undefined;
  onChange: (rule: AddressRule) => void;
  onRemove: () => void;
};

function Rule({ rule, error, onChange, onRemove }: RuleProps) {
  const named = rule.addresses || t`new rule`;
  return (
    <>
      <TextInput
        aria-label={t`Addresses`}
        placeholder="203.0.113.0/24"
        value={rule.addresses}
        maxLength={100}
        error={error}
        onChange={(event) => onChange({ ...rule, addresses: event.currentTarget.value })}
      />
      <TextInput
        aria-label={t`Name of the rule`}
        placeholder={t`Office, VPN, …`}
        value={rule.label ?? ""}
        maxLength={100}
        onChange={(event) => onChange({ ...rule, label: event.currentTarget.value })}
      />
      <Switch
        label={t`On`}
        aria-label={t`${named} is on`}
        checked={rule.enabled}
        onChange={(event) => onChange({ ...rule, enabled: event.currentTarget.checked })}
      />
      <ActionIcon variant="subtle" aria-label={t`Remove ${named}`} onClick={onRemove}>
        <IconTrash size={18} stroke={1.75} />
      </ActionIcon>
    </>
  );
}
