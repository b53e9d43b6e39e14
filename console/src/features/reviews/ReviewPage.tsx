import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Checkbox, Skeleton } from "@mantine/core";
import { IconDownload, IconPrinter } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { downloadHref } from "@/api/client";
import type { AccessReview, AccessReviewRow, ReviewDecision } from "@/api/types";
import { formatDateTime } from "@/app/format";
import { useSelection } from "@/features/users/selection";
import { Choice } from "@/ui/Choice";
import { ChosenBar } from "@/ui/ChosenBar";
import { Confirm } from "@/ui/Confirm";
import { CursorPager } from "@/ui/CursorPager";
import { ErrorState } from "@/ui/ErrorState";
import { LoadProblem } from "@/ui/LoadProblem";
import { notifyDone, notifyFailed } from "@/ui/notify";
import { EmptyState, Page } from "@/ui/Page";
import { type Left, LeftOut, leftOut } from "./LeftOut";
import {
  cancelReview,
  decideRow,
  decideRows,
  finishReview,
  type RowFilter,
  refreshReviews,
  reviewQuery,
  rowFilters,
  rowsQuery,
  type Take,
} from "./queries";
import { ReduceDialog } from "./ReduceDialog";
import { ReviewRow } from "./ReviewRow";
import { ProgressLine } from "./ReviewsPage";
import classes from "./reviews.module.css";
import { consequences, decided, reviewedWords, stateWords } from "./words";

/** One review: its accounts, the decisions on them, and its end. */
export function ReviewPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const review = useQuery(reviewQuery(id));
  const [asked, setAsked] = useState<"finish" | "cancel" | null>(null);
  const crumbs = [{ to: "/admin/reviews", label: t`Access reviews` }];
  if (!review.data) {
    return (
      <Page title={t`Access review`} crumbs={crumbs}>
        {review.isError ? (
          <ErrorState error={review.error} onRetry={() => void review.refetch()} />
        ) : (
          <Skeleton height={360} />
        )}
      </Page>
    );
  }
  const { data } = review;
  const report = (format: string) =>
    downloadHref(`/access-reviews/${encodeURIComponent(id)}/report`, { format });
  return (
    <Page
      title={data.name}
      crumbs={crumbs}
      lead={reviewedWords(data)}
      actions={
        data.state === "open" && data.hidden_rows === 0 ? (
          <>
            <Button variant="default" onClick={() => setAsked("cancel")}>
              <Trans>Cancel review</Trans>
            </Button>
            <Button onClick={() => setAsked("finish")}>
              <Trans>Finish review</Trans>
            </Button>
          </>
        ) : (
          data.state === "finished" && (
            <>
              <Button
                variant="default"
                component="a"
                href={report("csv")}
                leftSection={<IconDownload size={16} stroke={1.75} />}
              >
                <Trans>Signed report (CSV)</Trans>
              </Button>
              <Button
                variant="default"
                component="a"
                target="_blank"
                rel="noreferrer"
                href={report("html")}
                leftSection={<IconPrinter size={16} stroke={1.75} />}
              >
                <Trans>Print view</Trans>
              </Button>
            </>
          )
        )
      }
    >
      <Progress review={data} />
      <Rows key={data.state} review={data} />
      {asked && <EndDialogs review={data} asked={asked} onClose={() => setAsked(null)} />}
    </Page>
  );
}

