import { plural, t } from "@lingui/core/macro";
import { Alert } from "@mantine/core";
import { itemErrorText } from "@/api/messages";
import type { AccessReviewRow, ReviewDecided } from "@/api/types";
import { formatList } from "@/app/format";

/** The accounts that a decision on many left as they were: their names, by the reason. */
export type Left = { reason: string; names: string[] };

export function leftOut(results: ReviewDecided[], rows: AccessReviewRow[]): Left[] {
  const names = new Map(rows.map((row) => [row.row, row.full_name]));
  const byReason = new Map<string, string[]>();
  for (const { row, ok, error } of results) {
    if (ok) continue;
    const reason = itemErrorText(error);
    byReason.set(reason, [...(byReason.get(reason) ?? []), names.get(row) ?? t`an account that is gone`]);
  }
  return [...byReason].map(([reason, all]) => ({ reason, names: all }));
}

const most = 5;

function namesText(names: string[]): string {
  const more = names.length - most;
  if (more <= 0) return formatList(names);
  return formatList([...names.slice(0, most), plural(more, { one: "# other", other: "# others" })]);
}

/** Says who was left out of a decision on many and why, until it is closed. */
export function LeftOut({ left, onClose }: { left: Left[]; onClose: () => void }) {
  if (left.length === 0) return null;
  const count = left.reduce((sum, { names }) => sum + names.length, 0);
  return (
    <Alert
      color="red"
      role="alert"
      my="sm"
      title={plural(count, { one: "# account was left out", other: "# accounts were left out" })}
      withCloseButton
      closeButtonLabel={t`Close`}
      onClose={onClose}
    >
      {left.map(({ reason, names }) => (
        <div key={reason}>
          <strong>{namesText(names)}</strong>: {reason}
        </div>
      ))}
    </Alert>
  );
}
