import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { client, ifMatch, sendBytes, unwrap } from "@/api/client";
import { fieldErrors } from "@/api/errors";
import { fieldText } from "@/api/messages";
import { type Once, useOnce } from "@/api/once";
import type { Team } from "@/api/types";
import { useSession } from "@/app/session";
import type { Ref } from "@/features/organizations/choices";
import { OrganizationMultiSelect } from "@/features/organizations/OrganizationMultiSelect";
import { OrganizationSelect } from "@/features/organizations/OrganizationSelect";
import { sameSet } from "@/features/users/userForm";
import { FormAlert } from "@/ui/FormAlert";
import { notifyDone, notifyFailed } from "@/ui/notify";
import { FooterNote, Panel } from "@/ui/Panel";
import { type PhotoChange, PhotoField } from "@/ui/photo/PhotoField";
import { useChanged } from "@/ui/useChanged";
import { useDraft } from "@/ui/useDraft";
import { refreshTeams } from "./queries";

type Draft = { name: string; description: string; organization_id: string; serves: Ref[] };

const idsOf = (list: Ref[]) => list.map(({ id }) => id);

/** What of a draft differs from the team, for PATCH. */
function teamPatch(team: Team, draft: Draft) {
  const patch: { name?: string; description?: string; serves?: string[] } = {};
  if (draft.name.trim() !== team.name) patch.name = draft.name.trim();
  if (draft.description.trim() !== team.description) patch.description = draft.description.trim();
  const serves = idsOf(draft.serves);
  if (!sameSet(idsOf(team.serves), serves)) patch.serves = serves;
  return patch;
}

async function saveTeam(once: Once, team: Team | null, draft: Draft, photo: PhotoChange): Promise<Team> {
  let saved: Team;
  if (!team) {
    saved = await once((headers) =>
      unwrap<Team>(
        client.POST("/teams", {
          headers,
          body: {
            ...draft,
            name: draft.name.trim(),
            description: draft.description.trim(),
            serves: idsOf(draft.serves),
          },
        }),
      ),
    );
  } else {
    const patch = teamPatch(team, draft);
    saved = team;
    if (Object.keys(patch).length > 0) {
      saved = await unwrap<Team>(
        client.PATCH("/teams/{id}", {
          params: { path: { id: team.id }, header: { "If-Match": ifMatch(team.version) } },
          headers: { "Content-Type": "application/merge-patch+json" },
          body: patch,
        }),
      );
    }
  }
  // The team is there: a picture that fails is told, and can be tried again.
  if (photo === "remove") {
    await unwrap(client.DELETE("/teams/{id}/photo", { params: { path: { id: saved.id } } })).catch(
      notifyFailed,
    );
  }
  if (photo instanceof Blob)
    await sendBytes("PUT", `/api/v1/teams/${saved.id}/photo`, photo).catch(notifyFailed);
  return saved;
}

/** Makes a team, or changes what it is called and for whom it works. */
export function TeamPanel({ team: given, onClose }: { team: Team | null; onClose: () => void }) {
  const session = useSession();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [photo, setPhoto] = useState<PhotoChange>(null);
  const draftOf = (of: Team | null): Draft => ({
    name: of?.name ?? "",
    description: of?.description ?? "",
    organization_id: of?.organization.id ?? session.organization.id,
    serves: of?.serves ?? [],
  });
  const { base: team, values: draft, set: setDraft, told } = useDraft(given, draftOf);
  const once = useOnce();
  const save = useMutation({
    mutationFn: () => saveTeam(once, team, draft, photo),
    onError: told,
    onSuccess: async (saved) => {
      onClose();
      notifyDone(t`${saved.name} is saved.`);
      await refreshTeams(queryClient);
      if (!team) await navigate({ to: "/admin/teams/$id", params: { id: saved.id } });
    },
  });
  const errors = fieldErrors(save.error, fieldText);
  const missing = draft.name.trim() === "";
  const unchanged = team !== null && photo === null && Object.keys(teamPatch(team, draft)).length === 0;
  const begun = useChanged([draft, photo]);
  return (
    <Panel
      opened
      title={team ? t`Edit ${team.name}` : t`New team`}
      changed={team ? !unchanged : begun}
      onClose={onClose}
      onSubmit={() => {
        if (!missing && !unchanged && !save.isPending) save.mutate();
      }}
      footer={
        <>
          <FooterNote>{missing ? t`Missing: Name` : unchanged ? t`Nothing has changed yet.` : ""}</FooterNote>
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" disabled={missing || unchanged} loading={save.isPending}>
            {team ? <Trans>Save</Trans> : <Trans>Create team</Trans>}
          </Button>
        </>
      }
    >
      <FormAlert error={save.error} shown={["name", "description", "organization_id", "serves"]} />
      <PhotoField
        name={draft.name}
        current={team?.photo_thumb_url ?? null}
        change={photo}
        onChange={setPhoto}
      />
      <TextInput
        label={t`Name`}
        required
        maxLength={100}
        data-autofocus
        value={draft.name}
        error={errors.name}
        onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
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
      <Places team={team} draft={draft} errors={errors} onChange={setDraft} />
    </Panel>
  );
}

type PlacesProps = {
  team: Team | null;
  draft: Draft;
  errors: Record<string, string>;
  onChange: (draft: Draft) => void;
};

/** Whose team it is, fixed once it is made, and for whom else it works. */
function Places({ team, draft, errors, onChange }: PlacesProps) {
  return (
    <>
      {!team && (
        <OrganizationSelect
          label={t`Organization`}
          description={t`Its people can be members. It can't be changed later.`}
          value={draft.organization_id}
          error={errors.organization_id}
          onChange={({ id }) =>
            onChange({ ...draft, organization_id: id, serves: draft.serves.filter((one) => one.id !== id) })
          }
        />
      )}
      <OrganizationMultiSelect
        label={t`Also works for`}
        description={t`Administrators of these organizations see the team.`}
        value={draft.serves}
        without={draft.organization_id}
        error={errors.serves}
        onChange={(serves) => onChange({ ...draft, serves })}
      />
    </>
  );
}