function Progress({ review }: { review: AccessReview }) {
  const day = (at: string) => formatDateTime(at, { dateStyle: "medium" });
  if (review.state === "preparing" || review.state === "finishing") {
    return (
      <Alert mb="md" role="status" title={stateWords(review.state)}>
        {review.state === "preparing"
          ? t`${review.counts.total} accounts so far. You can leave this page; it goes on.`
          : t`${review.counts.done} of ${review.counts.total} done. You can leave this page; it goes on.`}
      </Alert>
    );
  }
  return (
    <div className={classes.head}>
      <ProgressLine value={decided(review.counts)} total={review.counts.total} />
      {review.state === "finished" && review.finished_at && (
        <span className={classes.sub}>{t`Finished ${day(review.finished_at)} by ${review.finished_by}`}</span>
      )}
      {review.state === "cancelled" && (
        <span className={classes.sub}>{t`Cancelled by ${review.finished_by}. Nothing was changed.`}</span>
      )}
      {review.hidden_rows > 0 && (
        <span className={classes.sub}>
          {plural(review.hidden_rows, {
            one: "# more account has access from further up. Whoever manages it decides on it and ends the review.",
            other:
              "# more accounts have access from further up. Whoever manages them decides on them and ends the review.",
          })}
        </span>
      )}
      {review.partial && (
        <span className={classes.sub}>
          <Trans>
            People whose access comes from further up than where the review was started are not listed.
          </Trans>
        </span>
      )}
      {review.state === "open" && !review.used_since && (
        <span className={classes.sub}>
          <Trans>Use of permissions has only just begun to be recorded, so nothing is suggested yet.</Trans>
        </span>
      )}
    </div>
  );
}

const filterWords = (filter: RowFilter): string =>
  ({
    all: t`All`,
    undecided: t`Not decided`,
    unused: t`With unused access`,
    above: t`From further up`,
    keep: t`Keep`,
    reduce: t`Reduce`,
    remove: t`Remove`,
  })[filter];

function FilterControl({
  value,
  above,
  onChange,
}: {
  value: RowFilter;
  above: boolean;
  onChange: (next: string) => void;
}) {
  const offered = rowFilters.filter((entry) => entry !== "above" || above || value === "above");
  const data = offered.map((entry) => ({ value: entry, label: filterWords(entry) }));
  return <Choice label={t`Which accounts`} value={value} data={data} onChange={onChange} />;
}

