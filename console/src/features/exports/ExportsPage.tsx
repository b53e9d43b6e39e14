import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { ActionIcon, Button, Skeleton } from "@mantine/core";
import {
  IconCheck,
  IconClock,
  IconDownload,
  IconFileExport,
  IconLoader,
  IconTrash,
  IconX,
} from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { failureText } from "@/api/failures";
import type { Export } from "@/api/types";
import { formatRelative } from "@/app/format";
import { useCan } from "@/app/session";
import { useFields } from "@/features/fields/queries";
import { Tag } from "@/ui/badges";
import { Confirm } from "@/ui/Confirm";
import { LoadProblem } from "@/ui/LoadProblem";
import { EmptyState, Page } from "@/ui/Page";
import rows from "@/ui/rows.module.css";
import { RelativeTime } from "@/ui/Time";
import ui from "@/ui/ui.module.css";
import { ProgressBar } from "./ExportProgress";
import classes from "./exports.module.css";
import { deleteExport, exportsQuery, fileHref, isBusy, refreshExports } from "./queries";
import { useNames } from "./useNames";
import { filterWords, formatName, kindName, percentOf, progressWords, sizeWords } from "./words";

/** One's own exports: how far they are, and their files until they are gone. */
export function ExportsPage() {
  const list = useQuery(exportsQuery);
  const queryClient = useQueryClient();
  const [asked, setAsked] = useState<Export | null>(null);
  const remove = async () => {
    if (!asked) return;
    await deleteExport(asked.id);
    await refreshExports(queryClient);
  };
  const busy = asked !== null && isBusy(asked.state);
  return (
    <Page
      title={t`Exports`}
      lead={t`Files that you made of lists here. Only you can see them, and each is deleted after 24 hours.`}
    >
      <LoadProblem query={list} />
      {list.isPending && [1, 2, 3].map((row) => <Skeleton key={row} height={64} my={8} />)}
      {list.data?.length === 0 && <Nothing />}
      {list.data && list.data.length > 0 && (
        <ul className={rows.rows} aria-label={t`Exports`}>
          {list.data.map((entry) => (
            <Row key={entry.id} entry={entry} onRemove={() => setAsked(entry)} />
          ))}
        </ul>
      )}
      <Confirm
        opened={asked !== null}
        title={busy ? t`Cancel this export?` : t`Delete ${asked?.file_name ?? ""}?`}
        action={busy ? t`Cancel the export` : t`Delete the file`}
        danger
        onConfirm={remove}
        onClose={() => setAsked(null)}
      >
        {busy ? (
          <Trans>What was written until now is deleted.</Trans>
        ) : (
          <Trans>You can make the same export again.</Trans>
        )}
      </Confirm>
    </Page>
  );
}

function Nothing() {
  const may = useCan();
  const users = may("users.read") && may("users.export");
  return (
    <EmptyState
      icon={<IconFileExport size={32} stroke={1.5} aria-hidden="true" />}
      title={t`No exports yet`}
      text={t`Open a list, set its filters and press Export. Large files are made in the background and show up here.`}
      action={
        <Button component={Link} to={users ? "/admin/users" : "/admin/audit"} variant="default">
          {users ? <Trans>Go to users</Trans> : <Trans>Go to the audit log</Trans>}
        </Button>
      }
    />
  );
}

function Row({ entry, onRemove }: { entry: Export; onRemove: () => void }) {
  const filters = filterWords(entry.filter, useNames(entry.filter), useFields());
  const busy = isBusy(entry.state);
  const removal = busy ? t`Cancel ${entry.file_name}` : t`Delete ${entry.file_name}`;
  return (
    <li className={rows.row}>
      <div className={rows.main}>
        <div className={rows.title}>
          {kindName(entry.kind)} · {formatName(entry.format)}
          <ExportState state={entry.state} />
        </div>
        {filters.length > 0 && (
          <div className={rows.sub} dir="auto">
            {filters.join(" · ")}
          </div>
        )}
        <div className={rows.sub}>
          {failureText(entry) || (entry.state === "ready" ? sizeWords(entry) : progressWords(entry))}
          {" · "}
          <RelativeTime at={entry.created_at} />
          {entry.state === "ready" && entry.expires_at && (
            <>
              {" · "}
              {t`deleted ${formatRelative(entry.expires_at)}`}
            </>
          )}
        </div>
        {busy && percentOf(entry) !== null && (
          <div className={classes.bar}>
            <ProgressBar entry={entry} />
          </div>
        )}
      </div>
      {entry.state === "ready" && (
        <Button
          component="a"
          className={ui.phoneIcon}
          href={fileHref(entry.id)}
          download={entry.file_name}
          aria-label={t`Download ${entry.file_name}`}
          variant="default"
          leftSection={<IconDownload size={16} stroke={1.75} />}
        >
          <Trans>Download</Trans>
        </Button>
      )}
      <ActionIcon size={36} aria-label={removal} title={removal} onClick={onRemove}>
        {busy ? <IconX size={18} stroke={1.75} /> : <IconTrash size={18} stroke={1.75} />}
      </ActionIcon>
    </li>
  );
}

/** How far an export is, in words and shape. */
function ExportState({ state }: { state: Export["state"] }) {
  switch (state) {
    case "queued":
      return <Tag icon={<IconClock size={14} aria-hidden="true" />}>{t`Waiting`}</Tag>;
    case "running":
      return <Tag icon={<IconLoader size={14} aria-hidden="true" />}>{t`Running`}</Tag>;
    case "ready":
      return <Tag tone="ok" icon={<IconCheck size={14} aria-hidden="true" />}>{t`Ready`}</Tag>;
    case "cancelled":
      return <Tag icon={<IconX size={14} aria-hidden="true" />}>{t`Cancelled`}</Tag>;
    default:
      return <Tag tone="bad" icon={<IconX size={14} aria-hidden="true" />}>{t`Failed`}</Tag>;
  }
}
