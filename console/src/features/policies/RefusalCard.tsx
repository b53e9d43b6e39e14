import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Checkbox, Group, NativeSelect, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { errorText } from "@/api/messages";
import { formatDateTime } from "@/app/format";
import { notifyDone } from "@/ui/notify";
import type { Refusal } from "./draft";
import classes from "./policies.module.css";
import { exceptionsQuery, letIn } from "./queries";

/** That none of the rules lets the address in. */
function noRule({ list: { name }, rules }: Refusal): string {
  return plural(rules, {
    0: `The list of ${name} has no rules`,
    one: `The list of ${name}: its only rule does not have the address`,
    other: `The list of ${name}: none of its # rules has the address`,
  });
}

/** Why somebody was refused, and the way to let them in for a time. */
export function RefusalCard({ refusal: r, onDone }: { refusal: Refusal; onDone: () => void }) {
  const queries = useQueryClient();
  const [hours, setHours] = useState("24");
  const [everybody, setEverybody] = useState(false);
  const [note, setNote] = useState("");
  const grant = useMutation({
    mutationFn: () =>
      letIn({
        code: r.code,
        everybody,
        note: note.trim(),
        until: new Date(Date.now() + Number(hours) * 3_600_000).toISOString(),
      }),
    onSuccess: async () => {
      notifyDone(t`${r.address} is let in.`);
      onDone();
      await queries.invalidateQueries({ queryKey: exceptionsQuery.queryKey });
    },
  });
  return (
    <Stack gap="md" mt="md">
      <dl className={classes.facts}>
        <dt>{t`Who`}</dt>
        <dd>{r.user.full_name}</dd>
        <dt>{t`Address`}</dt>
        <dd>{r.address}</dd>
        <dt>{t`Organization`}</dt>
        <dd>{r.organization.name}</dd>
        <dt>{t`When`}</dt>
        <dd>{formatDateTime(r.at)}</dd>
        <dt>{t`Refused by`}</dt>
        <dd>
          {r.near ? (
            <Trans>
              The list of {r.list.name}: the rule {r.near} has the address but is switched off
            </Trans>
          ) : (
            noRule(r)
          )}
        </dd>
      </dl>
      {r.may_except ? (
        <>
          <NativeSelect
            label={t`Let the address in for`}
            value={hours}
            onChange={(event) => setHours(event.currentTarget.value)}
            data={[
              { value: "8", label: t`8 hours` },
              { value: "24", label: t`1 day` },
              { value: "168", label: t`1 week` },
              { value: "719", label: t`30 days` },
            ]}
          />
          <Checkbox
            label={t`For everybody of ${r.organization.name} who comes from there`}
            checked={everybody}
            onChange={(event) => setEverybody(event.currentTarget.checked)}
          />
          <TextInput
            label={t`Note`}
            maxLength={200}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          {grant.isError && (
            <Alert color="red" role="alert">
              {errorText(grant.error)}
            </Alert>
          )}
          <Group>
            <Button loading={grant.isPending} onClick={() => grant.mutate()}>
              <Trans>Let in</Trans>
            </Button>
          </Group>
        </>
      ) : (
        <p>
          <Trans>The list is set by {r.list.name}. An administrator there can let the address in.</Trans>
        </p>
      )}
    </Stack>
  );
}
