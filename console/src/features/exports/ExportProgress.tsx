import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Group, Progress, Stack } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { failureText } from "@/api/failures";
import { errorText } from "@/api/messages";
import type { Export } from "@/api/types";
import { notifyFailed } from "@/ui/notify";
import classes from "./exports.module.css";
import { deleteExport, exportQuery, fileHref, isBusy, refreshExports } from "./queries";
import { percentOf, progressWords, sizeWords } from "./words";

/** How far one export is, until its file is there; it goes on when the dialog is closed. */
export function ExportProgress({ made, onClose }: { made: Export; onClose: () => void }) {
  const queryClient = useQueryClient();
  const query = useQuery({ ...exportQuery(made.id), initialData: made });
  const entry = query.data;
  useEffect(() => {
    if (!isBusy(entry.state)) void queryClient.invalidateQueries({ queryKey: ["exports", "list"] });
  }, [entry.state, queryClient]);
  const cancel = async () => {
    await deleteExport(entry.id).catch(notifyFailed);
    void refreshExports(queryClient);
    onClose();
  };
  return (
    <Stack gap="md">
      {isBusy(entry.state) && (
        <div>
          <ProgressBar entry={entry} />
          <p className={classes.hint} role="status">
            {progressWords(entry)}.{" "}
            <Trans>You can close this: the file will be among your exports for 24 hours.</Trans>
          </p>
        </div>
      )}
      {entry.state === "ready" && (
        <p className={classes.text} role="status">
          {t`The file is ready: ${sizeWords(entry)}.`}
        </p>
      )}
      {entry.failed_reason && (
        <Alert color="red" role="alert">
          {failureText(entry)}
        </Alert>
      )}
      {query.isError && (
        <Alert color="red" role="alert">
          {errorText(query.error)}
        </Alert>
      )}
      <Group justify="space-between" gap="xs">
        <Link to="/admin/exports" className="link" onClick={onClose}>
          <Trans>All exports</Trans>
        </Link>
        <Group gap="xs">
          {isBusy(entry.state) && (
            <Button variant="default" onClick={() => void cancel()}>
              <Trans>Cancel the export</Trans>
            </Button>
          )}
          {entry.state === "ready" ? (
            <Button
              component="a"
              href={fileHref(entry.id)}
              download={entry.file_name}
              leftSection={<IconDownload size={16} stroke={1.75} />}
              onClick={onClose}
            >
              <Trans>Download</Trans>
            </Button>
          ) : (
            <Button onClick={onClose}>
              <Trans>Close</Trans>
            </Button>
          )}
        </Group>
      </Group>
    </Stack>
  );
}

/** A bar as far as is known; where nobody knows how many rows there are, their number has to do. */
export function ProgressBar({ entry }: { entry: Export }) {
  const percent = percentOf(entry);
  if (percent === null) return null;
  return <Progress value={percent} aria-label={t`Making ${entry.file_name}`} size="md" />;
}
