import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { ActionIcon, Button, Group, Skeleton, Textarea, TextInput } from "@mantine/core";
import { IconPencil, IconPlus, IconSpeakerphone, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { client, ifMatch, unwrap } from "@/api/client";
import { newest } from "@/api/conflict";
import { fieldErrors } from "@/api/errors";
import { fieldText } from "@/api/messages";
import { type Once, useOnce } from "@/api/once";
import type { Announcement } from "@/api/types";
import { formatDate } from "@/app/format";
import { useSession } from "@/app/session";
import { OrganizationSelect } from "@/features/organizations/OrganizationSelect";
import { Confirm } from "@/ui/Confirm";
import { CursorPager } from "@/ui/CursorPager";
import { ErrorState } from "@/ui/ErrorState";
import { FormAlert } from "@/ui/FormAlert";
import { StaleNote } from "@/ui/LoadProblem";
import { notifyDone } from "@/ui/notify";
import { EmptyState } from "@/ui/Page";
import { FooterNote, Panel } from "@/ui/Panel";
import rows from "@/ui/rows.module.css";
import { useDraft } from "@/ui/useDraft";
import { announcementsQuery, tabsChanged } from "./queries";
import classes from "./tabs.module.css";

/** Notes that people find on their Home. */
export function Announcements() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const { cursor = "" } = useSearch({ strict: false });
  const list = useQuery(announcementsQuery(cursor));
  const turn = (next: string) =>
    void navigate({
      to: "/admin/tabs",
      search: { tab: "announcements", ...(next && { cursor: next }) },
    });
  const [editing, setEditing] = useState<Announcement | "new" | null>(null);
  const [deleting, setDeleting] = useState<Announcement | null>(null);
  const again = () => tabsChanged(queryClient);
  const remove = async (refusal: unknown) => {
    if (!deleting) return;
    const { id, version } = newest(deleting, refusal);
    const params = { path: { id }, header: { "If-Match": ifMatch(version) } };
    await unwrap(client.DELETE("/announcements/{id}", { params }));
    notifyDone(t`The announcement is gone.`);
    await again();
  };
  const add = (
    <Button leftSection={<IconPlus size={16} stroke={2} />} onClick={() => setEditing("new")}>
      <Trans>New announcement</Trans>
    </Button>
  );
  const notes = list.data?.items;
  if (list.isError && !list.data)
    return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  return (
    <>
      <StaleNote query={list} />
      {list.isPending && [1, 2, 3].map((row) => <Skeleton key={row} height={56} my={8} />)}
      {notes?.length === 0 && cursor === "" && (
        <EmptyState
          icon={<IconSpeakerphone size={32} stroke={1.5} aria-hidden="true" />}
          title={t`No announcements yet`}
          text={t`Tell your clients what is new: it appears on the Home of their dashboard.`}
          action={add}
        />
      )}
      {notes && (notes.length > 0 || cursor !== "") && (
        <>
          <Group justify="flex-end">{add}</Group>
          <ul className={rows.rows} aria-label={t`Announcements`} aria-busy={list.isPlaceholderData}>
            {notes.map((note) => (
              <li key={note.id} className={rows.row}>
                <IconSpeakerphone size={22} stroke={1.5} aria-hidden="true" />
                <div className={rows.main}>
                  <div className={rows.title} dir="auto">
                    {note.title}
                  </div>
                  <div className={rows.sub}>
                    {note.organization.name} · {formatDate(note.published_at)} · {note.author}
                  </div>
                </div>
                <div className={classes.actions}>
                  <ActionIcon aria-label={t`Edit ${note.title}`} onClick={() => setEditing(note)}>
                    <IconPencil size={18} stroke={1.75} />
                  </ActionIcon>
                  <ActionIcon aria-label={t`Delete ${note.title}`} onClick={() => setDeleting(note)}>
                    <IconTrash size={18} stroke={1.75} />
                  </ActionIcon>
                </div>
              </li>
            ))}
          </ul>
        </>
      )}
      <CursorPager next={list.data?.next_cursor} previous={list.data?.prev_cursor} onGo={turn} />
      {editing && (
        <AnnouncementPanel
          note={editing === "new" ? null : editing}
          onClose={() => setEditing(null)}
          onSaved={() => {
            // A new one stands at the top of the first page.
            if (editing === "new" && cursor) turn("");
            setEditing(null);
            notifyDone(t`The announcement is on their Home.`);
            void again();
          }}
        />
      )}
      <Confirm
        opened={deleting !== null}
        title={t`Delete the announcement ${deleting?.title ?? ""}?`}
        action={t`Delete 1 announcement`}
        danger
        onConfirm={remove}
        onClose={() => setDeleting(null)}
      >
        <Trans>It disappears from everybody’s Home at once.</Trans>
      </Confirm>
    </>
  );
}

type PanelProps = { note: Announcement | null; onClose: () => void; onSaved: () => void };

type Draft = { organization: string; title: string; body: string };

function save(once: Once, note: Announcement | null, draft: Draft): Promise<Announcement> {
  const [title, body] = [draft.title.trim(), draft.body.trim()];
  if (!note) {
    const made = { organization_id: draft.organization, title, body };
    return once((headers) => unwrap<Announcement>(client.POST("/announcements", { headers, body: made })));
  }
  return unwrap<Announcement>(
    client.PATCH("/announcements/{id}", {
      params: { path: { id: note.id }, header: { "If-Match": ifMatch(note.version) } },
      headers: { "Content-Type": "application/merge-patch+json" },
      body: { title, body },
    }),
  );
}

function AnnouncementPanel({ note: given, onClose, onSaved }: PanelProps) {
  const { organization: here } = useSession();
  const draftOf = (of: Announcement | null): Draft => ({
    organization: of?.organization.id ?? here.id,
    title: of?.title ?? "",
    body: of?.body ?? "",
  });
  const { base: note, values, set, told } = useDraft(given, draftOf);
  const { organization, title, body } = values;
  const once = useOnce();
  const saving = useMutation({
    mutationFn: () => save(once, note, values),
    onError: told,
    onSuccess: onSaved,
  });
  const errors = fieldErrors(saving.error, fieldText);
  const changed = JSON.stringify(values) !== JSON.stringify(draftOf(note));
  const ready = title.trim() !== "" && (!note || changed);
  return (
    <Panel
      opened
      changed={changed}
      title={note ? t`Edit announcement` : t`New announcement`}
      onClose={onClose}
      onSubmit={() => ready && !saving.isPending && saving.mutate()}
      footer={
        <>
          <FooterNote>{title.trim() === "" ? t`Missing: Title` : ""}</FooterNote>
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" disabled={!ready} loading={saving.isPending}>
            {note ? <Trans>Save</Trans> : <Trans>Announce</Trans>}
          </Button>
        </>
      }
    >
      <FormAlert error={saving.error} shown={["organization_id", "title", "body"]} />
      {!note && (
        <OrganizationSelect
          label={t`For`}
          description={t`The people of this organization and of those below it see it.`}
          value={organization}
          error={errors.organization_id}
          onChange={({ id }) => set({ organization: id })}
        />
      )}
      <TextInput
        label={t`Title`}
        required
        maxLength={80}
        data-autofocus
        value={title}
        error={errors.title}
        onChange={(event) => set({ title: event.currentTarget.value })}
      />
      <Textarea
        label={t`Text`}
        autosize
        minRows={4}
        maxLength={500}
        value={body}
        error={errors.body}
        onChange={(event) => set({ body: event.currentTarget.value })}
      />
    </Panel>
  );
}
