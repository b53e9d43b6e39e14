import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { fieldErrors } from "@/api/errors";
import { fieldText } from "@/api/messages";
import { useOnce } from "@/api/once";
import type { AccessReview } from "@/api/types";
import { endOfDay } from "@/app/format";
import { useSession } from "@/app/session";
import { OrganizationSelect } from "@/features/organizations/OrganizationSelect";
import { FormAlert } from "@/ui/FormAlert";
import { FooterNote, Panel } from "@/ui/Panel";
import { useChanged } from "@/ui/useChanged";
import { startReview } from "./queries";

/** A review that is held again: what it was about, and how often. */
export type Again = Pick<AccessReview, "organization" | "includes_below" | "repeat_months">;

type Props = { again?: Again | undefined; onClose: () => void; onStarted: (review: AccessReview) => void };

/** Starts a review: of which organization, until when, and when the next one is due. */
export function StartReviewPanel({ again, onClose, onStarted }: Props) {
  const { organization } = useSession();
  const [org, setOrg] = useState(again?.organization.id ?? organization.id);
  const [below, setBelow] = useState(again?.includes_below ?? true);
  const [name, setName] = useState("");
  const [due, setDue] = useState("");
  const [repeat, setRepeat] = useState(again ? String(again.repeat_months) : "6");
  const once = useOnce();
  const start = useMutation({
    mutationFn: () =>
      startReview(once, {
        organization_id: org,
        includes_below: below,
        repeat_months: Number(repeat),
        ...(name.trim() && { name: name.trim() }),
        ...(due && { due_at: endOfDay(due).toISOString() }),
      }),
    onSuccess: onStarted,
  });
  const errors = fieldErrors(start.error, fieldText);
  const changed = useChanged([org, below, name, due, repeat]);
  return (
    <Panel
      opened
      changed={changed}
      title={t`Start a review`}
      onClose={onClose}
      onSubmit={() => !start.isPending && start.mutate()}
      footer={
        <>
          <FooterNote>{t`Nothing changes until you finish it.`}</FooterNote>
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" loading={start.isPending}>
            <Trans>Start review</Trans>
          </Button>
        </>
      }
    >
      <FormAlert error={start.error} shown={["organization_id", "name", "due_at", "repeat_months"]} />
      <OrganizationSelect
        label={t`Organization`}
        value={org}
        error={errors.organization_id}
        onChange={({ id }) => setOrg(id)}
      />
      <Checkbox
        label={t`And the organizations below it`}
        checked={below}
        onChange={(event) => setBelow(event.currentTarget.checked)}
      />
      <TextInput
        label={t`Name`}
        description={t`Left empty, it is the organization and the month.`}
        maxLength={120}
        value={name}
        error={errors.name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextInput
        type="date"
        label={t`To be done by`}
        value={due}
        error={errors.due_at}
        onChange={(event) => setDue(event.currentTarget.value)}
      />
      <NativeSelect
        label={t`Remind us of the next one`}
        description={t`Whoever may review access there gets a mail.`}
        value={repeat}
        error={errors.repeat_months}
        onChange={(event) => setRepeat(event.currentTarget.value)}
        data={[
          { value: "0", label: t`Never` },
          { value: "3", label: t`After 3 months` },
          { value: "6", label: t`After 6 months` },
          { value: "12", label: t`After a year` },
        ]}
      />
    </Panel>
  );
}
