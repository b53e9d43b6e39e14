import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, MultiSelect, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { client, ifMatch, sendBytes, unwrap } from "@/api/client";
import { fieldErrors } from "@/api/errors";
import { errorText, fieldText } from "@/api/messages";
import { type Once, useOnce } from "@/api/once";
import type { Organization, Team } from "@/api/types";
import { useCan, useSession } from "@/app/session";
import { organizationsQuery } from "@/features/organizations/queries";
import { treeRows } from "@/features/organizations/tree";
import { sameSet } from "@/features/users/userForm";
import { notifyDone, notifyFailed } from "@/ui/notify";
import { FooterNote, Panel } from "@/ui/Panel";
import { type PhotoChange, PhotoField } from "@/ui/photo/PhotoField";
import { refreshTeams } from "./queries";

type Draft = { name: string; description: string; organization_id: string; serves: string[] };

/** What of a draft differs from the team, for PATCH. */
export function teamPatch(team: Team, draft: Draft): Partial<Draft> {
  const patch: Partial<Draft> = {};
  if (draft.name.trim() !== team.name) patch.name = draft.name.trim();
  if (draft.description.trim() !== team.description) patch.description = draft.description.trim();
  const serves = team.serves.map((organization) => organization.id);
  if (!sameSet(serves, draft.serves)) patch.serves = draft.serves;
  return patch;
}

async function saveTeam(once: Once, team: Team | null, draft: Draft, photo: PhotoChange): Promise<Team> {
  let saved: Team;
  if (!team) {
    saved = await once((headers) =>
      unwrap<Team>(
        client.POST("/teams", {
          headers,
          body: { ...draft, name: draft.name.trim(), description: draft.description.trim() },
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
export function TeamPanel({ team, onClose }: { team: Team | null; onClose: () => void }) {
  const may = useCan();
  const session = useSession();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const organizations = useQuery({ ...organizationsQuery, enabled: may("organizations.read") });
  const [photo, setPhoto] = useState<PhotoChange>(null);
  const [draft, setDraft] = useState<Draft>({
    name: team?.name ?? "",
    description: team?.description ?? "",
    organization_id: team?.organization.id ?? session.organization.id,
    serves: team?.serves.map((organization) => organization.id) ?? [],
  });
  const once = useOnce();
  const save = useMutation({
    mutationFn: () => saveTeam(once, team, draft, photo),
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
  return (
    <Panel
      opened
      title={team ? t`Edit ${team.name}` : t`New team`}
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
      {save.isError && Object.keys(errors).length === 0 && (
        <Alert color="red" role="alert">
          {errorText(save.error)}
        </Alert>
      )}
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
      <Places
        team={team}
        draft={draft}
        organizations={organizations.data ?? []}
        error={errors.organization_id ?? errors.serves}
        onChange={setDraft}
      />
    </Panel>
  );
}

type PlacesProps = {
  team: Team | null;
  draft: Draft;
  organizations: Organization[];
  error: string | undefined;
  onChange: (draft: Draft) => void;
};

/** Whose team it is, fixed once it is made, and for whom else it works. */
function Places({ team, draft, organizations, error, onChange }: PlacesProps) {
  const rows = treeRows(organizations);
  const others = rows.filter((row) => row.organization.id !== draft.organization_id);
  if (rows.length < 2) return null;
  return (
    <>
      {!team && (
        <NativeSelect
          label={t`Organization`}
          description={t`Its people can be members. It can't be changed later.`}
          value={draft.organization_id}
          error={error}
          onChange={(event) => {
            const organization_id = event.currentTarget.value;
            onChange({
              ...draft,
              organization_id,
              serves: draft.serves.filter((id) => id !== organization_id),
            });
          }}
          data={rows.map((row) => ({
            value: row.organization.id,
            label: `${"– ".repeat(row.depth)}${row.organization.name}`,
          }))}
        />
      )}
      <MultiSelect
        label={t`Also works for`}
        description={t`Administrators of these organizations see the team.`}
        placeholder={draft.serves.length === 0 ? t`Choose organizations` : undefined}
        searchable
        hidePickedOptions
        nothingFoundMessage={t`No such organization`}
        value={draft.serves}
        onChange={(serves) => onChange({ ...draft, serves })}
        data={others.map((row) => ({ value: row.organization.id, label: row.organization.name }))}
      />
    </>
  );
}
