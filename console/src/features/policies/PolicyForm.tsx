import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { isConflict } from "@/api/conflict";
import { ApiError } from "@/api/errors";
import { formatList } from "@/app/format";
import { afterConflict } from "@/app/query";
import { FormAlert } from "@/ui/FormAlert";
import { notifyDone } from "@/ui/notify";
import { UnsavedGuard } from "@/ui/Unsaved";
import { useDraft } from "@/ui/useDraft";
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
export function PolicyForm(props: PolicyFormProps) {
  const { hasBelow, settings, placeOf, onChanged, children } = props;
  const queries = useQueryClient();
  const { base: policy, values: draft, set, adopt, told: tell, reset } = useDraft(props.policy, draftOf);
  const [asked, setAsked] = useState<Rehearsal | null>(null);
  // Who would be shut out by what is there now is another question: the person is told and saves again.
  const [refused, setRefused] = useState<unknown>(null);
  const write = async (confirmSelf: boolean) => {
    const saved = await savePolicy(policy, settingsOf(draft), confirmSelf);
    adopt(saved, draft);
    queries.setQueryData(policyQuery(policy.organization_id).queryKey, saved);
    void queries.invalidateQueries({ queryKey: ["policy"] });
    notifyDone(
      isIdleList(draft.allowlist)
        ? t`The policy is saved. The list of addresses is off: nobody is refused.`
        : t`The policy is saved.`,
    );
  };
  const save = async (confirmSelf: boolean) => {
    try {
      await write(confirmSelf);
    } catch (error) {
      if (!isConflict(error)) throw error;
      await afterConflict(queries, error);
      tell(error);
      setRefused(error);
    }
  };
  const check = useMutation({
    mutationFn: async () => {
      setRefused(null);
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
    set: (key, field) => set({ [key]: field }),
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
      <FormAlert error={check.error ?? refused} shown={besideRules ? ["allowlist"] : []} mt="md" />
      <div className={classes.bar} hidden={!changed && !isOpen(policy, settings)}>
        <p className={classes.barText} role="status">
          {wrong.length > 0 ? t`A number is out of its range.` : changed ? saveWords(elsewhere) : ""}
        </p>
        <Button variant="default" disabled={!changed} onClick={() => reset()}>
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
