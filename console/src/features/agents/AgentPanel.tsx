import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { fieldErrors } from "@/api/errors";
import { fieldText } from "@/api/messages";
import { useOnce } from "@/api/once";
import type { Agent } from "@/api/types";
import { OrganizationMultiSelect } from "@/features/organizations/OrganizationMultiSelect";
import { FormAlert } from "@/ui/FormAlert";
import { notifyDone } from "@/ui/notify";
import { FooterNote, Panel } from "@/ui/Panel";
import { useChanged } from "@/ui/useChanged";
import { useDraft } from "@/ui/useDraft";
import {
  agentOrganizationsQuery,
  agentPatch,
  createAgent,
  type Draft,
  draftOf,
  reassigns,
  refreshAgents,
  saveAgent,
} from "./queries";

type Props = { agent: Agent | null; onClose: () => void };

/** Adds an AI agent, or changes it as far as one may: all of it, or only who has it. */
export function AgentPanel({ agent: given, onClose }: Props) {
  const queryClient = useQueryClient();
  const { base: agent, values: draft, set, adopt, told } = useDraft(given, draftOf);
  const once = useOnce();
  const save = useMutation({
    mutationFn: (sent: Draft) =>
      agent ? saveAgent(agent, sent, (saved) => adopt(saved, draftOf(saved))) : createAgent(once, sent),
    onError: told,
    onSuccess: (saved) => {
      onClose();
      notifyDone(t`${saved.name} is saved.`);
    },
    onSettled: () => refreshAgents(queryClient),
  });
  const errors = fieldErrors(save.error, fieldText);
  const missing = draft.name.trim() === "";
  const unchanged =
    agent !== null && Object.keys(agentPatch(agent, draft)).length === 0 && !reassigns(agent, draft);
  const begun = useChanged(draft);
  return (
    <Panel
      opened
      changed={agent ? !unchanged : begun}
      title={agent ? (agent.manageable ? t`Edit ${agent.name}` : t`Assign ${agent.name}`) : t`New AI agent`}
      onClose={onClose}
      onSubmit={() => {
        if (!missing && !unchanged && !save.isPending) save.mutate(draft);
      }}
      footer={
        <>
          <FooterNote>{missing ? t`Missing: Name` : unchanged ? t`Nothing has changed yet.` : ""}</FooterNote>
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" disabled={missing || unchanged} loading={save.isPending}>
            {agent ? <Trans>Save</Trans> : <Trans>Add AI agent</Trans>}
          </Button>
        </>
      }
    >
      <FormAlert
        error={save.error}
        shown={["organization_ids", "name", "description", "external_id", "state"]}
      />
      {(!agent || agent.manageable) && <AgentFields draft={draft} errors={errors} set={set} />}
      <Assignments agent={agent} draft={draft} error={errors.organization_ids} set={set} />
    </Panel>
  );
}

type FieldsProps = {
  draft: Draft;
  errors: Record<string, string>;
  set: (change: Partial<Draft>) => void;
};

function AgentFields({ draft, errors, set }: FieldsProps) {
  return (
    <>
      <TextInput
        label={t`Name`}
        description={t`Clients see it on their Home.`}
        required
        maxLength={80}
        data-autofocus
        autoComplete="off"
        dir="auto"
        value={draft.name}
        error={errors.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <Textarea
        label={t`Description`}
        autosize
        minRows={2}
        maxLength={500}
        dir="auto"
        value={draft.description}
        error={errors.description}
        onChange={(event) => set({ description: event.currentTarget.value })}
      />
      <TextInput
        label={t`External ID`}
        description={t`What the bot builder calls it.`}
        maxLength={100}
        autoComplete="off"
        value={draft.external_id}
        error={errors.external_id}
        onChange={(event) => set({ external_id: event.currentTarget.value })}
      />
      <NativeSelect
        label={t`State`}
        value={draft.state}
        error={errors.state}
        onChange={(event) => set({ state: event.currentTarget.value as Draft["state"] })}
        data={[
          { value: "active", label: t`Active` },
          { value: "paused", label: t`Paused` },
        ]}
      />
    </>
  );
}

type AssignmentsProps = {
  agent: Agent | null;
  draft: Draft;
  error: string | undefined;
  set: (change: Partial<Draft>) => void;
};

/** Which organizations have the AI agent, of those that one manages. */
function Assignments({ agent, draft, error, set }: AssignmentsProps) {
  const vanishes = agent !== null && !agent.manageable && draft.organizations.length === 0;
  return (
    <OrganizationMultiSelect
      label={t`Assigned to`}
      description={
        vanishes
          ? t`Without any organization of yours you no longer see this AI agent.`
          : t`Their people see it on their Home. Organizations below need it themselves.`
      }
      find={agentOrganizationsQuery}
      permission="bots.manage"
      value={draft.organizations}
      error={error}
      onChange={(organizations) => set({ organizations })}
    />
  );
}
