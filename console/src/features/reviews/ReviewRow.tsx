import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Checkbox, SegmentedControl } from "@mantine/core";
import { IconAlertTriangle, IconLock, IconSitemap } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { problemText } from "@/api/failures";
import { permissionWords } from "@/api/permissionNames";
import type { AccessReview, AccessReviewRow, ReviewDecision } from "@/api/types";
import { formatDate, formatList } from "@/app/format";
import { RoleTags, StatusBadge, TypeBadge } from "@/ui/badges";
import { RelativeTime } from "@/ui/Time";
import classes from "./reviews.module.css";
import { blockedWords, decisionWords, resultWords, takenWords, teamRoleWords } from "./words";

type Props = {
  review: AccessReview;
  row: AccessReviewRow;
  chosen: boolean;
  busy: boolean;
  onChoose: () => void;
  onDecide: (decision: ReviewDecision) => void;
};

/** One account: who, what it holds, what it has not used, and what shall become of it. */
export function ReviewRow({ review, row, chosen, busy, onChoose, onDecide }: Props) {
  const open = review.state === "open";
  return (
    <li className={classes.row}>
      {open ? (
        <Checkbox aria-label={t`Choose ${row.full_name}`} checked={chosen} onChange={onChoose} />
      ) : (
        <span />
      )}
      <div>
        <Link to="/admin/users/$id" params={{ id: row.user_id }} className={classes.name}>
          {row.full_name}
        </Link>
        <div className={classes.sub}>{row.email}</div>
        {row.from_above ? (
          <div className={classes.from}>
            <IconSitemap size={15} aria-hidden="true" />
            {t`Access from ${row.organization.name}, which includes everything below it`}
          </div>
        ) : null}
        {review.includes_below && !row.from_above && (
          <div className={classes.sub}>{row.organization.name}</div>
        )}
        <div className={classes.tags}>
          <TypeBadge type={row.user_type} />
          {row.status !== "active" && <StatusBadge status={row.status} />}
        </div>
      </div>
      <Held row={row} />
      <Unused row={row} />
      <Decision row={row} open={open} busy={busy} onDecide={onDecide} />
    </li>
  );
}

function Held({ row }: { row: AccessReviewRow }) {
  const others = row.team_roles.length + row.permissions.length > 0;
  return (
    <div className={classes.held}>
      {(row.roles.length > 0 || !others) && (
        <div>
          <p className={classes.label}>{t`Roles`}</p>
          <RoleTags roles={row.roles} max={4} />
        </div>
      )}
      {row.team_roles.length > 0 && (
        <div>
          <p className={classes.label}>{t`In teams`}</p>
          {row.team_roles.map((held) => (
            <p key={held.team.id} className={classes.words}>
              {teamRoleWords(held)}
            </p>
          ))}
        </div>
      )}
      {row.permissions.length > 0 && (
        <div>
          <p className={classes.label}>{t`Granted directly`}</p>
          <p className={classes.words}>{formatList(permissionWords(row.permissions))}</p>
        </div>
      )}
      <p className={classes.label}>
        {t`Last sign-in`}: <RelativeTime at={row.last_sign_in_at} fallback={t`never`} />
      </p>
    </div>
  );
}

function Unused({ row }: { row: AccessReviewRow }) {
  return (
    <div>
      <p className={classes.label}>{unusedWords(row)}</p>
      {row.unused.length === 0 ? (
        <p className={classes.words}>{t`Nothing, as far as can be seen.`}</p>
      ) : (
        <UnusedList words={permissionWords(row.unused)} />
      )}
    </div>
  );
}

function unusedWords(row: AccessReviewRow): string {
  const days = row.watched_days;
  if (row.from_above) {
    return days >= 90 ? t`Not used here in 90 days` : t`Not used here (watched for ${days} days)`;
  }
  return days >= 90 ? t`Not used in 90 days` : t`Not used (watched for ${days} days)`;
}

const shown = 6;

function UnusedList({ words }: { words: string[] }) {
  if (words.length <= shown) return <p className={classes.words}>{formatList(words)}</p>;
  return (
    <details>
      <summary>{t`${words.length} permissions`}</summary>
      <p className={classes.words}>{formatList(words)}</p>
    </details>
  );
}

function Decision({
  row,
  open,
  busy,
  onDecide,
}: {
  row: AccessReviewRow;
  open: boolean;
  busy: boolean;
  onDecide: (decision: ReviewDecision) => void;
}) {
  const blocked = blockedWords(row.blocked);
  const reducible = row.roles.length + row.permissions.length + row.team_roles.length > 0;
  const taken = formatList(takenWords(row));
  if (!open) {
    return (
      <div className={classes.decision}>
        <strong>{resultWords(row) || decisionWords(row.decision)}</strong>
        {row.decision === "reduce" && <span className={classes.sub}>{taken}</span>}
        {row.problem && <span className={classes.sub}>{problemText(row)}</span>}
        <DecidedBy row={row} />
      </div>
    );
  }
  return (
    <div className={classes.decision}>
      {blocked ? (
        <Button
          variant={row.decision === "keep" ? "filled" : "default"}
          size="compact-md"
          disabled={busy}
          aria-pressed={row.decision === "keep"}
          onClick={() => onDecide("keep")}
        >
          {decisionWords("keep")}
        </Button>
      ) : (
        <SegmentedControl
          fullWidth
          disabled={busy}
          aria-label={t`What shall become of ${row.full_name}`}
          value={row.decision}
          onChange={(value) => onDecide(value as ReviewDecision)}
          data={(["keep", "reduce", "remove"] as const).map((value) => ({
            value,
            label: decisionWords(value),
            disabled: value === "reduce" && !reducible,
          }))}
        />
      )}
      {blocked && (
        <span className={classes.warn}>
          <IconLock size={15} aria-hidden="true" />
          {blocked}
        </span>
      )}
      {row.changed && (
        <span className={classes.warn}>
          <IconAlertTriangle size={15} aria-hidden="true" />
          {t`Access has changed since. Look again and decide anew.`}
        </span>
      )}
      {row.decision === "reduce" && (
        <>
          <span className={classes.sub}>{t`Loses ${taken}`}</span>
          <Button
            variant="default"
            size="compact-sm"
            w="fit-content"
            aria-label={t`Change what is lost: ${row.full_name}`}
            onClick={() => onDecide("reduce")}
          >
            <Trans>Change what is lost</Trans>
          </Button>
        </>
      )}
      {row.from_above && !blocked && <AboveNote row={row} />}
      {row.decision === "remove" && row.remove_deletes && (
        <span className={classes.warn}>
          <IconAlertTriangle size={15} aria-hidden="true" />
          {t`Belongs nowhere else: the account is deleted.`}
        </span>
      )}
      {row.decision && <DecidedBy row={row} />}
    </div>
  );
}

/** Says before anything is decided how far it reaches. */
function AboveNote({ row }: { row: AccessReviewRow }) {
  const name = row.organization.name;
  return (
    <span className={classes.warn}>
      <IconAlertTriangle size={15} aria-hidden="true" />
      {row.decision === "remove"
        ? t`Keeps what is held in ${name} itself and loses access to everything below it, not only here.`
        : t`To reduce or remove changes the membership in ${name}, and so the access to everything below it.`}
    </span>
  );
}

function DecidedBy({ row }: { row: AccessReviewRow }) {
  if (!row.decided_by) return null;
  return (
    <span className={classes.sub}>
      {row.decided_at ? t`by ${row.decided_by}, ${formatDate(row.decided_at)}` : t`by ${row.decided_by}`}
    </span>
  );
}
