import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Progress, Skeleton } from "@mantine/core";
import { IconBell, IconChecklist, IconPlus } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { AccessReview } from "@/api/types";
import { formatDateTime } from "@/app/format";
import { useListAddress } from "@/app/useListAddress";
import { Tag } from "@/ui/badges";
import { CursorPager } from "@/ui/CursorPager";
import { LoadProblem } from "@/ui/LoadProblem";
import { EmptyState, Note, Page } from "@/ui/Page";
import rows from "@/ui/rows.module.css";
import { refreshReviews, reviewsQuery } from "./queries";
import classes from "./reviews.module.css";
import { type Again, StartReviewPanel } from "./StartReviewPanel";
import { decided, reviewedWords, stateWords } from "./words";

const day = (at: string) => formatDateTime(at, { dateStyle: "medium" });

/** The reviews of who may do what, and which is due next. */
export function ReviewsPage() {
  const { cursor, onGo } = useListAddress();
  const [starting, setStarting] = useState<Again | "new" | null>(null);
  const list = useQuery(reviewsQuery(cursor));
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const reviews = list.data?.items;
  const due = reviews?.filter((review) => review.next_due_at && new Date(review.next_due_at) <= new Date());
  const start = (
    <Button leftSection={<IconPlus size={16} stroke={2} />} onClick={() => setStarting("new")}>
      <Trans>Start a review</Trans>
    </Button>
  );
  return (
    <Page
      title={t`Access reviews`}
      lead={t`Go through who may do what, and keep, reduce or remove it.`}
      actions={reviews && reviews.length > 0 && start}
    >
      <LoadProblem query={list} />
      {list.isPending && <Skeleton height={280} />}
      {reviews?.length === 0 && (
        <EmptyState
          icon={<IconChecklist size={32} stroke={1.5} aria-hidden="true" />}
          title={t`No reviews yet`}
          text={t`People change jobs and keep old access. A review lists every account with its last sign-in and what it never uses; you keep, reduce or remove each, and get a signed report for your auditors.`}
          action={start}
        />
      )}
      {due?.map((review) => (
        <Note key={review.id} icon={<IconBell size={18} aria-hidden="true" />}>
          <strong>{t`The next review of ${review.organization.name} is due`}</strong>
          <br />
          {t`It has been due since ${day(review.next_due_at ?? "")}.`}{" "}
          <Button
            variant="default"
            size="compact-sm"
            aria-label={t`Start the review of ${review.organization.name}`}
            onClick={() => setStarting(review)}
          >
            <Trans>Start this review</Trans>
          </Button>
        </Note>
      ))}
      {reviews && reviews.length > 0 && (
        <ul className={rows.rows} aria-label={t`Access reviews`}>
          {reviews.map((review) => (
            <ReviewItem key={review.id} review={review} />
          ))}
        </ul>
      )}
      <CursorPager next={list.data?.next_cursor} previous={list.data?.prev_cursor} onGo={onGo} />
      {starting && (
        <StartReviewPanel
          again={starting === "new" ? undefined : starting}
          onClose={() => setStarting(null)}
          onStarted={(review) => {
            void refreshReviews(queryClient);
            void navigate({ to: "/admin/reviews/$id", params: { id: review.id } });
          }}
        />
      )}
    </Page>
  );
}

function ReviewItem({ review }: { review: AccessReview }) {
  const done = decided(review.counts);
  const overdue = review.state === "open" && review.due_at && new Date(review.due_at) < new Date();
  return (
    <li className={rows.row}>
      <div className={rows.main}>
        <div className={rows.title}>
          <Link to="/admin/reviews/$id" params={{ id: review.id }} className={classes.link}>
            {review.name}
          </Link>
          <Tag tone={review.state === "finished" ? "ok" : review.state === "open" ? "warn" : "neutral"}>
            {stateWords(review.state)}
          </Tag>
          {overdue && <Tag tone="bad">{t`Overdue`}</Tag>}
        </div>
        <div className={rows.sub}>
          {reviewedWords(review)}
          {" · "}
          {t`started ${day(review.created_at)} by ${review.created_by}`}
          {review.due_at && review.state === "open" && ` · ${t`to be done by ${day(review.due_at)}`}`}
          {review.next_due_at && ` · ${t`next one due ${day(review.next_due_at)}`}`}
        </div>
      </div>
      <div className={classes.progress}>
        <ProgressLine value={done} total={review.counts.total} />
      </div>
    </li>
  );
}

export function ProgressLine({ value, total }: { value: number; total: number }) {
  const text = t`${value} of ${total} decided`;
  return (
    <>
      <Progress
        value={total > 0 ? (100 * value) / total : 0}
        aria-label={text}
        size="sm"
        classNames={{ root: classes.bar ?? "" }}
      />
      <span className={classes.count}>{text}</span>
    </>
  );
}
