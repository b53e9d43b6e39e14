import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { client, unwrap } from "@/api/client";
import { fieldErrors } from "@/api/errors";
import { fieldText } from "@/api/messages";
import { useOnce } from "@/api/once";
import type { Organization } from "@/api/types";
import { codeFromName } from "@/features/roles/code";
import { FormAlert } from "@/ui/FormAlert";
import { notifyDone } from "@/ui/notify";
import { FooterNote, Panel } from "@/ui/Panel";
import { useChanged } from "@/ui/useChanged";
import { OrganizationSelect } from "./OrganizationSelect";
import { organizationMade, organizationsQuery } from "./queries";

type Props = { title: string; parent: string; onClose: () => void; onCreated: (id: string) => void };

/** What is offered as the short name; "" for a name without Latin letters or digits, of which the server makes one. */
const shortFrom = (name: string) => codeFromName(name).replaceAll("_", "-").slice(0, 40).replace(/-$/, "");

const plain = (name: string) => name.trim().toLowerCase();

const madeText = (made: Organization, asked: string) =>
  made.short_name === asked
    ? t`${made.name} is there. Add its first person next.`
    : t`${made.name} is there, with the short name ${made.short_name}. Add its first person next.`;

/** Adds an organization. */
export function OrganizationPanel({ title, parent, onClose, onCreated }: Props) {
  const queryClient = useQueryClient();
  const once = useOnce();
  const [draft, setDraft] = useState({ name: "", short: null as string | null, parent, description: "" });
  const short = draft.short ?? shortFrom(draft.name);
  const namesake = queryClient
    .getQueryData(organizationsQuery.queryKey)
    ?.some(({ name }) => plain(name) === plain(draft.name));
  const save = useMutation({
    mutationFn: () =>
      once((headers) =>
        unwrap<Organization>(
          client.POST("/organizations", {
            headers,
            body: {
              name: draft.name.trim(),
              short_name: short.trim(),
              parent_id: draft.parent,
              description: draft.description.trim(),
            },
          }),
        ),
      ),
    onSuccess: async (made) => {
      notifyDone(madeText(made, short.trim()));
      await organizationMade(queryClient, made);
      onClose();
      onCreated(made.id);
    },
  });
  const errors = fieldErrors(save.error, fieldText);
  const missing = draft.name.trim() === "";
  const changed = useChanged(draft);
  return (
    <Panel
      opened
      changed={changed}
      title={title}
      onClose={onClose}
      onSubmit={() => {
        if (!missing && !save.isPending) save.mutate();
      }}
      footer={
        <>
          <FooterNote>{missing ? t`Missing: Name` : ""}</FooterNote>
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" disabled={missing} loading={save.isPending}>
            <Trans>Create</Trans>
          </Button>
        </>
      }
    >
      <FormAlert error={save.error} shown={["name", "short_name", "parent_id", "description"]} />
      <TextInput
        label={t`Name`}
        required
        maxLength={80}
        data-autofocus
        description={
          namesake && t`There is an organization of this name already. Two are hard to tell apart.`
        }
        inputWrapperOrder={["label", "input", "description", "error"]}
        value={draft.name}
        error={errors.name}
        onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
      />
      <TextInput
        label={t`Short name`}
        description={t`Lower-case letters, digits and hyphens. It can't be changed later.`}
        value={short}
        error={errors.short_name}
        onChange={(event) => setDraft({ ...draft, short: event.currentTarget.value })}
      />
      <Textarea
        label={t`Description`}
        autosize
        minRows={2}
        maxLength={500}
        value={draft.description}
        error={errors.description}
        onChange={(event) => setDraft({ ...draft, description: event.currentTarget.value })}
      />
      <OrganizationSelect
        label={t`Below`}
        always
        value={draft.parent}
        error={errors.parent_id}
        onChange={({ id }) => setDraft({ ...draft, parent: id })}
      />
    </Panel>
  );
}
