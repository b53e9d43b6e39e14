import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { ApiError } from "@/api/errors";
import { formatList } from "@/app/format";
import { FormAlert } from "@/ui/FormAlert";
import { notifyDone } from "@/ui/notify";
import { UnsavedGuard } from "@/ui/Unsaved";
import {
  changedKeys,
  type Draft,
  draftOf,
  hurts,
  isIdleList,
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

export type PolicyFormProps = {
  policy: Policy;
  /** Whether there are organizations below, for whom a lock means something. */
  hasBelow: boolean;
  /** The settings that are shown, by their names and as fields; the others stay as they are. */
  settings: readonly (keyof Draft)[];
  /** Where a setting is that is not shown; what is changed there is saved, too. */
  placeOf?: (key: keyof Draft) => string;
  /** Told which settings are changed and not saved. */
  onChanged?: (keys: (keyof Draft)[]) => void;
  children: (edit: Edit) => ReactNode;
};

/** What is to be known before everything that has changed is saved, also where it is not shown. */
function saveWords(elsewhere: string[]): string {
  const asked = t`Before it is saved, you see who would be signed out.`;
  if (elsewhere.length === 0) return asked;
  return `${t`Saves also what you changed under ${formatList(elsewhere)}.`} ${asked}`;
}

/** The form of one organization. Saving first finds out who would be shut out, and asks when anybody is. */
export function PolicyForm({ policy, hasBelow, settings, placeOf, onChanged, children }: PolicyFormProps) {
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(policy));
  const [asked, setAsked] = useState<Rehearsal | null>(null);
  const save = async (confirmSelf: boolean) => {
    const saved = await savePolicy(policy, settingsOf(draft), confirmSelf);
    queries.setQueryData(policyQuery(policy.organization_id).queryKey, saved);
    void queries.invalidateQueries({ queryKey: ["policy"] });
    notifyDone(
      isIdleList(draft.allowlist)
        ? t`The policy is saved. The list of addresses is off: nobody is refused.`
        : t`The policy is saved.`,
    );
  };
  const check = useMutation({
    mutationFn: async () => {
      const result = await rehearse(policy.organization_id, settingsOf(draft));
      if (hurts(result)) setAsked(result);
      else await save(false);
    },
  });
  const keys = changedKeys(policy, draft);
  const changed = keys.length > 0;
  const told = keys.join(" ");
  useEffect(() => {
    onChanged?.((told ? told.split(" ") : []) as (keyof Draft)[]);
    return () => onChanged?.([]);
  }, [told, onChanged]);
  const hidden = keys.filter((key) => !settings.includes(key));
  const elsewhere = placeOf ? [...new Set(hidden.map(placeOf))] : [];
  const wrong = wrongNumbers(policy, draft);
  const edit: Edit = {
    policy,
    draft,
    hasBelow,
    set: (key, field) => setDraft((before) => ({ ...before, [key]: field })),
    ruleErrors: check.error instanceof ApiError ? ruleErrors(check.error.problem.errors) : {},
  };
  const besideRules = settings.includes("allowlist") && Object.keys(edit.ruleErrors).length > 0;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (changed && wrong.length === 0 && !check.isPending) check.mutate();
      }}
      noValidate
    >
      {children(edit)}
      <UnsavedGuard changed={changed} by={["org"]} />
      <FormAlert error={check.error} shown={besideRules ? ["allowlist"] : []} mt="md" />
      <div className={classes.bar} hidden={!changed && !isOpen(policy, settings)}>
        <p className={classes.barText} role="status">
          {wrong.length > 0 ? t`A number is out of its range.` : changed ? saveWords(elsewhere) : ""}
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