function Rows({ review }: { review: AccessReview }) {
  const search = useSearch({ strict: false });
  const filter = rowFilters.find((entry) => entry === search.filter) ?? "all";
  const cursor = search.cursor ?? "";
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const selection = useSelection(`${filter} ${cursor}`);
  const [reducing, setReducing] = useState<AccessReviewRow | null>(null);
  const [left, setLeft] = useState<Left[]>([]);
  const list = useQuery(rowsQuery(review.id, filter, cursor, review.state));
  const go = (next: { filter?: string; cursor?: string }) =>
    void navigate({
      to: "/admin/reviews/$id",
      params: { id: review.id },
      search: next,
      replace: true,
    });
  const decide = useMutation({
    mutationFn: (in_: { row: AccessReviewRow; decision: ReviewDecision; take?: Take }) =>
      decideRow(review.id, in_.row.row, in_.decision, in_.take),
    onSuccess: () => refreshReviews(queryClient),
    onError: notifyFailed,
  });
  const many = useMutation({
    mutationFn: (decision: ReviewDecision) => decideRows(review.id, selection.ids.map(Number), decision),
    onSuccess: async (results) => {
      setLeft(leftOut(results, list.data?.items ?? []));
      const failed = results.filter((result) => !result.ok);
      selection.set(failed.map((result) => String(result.row)));
      await refreshReviews(queryClient);
      if (failed.length === 0) {
        notifyDone(plural(results.length, { one: "# account decided", other: "# accounts decided" }));
      }
    },
    onError: notifyFailed,
  });
  const rows = list.data?.items;
  const ids = rows?.map((row) => String(row.row)) ?? [];
  const all = ids.length > 0 && ids.every((id) => selection.has(id));
  if (review.state === "preparing") return <Skeleton height={320} />;
  return (
    <>
      <div className={classes.filters}>
        {review.state === "open" && (
          <Checkbox
            aria-label={t`Choose everybody on this page`}
            checked={all}
            indeterminate={!all && selection.ids.length > 0}
            onChange={() => selection.put(ids, !all)}
          />
        )}
        <FilterControl
          value={filter}
          above={review.counts.from_above > 0}
          onChange={(next) => go(next === "all" ? {} : { filter: next })}
        />
      </div>
      <LeftOut left={left} onClose={() => setLeft([])} />
      <LoadProblem query={list} />
      {list.isPending && <Skeleton height={320} />}
      {rows?.length === 0 && (
        <EmptyState
          title={filter === "undecided" ? t`Everybody is decided on` : t`No account matches`}
          text={
            filter === "undecided" ? t`Finish the review to apply the decisions.` : t`Choose another filter.`
          }
        />
      )}
      <ul className={classes.list} aria-label={t`Accounts`}>
        {rows?.map((row) => (
          <ReviewRow
            key={row.row}
            review={review}
            row={row}
            chosen={selection.has(String(row.row))}
            busy={decide.isPending && decide.variables.row.row === row.row}
            onChoose={() => selection.toggle(String(row.row))}
            onDecide={(decision) =>
              decision === "reduce" ? setReducing(row) : decide.mutate({ row, decision })
            }
          />
        ))}
      </ul>
      <CursorPager
        next={list.data?.next_cursor}
        previous={list.data?.prev_cursor}
        onGo={(next) => go({ ...(filter !== "all" && { filter }), cursor: next })}
      />
      {selection.ids.length > 0 && (
        <ChosenBar
          label={t`Chosen accounts`}
          text={plural(selection.ids.length, { one: "# account chosen", other: "# accounts chosen" })}
          onClear={() => selection.set([])}
        >
          <Button variant="default" disabled={many.isPending} onClick={() => many.mutate("keep")}>
            <Trans>Keep</Trans>
          </Button>
          <Button variant="default" disabled={many.isPending} onClick={() => many.mutate("reduce")}>
            <Trans>Reduce as suggested</Trans>
          </Button>
          <Button variant="default" disabled={many.isPending} onClick={() => many.mutate("remove")}>
            <Trans>Remove</Trans>
          </Button>
        </ChosenBar>
      )}
      {reducing && (
        <ReduceDialog
          row={reducing}
          onClose={() => setReducing(null)}
          onTake={async (take) => {
            await decideRow(review.id, reducing.row, "reduce", take);
            await refreshReviews(queryClient);
          }}
        />
      )}
    </>
  );
}

function EndDialogs({
  review,
  asked,
  onClose,
}: {
  review: AccessReview;
  asked: "finish" | "cancel";
  onClose: () => void;
}) {
  const queryClient = useQueryClient();
  const [keep, setKeep] = useState(false);
  const { undecided } = review.counts;
  const lines = consequences(review.counts);
  if (asked === "cancel") {
    return (
      <Confirm
        opened
        danger
        title={t`Cancel this review?`}
        action={t`Cancel review`}
        onConfirm={async () => {
          await cancelReview(review.id);
          await refreshReviews(queryClient);
        }}
        onClose={onClose}
      >
        <p>
          <Trans>Its decisions are not applied, and it can't be opened again. Nobody's access changes.</Trans>
        </p>
      </Confirm>
    );
  }
  return (
    <Confirm
      opened
      danger={review.counts.reduce + review.counts.remove > 0}
      disabled={undecided > 0 && !keep}
      title={t`Finish this review?`}
      action={t`Finish and apply`}
      onConfirm={async () => {
        await finishReview(review.id, keep);
        await refreshReviews(queryClient);
        notifyDone(t`The decisions are being applied.`);
      }}
      onClose={onClose}
    >
      {lines.length > 0 && (
        <ul>
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {undecided > 0 && (
        <Checkbox
          mb="sm"
          checked={keep}
          onChange={(event) => setKeep(event.currentTarget.checked)}
          label={plural(undecided, {
            one: "Keep # account that is not decided on; the report says so",
            other: "Keep # accounts that are not decided on; the report says so",
          })}
        />
      )}
      <p className={classes.sub}>
        <Trans>Decisions can't be changed afterwards. Those who lose access are told by mail.</Trans>
      </p>
    </Confirm>
  );
}
