import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, SegmentedControl, Skeleton } from "@mantine/core";
import {
  IconCheck,
  IconClock,
  IconMail,
  IconMailboxOff,
  IconMailPause,
  IconRefresh,
} from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { client, unwrap } from "@/api/client";
import type { OutboxMail, Page as PageOf } from "@/api/types";
import { Tag } from "@/ui/badges";
import { CursorPager } from "@/ui/CursorPager";
import { ErrorState } from "@/ui/ErrorState";
import { EmptyState, Page } from "@/ui/Page";
import { RelativeTime } from "@/ui/Time";
import { MailHtml, MailText } from "./MailView";
import classes from "./outbox.module.css";

/** The mail the server sent, or would have sent without a mail server. */
export function OutboxPage() {
  const [cursor, setCursor] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const list = useQuery({
    queryKey: ["outbox", cursor],
    queryFn: () =>
      unwrap<PageOf<OutboxMail>>(client.GET("/outbox", { params: { query: cursor ? { cursor } : {} } })),
    placeholderData: keepPreviousData,
  });
  const mails = list.data?.items;
  const mail = mails?.find((entry) => entry.id === chosen) ?? mails?.[0];
  return (
    <Page
      title={t`Outbox`}
      lead={t`Mail to your people. Where no mail server is set, nothing leaves this server and you can open the links here.`}
      actions={
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} stroke={1.75} />}
          onClick={() => void list.refetch()}
        >
          <Trans>Refresh</Trans>
        </Button>
      }
    >
      {list.isError && !mails && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Skeleton height={360} />}
      {mails?.length === 0 && (
        <EmptyState
          icon={<IconMailboxOff size={32} stroke={1.5} aria-hidden="true" />}
          title={t`No mail yet`}
          text={t`Mail appears here when somebody forgets their password or their access changes.`}
        />
      )}
      {mail && mails && (
        <div className={classes.layout}>
          <ul className={classes.list} aria-label={t`Mail`}>
            {mails.map((entry) => (
              <li key={entry.id}>
                <button
                  type="button"
                  className={classes.item}
                  aria-current={entry.id === mail.id ? "true" : undefined}
                  onClick={() => setChosen(entry.id)}
                >
                  <span className={classes.subject}>{entry.subject}</span>
                  <span className={`${classes.to} truncate`}>{entry.to}</span>
                  <span className={classes.meta}>
                    <MailState mail={entry} /> <RelativeTime at={entry.created_at} />
                  </span>
                </button>
              </li>
            ))}
          </ul>
          <MailView key={mail.id} mail={mail} />
        </div>
      )}
      <CursorPager next={list.data?.next_cursor} previous={list.data?.prev_cursor} onGo={setCursor} />
    </Page>
  );
}

function MailView({ mail }: { mail: OutboxMail }) {
  const [view, setView] = useState(mail.html ? "html" : "text");
  return (
    <section className={classes.mail} aria-label={mail.subject}>
      <div className={classes.mailHead}>
        <div>
          <h2 className={classes.title}>{mail.subject}</h2>
          <div className={classes.to}>
            <Trans>To {mail.to}</Trans>
          </div>
          {mail.last_error && (
            <div className={classes.error}>{t`Last attempt failed: ${mail.last_error}`}</div>
          )}
        </div>
        {mail.html && (
          <SegmentedControl
            size="sm"
            aria-label={t`Form`}
            value={view}
            onChange={setView}
            data={[
              { value: "html", label: t`As sent` },
              { value: "text", label: t`Text` },
            ]}
          />
        )}
      </div>
      {view === "html" ? <MailHtml html={mail.html} title={mail.subject} /> : <MailText text={mail.text} />}
    </section>
  );
}

function MailState({ mail }: { mail: OutboxMail }) {
  switch (mail.state) {
    case "sent":
      return <Tag tone="ok" icon={<IconCheck size={14} aria-hidden="true" />}>{t`Sent`}</Tag>;
    case "failed":
      return <Tag tone="bad" icon={<IconMail size={14} aria-hidden="true" />}>{t`Failed`}</Tag>;
    case "kept":
      return <Tag icon={<IconMailPause size={14} aria-hidden="true" />}>{t`Kept here`}</Tag>;
    default:
      return <Tag icon={<IconClock size={14} aria-hidden="true" />}>{t`Waiting`}</Tag>;
  }
}
