import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useCallback, useEffect, useState } from "react";
import { fieldErrors } from "@/api/errors";
import { errorText, fieldText } from "@/api/messages";
import type { Membership } from "@/api/types";
import { notifyDone } from "@/ui/notify";
import { UnsavedGuard } from "@/ui/Unsaved";
import { aliasProblem } from "./alias";
import classes from "./personas.module.css";

type Props = {
  memberships: Membership[];
  /** By which name the person goes where no alias is set. */
  placeholder: string;
  /** Writes one alias; resolves when what is shown is up to date. */
  save: (organization: string, alias: string) => Promise<unknown>;
};

/** One line for each organization somebody belongs to, each saved by itself. */
export function AliasForm({ memberships, ...rest }: Props) {
  const [unsaved, setUnsaved] = useState<string[]>([]);
  const onChanged = useCallback(
    (organization: string, changed: boolean) =>
      setUnsaved((old) => [...old.filter((id) => id !== organization), ...(changed ? [organization] : [])]),
    [],
  );
  return (
    <div className={classes.aliases}>
      <UnsavedGuard changed={unsaved.length > 0} by={["tab"]} />
      {memberships.map((membership) => (
        <AliasRow key={membership.organization.id} membership={membership} onChanged={onChanged} {...rest} />
      ))}
    </div>
  );
}

type RowProps = Omit<Props, "memberships"> & {
  membership: Membership;
  onChanged: (organization: string, changed: boolean) => void;
};

function AliasRow({ membership, placeholder, save, onChanged }: RowProps) {
  const { organization, alias } = membership;
  const [base, setBase] = useState(alias);
  const [draft, setDraft] = useState(alias);
  // Where nothing was typed, what is set meanwhile shows.
  if (alias !== base) {
    setBase(alias);
    if (draft.trim() === base) setDraft(alias);
  }
  const wanted = draft.trim();
  const write = useMutation({
    mutationFn: () => save(organization.id, wanted),
    onSuccess: () =>
      notifyDone(
        wanted
          ? t`The name in ${organization.name} is ${wanted} now.`
          : t`The alias in ${organization.name} is gone.`,
      ),
  });
  const problem = aliasProblem(draft);
  const refused = write.isError ? (fieldErrors(write.error, fieldText).alias ?? errorText(write.error)) : "";
  const same = wanted === alias;
  useEffect(() => {
    onChanged(organization.id, !same);
    return () => onChanged(organization.id, false);
  }, [organization.id, same, onChanged]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!same && !problem && !write.isPending) write.mutate();
  };
  return (
    <form className={classes.alias} onSubmit={submit} noValidate>
      <TextInput
        className={classes.name ?? ""}
        label={organization.name}
        placeholder={placeholder}
        value={draft}
        error={problem || refused || undefined}
        autoComplete="off"
        dir="auto"
        onChange={(event) => {
          write.reset();
          setDraft(event.currentTarget.value);
        }}
      />
      <Button
        type="submit"
        variant="default"
        aria-label={t`Save the alias in ${organization.name}`}
        disabled={same || problem !== ""}
        loading={write.isPending}
      >
        <Trans>Save</Trans>
      </Button>
    </form>
  );
}
