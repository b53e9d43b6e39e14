import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { ActionIcon, Button, Group, Skeleton, Textarea, TextInput } from "@mantine/core";
import { IconPencil, IconPlus, IconSpeakerphone, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { client, ifMatch, unwrap } from "@/api/client";
import { fieldErrors } from "@/api/errors";
import { fieldText } from "@/api/messages";
import { useOnce } from "@/api/once";
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
import { useChanged } from "@/ui/useChanged";
import { announcementsKey, announcementsQuery } from "./queries";
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
  const again = () => queryClient.invalidateQueries({ queryKey: announcementsKey });
  const remove = async () => {
    if (!deleting) return;
    const params = { path: { id: deleting.id }, header: { "If-Match": ifMatch(deleting.version) } };
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

function AnnouncementPanel({ note, onClose, onSaved }: PanelProps) {
  const { organization: here } = useSession();
  const [organization, setOrganization] = useState(note?.organization.id ?? here.id);
  const [title, setTitle] = useState(note?.title ?? "");
  const [body, setBody] = useState(note?.body ?? "");
  const once = useOnce();
  const saving = useMutation({
    mutationFn: () =>
      note
        ? unwrap<Announcement>(
            client.PATCH("/announcements/{id}", {
              params: { path: { id: note.id }, header: { "If-Match": ifMatch(note.version) } },
              headers: { "Content-Type": "application/merge-patch+json" },
              body: { title: title.trim(), body: body.trim() },
            }),
          )
        : once((headers) =>
            unwrap<Announcement>(
              client.POST("/announcements", {
                headers,
                body: { organization_id: organization, title: title.trim(), body: body.trim() },
              }),
            ),
          ),
    onSuccess: onSaved,
  });
  const errors = fieldErrors(saving.error, fieldText);
  const ready = title.trim() !== "" && (!note || title !== note.title || body !== note.body);
  const changed = useChanged([organization, title, body]);
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
          onChange={({ id }) => setOrganization(id)}
        />
      )}
      <TextInput
        label={t`Title`}
        required
        maxLength={80}
        data-autofocus
        value={title}
        error={errors.title}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      <Textarea
        label={t`Text`}
        autosize
        minRows={4}
        maxLength={500}
        value={body}
        error={errors.body}
        onChange={(event) => setBody(event.currentTarget.value)}
      />
    </Panel>
  );
}
