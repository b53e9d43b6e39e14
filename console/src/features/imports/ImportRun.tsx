import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Progress, Skeleton } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { client, unwrap } from "@/api/client";
import { failureText } from "@/api/failures";
import type { Import } from "@/api/types";
import { formatNumber } from "@/app/format";
import { refreshUsers } from "@/features/users/queries";
import { Confirm } from "@/ui/Confirm";
import { ErrorState } from "@/ui/ErrorState";
import { ImportReport } from "./ImportReport";
import { ImportState } from "./ImportState";
import classes from "./imports.module.css";
import { importQuery, importsQuery, isBusy } from "./queries";
import { outcomeName } from "./words";

/** One import from the check to its result. */
export function ImportRun({ id }: { id: string }) {
  const queryClient = useQueryClient();
  const run = useQuery(importQuery(id));
  const [asking, setAsking] = useState<"start" | "cancel" | null>(null);
  const state = run.data?.state;
  const before = useRef(state);
  useEffect(() => {
    if (before.current === "running" && state === "done") void refreshUsers(queryClient);
    if (before.current !== state) void queryClient.invalidateQueries({ queryKey: importsQuery.queryKey });
    before.current = state;
  }, [state, queryClient]);
  if (run.isError && !run.data) return <ErrorState error={run.error} onRetry={() => void run.refetch()} />;
  if (!run.data) return <Skeleton height={200} />;
  const entry = run.data;
  const post = async (action: "start" | "cancel") => {
    const params = { params: { path: { id } } };
    const next =
      action === "start"
        ? await unwrap<Import>(client.POST("/user-imports/{id}/start", params))
        : await unwrap<Import>(client.POST("/user-imports/{id}/cancel", params));
    queryClient.setQueryData(importQuery(id).queryKey, next);
  };
  const startWords = plural(entry.rows_valid, { one: "Import # person", other: "Import # people" });
  return (
    <>
      <section className={classes.run} aria-label={entry.file_name}>
        <div className={classes.runHead}>
          <h2 className={classes.fileName}>{entry.file_name}</h2>
          <ImportState state={entry.state} valid={entry.rows_valid} />
        </div>
        <RunProgress entry={entry} />
        {entry.failed_reason && (
          <Alert color="red" role="alert">
            {failureText(entry)}
          </Alert>
        )}
        <Numbers entry={entry} />
        {entry.state === "ready" && entry.rows_valid === 0 && (
          <p className={classes.hint}>
            <Trans>No line can be imported. Correct the file and upload it again.</Trans>
          </p>
        )}
        <div className={classes.buttons}>
          {entry.state === "ready" && entry.rows_valid > 0 && (
            <Button onClick={() => setAsking("start")}>{startWords}</Button>
          )}
          {(isBusy(entry.state) || entry.state === "ready") && (
            <Button variant="default" onClick={() => setAsking("cancel")}>
              <Trans>Cancel the import</Trans>
            </Button>
          )}
          {entry.state === "done" && (
            <Button
              renderRoot={(button) => <Link to="/admin/users" search={{ sort: "-created" }} {...button} />}
            >
              <Trans>Show the people added</Trans>
            </Button>
          )}
          <Button
            component={Link}
            to="/admin/users/import"
            variant={entry.state === "ready" && entry.rows_valid === 0 ? "filled" : "default"}
          >
            <Trans>Another file</Trans>
          </Button>
        </div>
      </section>
      {entry.state !== "checking" && <ImportReport id={id} state={entry.state} />}
      <Confirm
        opened={asking === "start"}
        title={`${startWords}?`}
        action={startWords}
        onConfirm={() => post("start")}
        onClose={() => setAsking(null)}
      >
        {entry.rows_invalid > 0
          ? plural(entry.rows_invalid, {
              one: "# line with an error is left out. You can leave this page while the import runs.",
              other: "# lines with errors are left out. You can leave this page while the import runs.",
            })
          : t`You can leave this page while the import runs.`}
      </Confirm>
      <Confirm
        opened={asking === "cancel"}
        title={t`Cancel the import of ${entry.file_name}?`}
        action={t`Cancel the import`}
        cancel={t`Go back`}
        danger
        onConfirm={() => post("cancel")}
        onClose={() => setAsking(null)}
      >
        {entry.state === "running"
          ? plural(entry.created, {
              0: "Nobody is added yet. The lines that are left are not imported.",
              one: "# person is added already and stays. The lines that are left are not imported.",
              other: "# people are added already and stay. The lines that are left are not imported.",
            })
          : t`Nobody is added. To import the file later, upload it again.`}
      </Confirm>
    </>
  );
}

/** How far an import is, from 0 to 100. */
export function percentOf(
  entry: Pick<Import, "state" | "rows_total" | "rows_checked" | "rows_done">,
): number {
  const done = entry.state === "checking" ? entry.rows_checked : entry.rows_done;
  return entry.rows_total > 0 ? Math.min(100, Math.floor((done / entry.rows_total) * 100)) : 0;
}

function RunProgress({ entry }: { entry: Import }) {
  if (!isBusy(entry.state)) return null;
  const percent = percentOf(entry);
  const words = entry.state === "checking" ? t`Checking the file` : t`Importing`;
  const done = entry.state === "checking" ? entry.rows_checked : entry.rows_done;
  return (
    <div>
      <Progress value={percent} aria-label={words} size="md" />
      <p className={classes.hint} role="status">
        {words}: {plural(done, { one: "# line", other: "# lines" })}. <Trans>You can leave this page.</Trans>
      </p>
    </div>
  );
}

/** The lines of a file by what becomes of them; they add up to those checked. */
export function Numbers({ entry }: { entry: Import }) {
  const started = ["running", "done"].includes(entry.state);
  const numbers: [string, number][] = started
    ? [
        [outcomeName("create", true), entry.created],
        [outcomeName("skip", true), entry.skipped],
        [outcomeName("error", true), entry.rows_invalid],
      ]
    : [
        [t`Lines checked`, entry.rows_checked],
        [t`Can be imported`, entry.rows_valid],
        [outcomeName("skip", false), entry.skipped],
        [outcomeName("error", false), entry.rows_invalid],
      ];
  return (
    <dl className={classes.numbers}>
      {numbers.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{formatNumber(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
