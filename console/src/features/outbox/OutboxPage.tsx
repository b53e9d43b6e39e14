import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, SegmentedControl, Skeleton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import {
  IconArrowLeft,
  IconCheck,
  IconClock,
  IconMail,
  IconMailboxOff,
  IconMailPause,
  IconMailX,
  IconRefresh,
} from "@tabler/icons-react";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { client, unwrap } from "@/api/client";
import { errorText } from "@/api/messages";
import type { OutboxMail, Page as PageOf } from "@/api/types";
import { useSession } from "@/app/session";
import { Tag } from "@/ui/badges";
import { CursorPager } from "@/ui/CursorPager";
import { LoadProblem } from "@/ui/LoadProblem";
import { notifyDone } from "@/ui/notify";
import { EmptyState, Page } from "@/ui/Page";
import { RelativeTime } from "@/ui/Time";
import { MailHtml, MailText } from "./MailView";
import classes from "./outbox.module.css";
import { failedName, problemText } from "./problems";

/** The mail the server sent, or would have sent without a mail server. */
export function OutboxPage() {
  const raw = useSearch({ strict: false });
  const state = raw.state === "failed" ? "failed" : "";
  const navigate = useNavigate();
  const { history } = useRouter();
  const cursor = raw.cursor ?? "";
  // Where there is room for one of them only, a mail takes the place of the list until one goes back.
  const narrow = useMediaQuery("(max-width: 62em)", undefined, { getInitialValueInEffect: false });
  const go = (next: { state: string; cursor?: string; mail?: string }, replace: boolean) =>
    void navigate({
      to: "/admin/outbox",
      search: {
        ...(next.state && { state: next.state }),
        ...(next.cursor && { cursor: next.cursor }),
        ...(next.mail && { mail: next.mail }),
      },
      replace,
      resetScroll: narrow === true,
    });
  const list = useQuery({
    queryKey: ["outbox", state, cursor],
    queryFn: () =>
      unwrap<PageOf<OutboxMail>>(
        client.GET("/outbox", { params: { query: { ...(cursor && { cursor }), ...(state && { state }) } } }),
      ),
    placeholderData: keepPreviousData,
  });
  const mails = list.data?.items;
  const chosen = mails?.find((entry) => entry.id === raw.mail);
  const mail = chosen ?? (narrow ? undefined : mails?.[0]);
  if (narrow && chosen) {
    return (
      <Page title={t`Outbox`}>
        <Button
          mb="md"
          variant="default"
          leftSection={<IconArrowLeft size={16} stroke={1.75} />}
          onClick={() => (history.canGoBack() ? history.back() : go({ state, cursor }, true))}
        >
          <Trans>Back to the list</Trans>
        </Button>
        <MailView key={chosen.id} mail={chosen} />
      </Page>
    );
  }
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
      <SegmentedControl
        mb="md"
        aria-label={t`Which mail`}
        value={state}
        onChange={(next) => go({ state: next }, true)}
        data={[
          { value: "", label: t`All mail` },
          { value: "failed", label: t`Failed` },
        ]}
      />
      <LoadProblem query={list} />
      {list.isPending && <Skeleton height={360} />}
      {mails?.length === 0 && (
        <EmptyState
          icon={<IconMailboxOff size={32} stroke={1.5} aria-hidden="true" />}
          title={state ? t`No mail has failed` : t`No mail yet`}
          text={
            state
              ? t`Mail that no server took, or that was tried for a day, appears here.`
              : t`Mail appears here when somebody is invited, forgets their password or their access changes.`
          }
        />
      )}
      {mails && mails.length > 0 && (
        <div className={classes.layout}>
          <ul className={classes.list} aria-label={t`Mail`}>
            {mails.map((entry) => (
              <li key={entry.id}>
                <button
                  type="button"
                  className={classes.item}
                  aria-current={entry.id === mail?.id ? "true" : undefined}
                  onClick={() => go({ state, cursor, mail: entry.id }, !narrow)}
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
          {mail && <MailView key={mail.id} mail={mail} />}
        </div>
      )}
      <CursorPager
        next={list.data?.next_cursor}
        previous={list.data?.prev_cursor}
        onGo={(next) => go({ state, cursor: next }, false)}
      />
    </Page>
  );
}

function MailView({ mail }: { mail: OutboxMail }) {
  const [view, setView] = useState(mail.html ? "html" : "text");
  const sends = !useSession().features.outbox;
  const problem = problemText(mail.problem_code, mail.last_error);
  return (
    <section className={classes.mail} aria-label={mail.subject}>
      <div className={classes.mailHead}>
        <div>
          <h2 className={classes.title}>{mail.subject}</h2>
          <div className={classes.to}>
            <Trans>To {mail.to}</Trans>
          </div>
          {problem && (
            <div className={classes.error} title={mail.last_error}>
              {problem}
            </div>
          )}
          {(mail.state === "failed" || (mail.state === "kept" && sends)) && <Retry mail={mail} />}
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
      {mail.text === "" && mail.html === "" ? (
        <p className={classes.to}>
          <Trans>Its text is not shown, because it may hold a link that only the recipient may have.</Trans>
        </p>
      ) : view === "html" ? (
        <MailHtml html={mail.html} title={mail.subject} />
      ) : (
        <MailText text={mail.text} />
      )}
    </section>
  );
}

/** Puts a mail that failed, or was kept before there was a server, back into the queue. */
function Retry({ mail }: { mail: OutboxMail }) {
  const queryClient = useQueryClient();
  const retry = useMutation({
    mutationFn: () => unwrap(client.POST("/outbox/{id}/retry", { params: { path: { id: mail.id } } })),
    onSuccess: async () => {
      notifyDone(t`The mail to ${mail.to} is tried again.`);
      await queryClient.invalidateQueries({ queryKey: ["outbox"] });
    },
  });
  return (
    <>
      <Button mt="xs" variant="default" loading={retry.isPending} onClick={() => retry.mutate()}>
        <Trans>Try again</Trans>
      </Button>
      {retry.isError && (
        <Alert color="red" role="alert" mt="xs">
          {errorText(retry.error)}
        </Alert>
      )}
    </>
  );
}

function MailState({ mail }: { mail: OutboxMail }) {
  switch (mail.state) {
    case "sent":
      return <Tag tone="ok" icon={<IconCheck size={14} aria-hidden="true" />}>{t`Sent`}</Tag>;
    case "failed":
      return (
        <Tag tone="bad" icon={<IconMail size={14} aria-hidden="true" />}>
          {failedName(mail.problem_code)}
        </Tag>
      );
    case "cancelled":
      return <Tag icon={<IconMailX size={14} aria-hidden="true" />}>{t`Taken back`}</Tag>;
    case "kept":
      return <Tag icon={<IconMailPause size={14} aria-hidden="true" />}>{t`Kept here`}</Tag>;
    default:
      return <Tag icon={<IconClock size={14} aria-hidden="true" />}>{t`Waiting`}</Tag>;
  }
}
