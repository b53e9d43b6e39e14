import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { client, idempotencyKey, ifMatch, unwrap } from "@/api/client";
import { fieldErrors } from "@/api/errors";
import { errorText, fieldText } from "@/api/messages";
import type { Organization } from "@/api/types";
import { codeFromName } from "@/features/roles/code";
import { notifyDone } from "@/ui/notify";
import { FooterNote, Panel } from "@/ui/Panel";
import { organizationsQuery } from "./queries";
import { treeRows } from "./tree";

type Props = {
  organization: Organization | null;
  parent: string;
  organizations: Organization[];
  onClose: () => void;
};
type Draft = { name: string; short_name: string | null; parent_id: string; description: string };

function saveOrganization(
  organization: Organization | null,
  draft: Draft,
  shortName: string,
): Promise<Organization> {
  if (!organization) {
    return unwrap(
      client.POST("/organizations", {
        headers: { "Idempotency-Key": idempotencyKey() },
        body: {
          name: draft.name.trim(),
          short_name: shortName,
          parent_id: draft.parent_id,
          description: draft.description.trim(),
        },
      }),
    );
  }
  const body: { name?: string; description?: string } = {};
  if (draft.name.trim() !== organization.name) body.name = draft.name.trim();
  if (draft.description.trim() !== organization.description) body.description = draft.description.trim();
  return unwrap(
    client.PATCH("/organizations/{id}", {
      params: { path: { id: organization.id }, header: { "If-Match": ifMatch(organization.version) } },
      headers: { "Content-Type": "application/merge-patch+json" },
      body,
    }),
  );
}

/** Adds an organization, or renames and describes one. */
export function OrganizationPanel({ organization, parent, organizations, onClose }: Props) {
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState<Draft>({
    name: organization?.name ?? "",
    short_name: organization?.short_name ?? null,
    parent_id: parent,
    description: organization?.description ?? "",
  });
  const shortName = draft.short_name ?? codeFromName(draft.name).replaceAll("_", "-");
  const save = useMutation({
    mutationFn: () => saveOrganization(organization, draft, shortName),
    onSuccess: async (saved) => {
      onClose();
      notifyDone(t`${saved.name} is saved.`);
      await queryClient.invalidateQueries({ queryKey: organizationsQuery.queryKey });
    },
  });
  const errors = fieldErrors(save.error, fieldText);
  const unchanged =
    organization !== null &&
    draft.name.trim() === organization.name &&
    draft.description.trim() === organization.description;
  const missing = draft.name.trim() === "";
  const note = missing ? t`Missing: Name` : unchanged ? t`Nothing has changed yet.` : "";
  return (
    <Panel
      opened
      title={organization ? t`Edit ${organization.name}` : t`New organization`}
      onClose={onClose}
      onSubmit={() => {
        if (!missing && !unchanged && !save.isPending) save.mutate();
      }}
      footer={
        <>
          <FooterNote>{note}</FooterNote>
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" disabled={missing || unchanged} loading={save.isPending}>
            {organization ? <Trans>Save</Trans> : <Trans>Create</Trans>}
          </Button>
        </>
      }
    >
      {save.isError && Object.keys(errors).length === 0 && (
        <Alert color="red" role="alert">
          {errorText(save.error)}
        </Alert>
      )}
      <TextInput
        label={t`Name`}
        required
        maxLength={200}
        data-autofocus
        value={draft.name}
        error={errors.name}
        onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
      />
      <TextInput
        label={t`Short name`}
        description={t`Lower-case letters, digits and hyphens. It can't be changed later.`}
        value={shortName}
        readOnly={organization !== null}
        variant={organization ? "filled" : "default"}
        error={errors.short_name}
        onChange={(event) => setDraft({ ...draft, short_name: event.currentTarget.value })}
      />
      {!organization && (
        <NativeSelect
          label={t`Below`}
          value={draft.parent_id}
          error={errors.parent_id}
          onChange={(event) => setDraft({ ...draft, parent_id: event.currentTarget.value })}
          data={treeRows(organizations).map((row) => ({
            value: row.organization.id,
            label: `${"– ".repeat(row.depth)}${row.organization.name}`,
          }))}
        />
      )}
      <Textarea
        label={t`Description`}
        autosize
        minRows={2}
        maxLength={500}
        value={draft.description}
        error={errors.description}
        onChange={(event) => setDraft({ ...draft, description: event.currentTarget.value })}
      />
    </Panel>
  );
}
