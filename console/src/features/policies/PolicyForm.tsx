import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { ApiError } from "@/api/errors";
import { errorText } from "@/api/messages";
import { notifyDone } from "@/ui/notify";
import {
  type Draft,
  draftOf,
  hurts,
  isChanged,
  isOpen,
  type Policy,
  type Rehearsal,
  ruleErrors,
  settingsOf,
  wrongNumbers,
} from "./draft";
import classes from "./policies.module.css";
import { policyQuery, rehearse, savePolicy } from "./queries";
import { RehearsalDialog } from "./RehearsalDialog";

export type Edit = {
  policy: Policy;
  draft: Draft;
  hasBelow: boolean;
  set: <K extends keyof Draft>(key: K, field: Draft[K]) => void;
  /** What the server found wrong in the rules of the list of addresses, by their position. */
  ruleErrors: Record<number, string>;
};

type Props = {
  policy: Policy;
  /** Whether there are organizations below, for whom a lock means something. */
  hasBelow: boolean;
  /** The settings that are shown, by their names and as fields; the others stay as they are. */
  settings: readonly (keyof Draft)[];
  children: (edit: Edit) => ReactNode;
};

/** The form of one organization. Saving first finds out who would be shut out, and asks when anybody is. */
export function PolicyForm({ policy, hasBelow, settings, children }: Props) {
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(policy));
  const [asked, setAsked] = useState<Rehearsal | null>(null);
  const save = async (confirmSelf: boolean) => {
    const saved = await savePolicy(policy, settingsOf(draft), confirmSelf);
    queries.setQueryData(policyQuery(policy.organization_id).queryKey, saved);
    void queries.invalidateQueries({ queryKey: ["policy"] });
    notifyDone(t`The policy is saved.`);
  };
  const check = useMutation({
    mutationFn: async () => {
      const result = await rehearse(policy.organization_id, settingsOf(draft));
      if (hurts(result)) setAsked(result);
      else await save(false);
    },
  });
  const changed = isChanged(policy, draft);
  const wrong = wrongNumbers(policy, draft);
  const edit: Edit = {
    policy,
    draft,
    hasBelow,
    set: (key, field) => setDraft((before) => ({ ...before, [key]: field })),
    ruleErrors: check.error instanceof ApiError ? ruleErrors(check.error.problem.errors) : {},
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (changed && wrong.length === 0 && !check.isPending) check.mutate();
      }}
      noValidate
    >
      {children(edit)}
      {check.isError && (
        <Alert color="red" role="alert" mt="md">
          {errorText(check.error)}
        </Alert>
      )}
      <div className={classes.bar} hidden={!changed && !isOpen(policy, settings)}>
        <p className={classes.barText} role="status">
          {wrong.length > 0
            ? t`A number is out of its range.`
            : changed
              ? t`Before it is saved, you see who would be signed out.`
              : ""}
        </p>
        <Button variant="default" disabled={!changed} onClick={() => setDraft(draftOf(policy))}>
          <Trans>Discard</Trans>
        </Button>
        <Button type="submit" disabled={!changed || wrong.length > 0} loading={check.isPending}>
          <Trans>Save</Trans>
        </Button>
      </div>
      {asked && <RehearsalDialog rehearsal={asked} onConfirm={save} onClose={() => setAsked(null)} />}
    </form>
  );
}
