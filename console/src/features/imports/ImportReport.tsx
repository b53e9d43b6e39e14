import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { IconAlertTriangle, IconArrowRight, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { formatNumber } from "@/app/format";
import { Tag } from "@/ui/badges";
import { CursorPager } from "@/ui/CursorPager";
import { ErrorState } from "@/ui/ErrorState";
import ui from "@/ui/ui.module.css";
import { reportQuery } from "./queries";

/** Line by line: what is wrong and what would happen, or what happened. */
export function ImportReport({ id, state }: { id: string; state: string }) {
  const [cursor, setCursor] = useState("");
  const report = useQuery(reportQuery(id, state, cursor));
  if (report.isError) return <ErrorState error={report.error} onRetry={() => void report.refetch()} />;
  const items = report.data?.items;
  if (!items) return null;
  return (
    <section aria-labelledby="report">
      <h2 id="report" className={ui.section}>
        <Trans>Line by line</Trans>
      </h2>
      {items.length === 0 ? (
        <p className={ui.sectionLead}>
          <Trans>Nothing to report: every line is fine.</Trans>
        </p>
      ) : (
        <div className={ui.scroll}>
          <table className={ui.table}>
            <thead>
              <tr>
                <th scope="col">{t`Line`}</th>
                <th scope="col">{t`Effect`}</th>
                <th scope="col">{t`Field`}</th>
                <th scope="col">{t`What was found`}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((row) => (
                <tr key={`${row.line} ${row.field} ${row.code}`}>
                  <td>{formatNumber(row.line)}</td>
                  <td>
                    <Effect action={row.action} />
                  </td>
                  <td className="mono">{row.field || "–"}</td>
                  <td>{row.message}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <CursorPager next={report.data?.next_cursor} previous={report.data?.prev_cursor} onGo={setCursor} />
    </section>
  );
}

function Effect({ action }: { action: string }) {
  switch (action) {
    case "error":
      return <Tag tone="bad" icon={<IconAlertTriangle size={14} aria-hidden="true" />}>{t`Left out`}</Tag>;
    case "skip":
      return <Tag icon={<IconArrowRight size={14} aria-hidden="true" />}>{t`Skipped`}</Tag>;
    case "update":
      return <Tag tone="warn" icon={<IconArrowRight size={14} aria-hidden="true" />}>{t`Updated`}</Tag>;
    default:
      return <Tag tone="ok" icon={<IconPlus size={14} aria-hidden="true" />}>{t`Added`}</Tag>;
  }
}
