import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Anchor, Skeleton } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import type { AuditEvent } from "@/api/types";
import { formatDateTime } from "@/app/format";
import { useSession } from "@/app/session";
import { useNames } from "@/features/exports/useNames";
import { Tag } from "@/ui/badges";
import { deviceText } from "@/ui/device";
import { ExactTime } from "@/ui/Time";
import classes from "./audit.module.css";
import { changeText, fieldName } from "./fields";
import type { AuditSearch } from "./filters";
import { actionText, actorName, failureText, kindName } from "./words";

/** Narrows the list that is shown to what an event tells of. */
type Narrow = (search: Partial<Pick<AuditSearch, "user_id" | "ip" | "request_id">>) => void;

/** Audit events, newest first. Each opens to what changed and where it came from. */
export function EventList({ events, onNarrow }: { events: AuditEvent[] | undefined; onNarrow?: Narrow }) {
  if (!events) return [1, 2, 3, 4, 5, 6, 7, 8].map((row) => <Skeleton key={row} height={32} my={12} />);
  return (
    <ul className={classes.events}>
      {events.map((event) => (
        <Event key={event.id} event={event} onNarrow={onNarrow} />
      ))}
    </ul>
  );
}

type EventProps = { event: AuditEvent; onNarrow: Narrow | undefined };

function Event({ event, onNarrow }: EventProps) {
  const [opened, setOpened] = useState(false);
  const details = `details-${event.id}`;
  return (
    <li className={classes.event}>
      <button
        type="button"
        className={classes.summary}
        aria-expanded={opened}
        aria-controls={details}
        onClick={() => setOpened((old) => !old)}
      >
        <IconChevronRight size={16} stroke={1.75} className={classes.chevron} aria-hidden="true" />
        <span className={classes.what}>
          <span className={classes.action}>{actionText(event.action, event.outcome)}</span>
          {event.target?.name && event.target.id !== event.actor.id && (
            <span className={classes.target}>{event.target.name}</span>
          )}
        </span>
        <span className={classes.who}>{actorName(event)}</span>
        <span className={classes.outcome}>
          <Outcome outcome={event.outcome} />
        </span>
        <span className={classes.when}>
          <ExactTime at={event.at} />
        </span>
      </button>
      <div id={details} hidden={!opened}>
        {opened && <Details event={event} onNarrow={onNarrow} />}
      </div>
    </li>
  );
}

function Outcome({ outcome }: { outcome: string }) {
  return outcome === "success" ? (
    <Tag tone="plain" icon={<IconCheck size={14} color="var(--ok)" aria-hidden="true" />}>
      {t`Done`}
    </Tag>
  ) : (
    <Tag tone="bad" icon={<IconAlertTriangle size={14} aria-hidden="true" />}>
      {t`Failed`}
    </Tag>
  );
}

/** A person or a thing: its name, what it is, and its id. Of some there is nothing but what they are. */
function told(name: string, { type, id }: { type: string; id: string }): string {
  return [...new Set([name, kindName(type), id].filter(Boolean))].join(" · ");
}

function Details({ event, onNarrow }: EventProps) {
  const place = event.organization_id ?? "";
  const named = useNames({ organization_id: place })(place);
  const { organization } = useSession();
  const { actor, target } = event;
  const by = actor.type === "user" && actor.id ? { user_id: actor.id } : undefined;
  const on =
    target?.type === "user" && target.id && target.id !== actor.id ? { user_id: target.id } : undefined;
  const rows: [string, string, string?, Parameters<Narrow>[0]?][] = [
    [t`Time`, formatDateTime(event.at, { dateStyle: "full", timeStyle: "long" })],
    [t`Action`, actionText(event.action, event.outcome)],
    [t`By`, told(actorName(event), actor), t`History of this person`, by],
    [t`On`, target ? told(target.name, target) : "–", t`History of this person`, on],
    [t`Organization`, named === place ? "–" : named], // whoever can't read its name knows it anyway
    [t`Reason`, failureText(event.reason) || "–"],
    [t`Address`, event.ip || "–", t`All from this address`, event.ip ? { ip: event.ip } : undefined],
    [t`Device`, deviceText(event) || event.user_agent || "–"],
    [
      t`Request id`,
      event.request_id || "–",
      t`All of this request`,
      event.request_id ? { request_id: event.request_id } : undefined,
    ],
  ];
  // Below the company it would tell how much happens elsewhere, and is never there.
  if (organization.is_root)
    rows.push([t`Number in the chain`, event.seq ? String(event.seq) : t`not sealed yet`]);
  return (
    <div className={classes.details}>
      {event.changes.length > 0 && (
        <table className={classes.changes}>
          <caption className="visually-hidden">
            <Trans>What changed</Trans>
          </caption>
          <thead>
            <tr>
              <th scope="col">{t`Field`}</th>
              <th scope="col">{t`Before`}</th>
              <th scope="col">{t`After`}</th>
            </tr>
          </thead>
          <tbody>
            {event.changes.map((change) => (
              <tr key={change.field}>
                <th scope="row">{fieldName(change.field)}</th>
                <td>{changeText(change.field, change.before)}</td>
                <td>{changeText(change.field, change.after)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <dl className={classes.facts}>
        {rows
          .filter(([, value]) => value !== "–")
          .map(([name, value, words, narrow]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                {value}
                {onNarrow && narrow && (
                  <Anchor
                    component="button"
                    type="button"
                    size="sm"
                    className={classes.narrow}
                    onClick={() => onNarrow(narrow)}
                  >
                    {words}
                  </Anchor>
                )}
              </dd>
            </div>
          ))}
      </dl>
    </div>
  );
}
