import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { IconAlertTriangle, IconArrowRight, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { exactText } from "@/api/fieldWords";
import { formatNumber } from "@/app/format";
import { useListAddress } from "@/app/useListAddress";
import { Tag } from "@/ui/badges";
import { Choice } from "@/ui/Choice";
import { CursorPager } from "@/ui/CursorPager";
import { LoadProblem } from "@/ui/LoadProblem";
import ui from "@/ui/ui.module.css";
import classes from "./imports.module.css";
import { type ReportAction, reportQuery } from "./queries";
import { outcomeName } from "./words";

const actions: ReportAction[] = ["error", "skip", "create"];

/** Line by line: what is wrong and what would happen, or what happened. */
export function ImportReport({ id, state }: { id: string; state: string }) {
  const { cursor, filter, onFilter, onGo } = useListAddress();
  const action = actions.find((name) => name === filter("lines")) ?? "";
  const report = useQuery(reportQuery(id, state, action, cursor));
  const over = ["running", "done"].includes(state);
  const items = report.data?.items;
  if (!items) return <LoadProblem query={report} />;
  return (
    <section aria-labelledby="report">
      <h2 id="report" className={ui.sectionTitle}>
        <Trans>Line by line</Trans>
      </h2>
      <LoadProblem query={report} />
      <Choice
        label={t`Which lines`}
        value={action}
        onChange={(value) => onFilter("lines", value)}
        data={[
          { value: "", label: t`All` },
          ...actions.map((name) => ({ value: name, label: outcomeName(name, over) })),
        ]}
      />
      {action === "create" && (
        <p className={ui.sectionLead}>
          <Trans>The first thousand new people are listed.</Trans>
        </p>
      )}
      {items.length === 0 ? (
        <p className={ui.sectionLead}>
          <Trans>There are no such lines.</Trans>
        </p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways on a phone does so by keyboard, too
        <section className={ui.scroll} tabIndex={0} aria-label={t`Lines of the file`}>
          <table className={ui.table}>
            <thead>
              <tr>
                <th scope="col">{t`Line`}</th>
                <th scope="col">{t`Effect`}</th>
                <th scope="col" className={classes.field}>{t`Field`}</th>
                <th scope="col">{t`What was found`}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((row) => (
                <tr key={`${row.line} ${row.field} ${row.code}`}>
                  <td>{formatNumber(row.line)}</td>
                  <td>
                    <Effect action={row.action} over={over} />
                  </td>
                  <td className={`mono ${classes.field}`}>{fieldOf(row) || "–"}</td>
                  <td>
                    {fieldOf(row) && <div className={`mono ${classes.fieldAbove}`}>{fieldOf(row)}</div>}
                    {exactText(row.code, row.message)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <CursorPager next={report.data?.next_cursor} previous={report.data?.prev_cursor} onGo={onGo} />
    </section>
  );
}

/** The column that a finding is about; what is added is about none. */
const fieldOf = (row: { action: string; field: string }) => (row.action === "create" ? "" : row.field);

function Effect({ action, over }: { action: string; over: boolean }) {
  const name = outcomeName(action, over);
  switch (action) {
    case "error":
      return (
        <Tag tone="bad" icon={<IconAlertTriangle size={14} aria-hidden="true" />}>
          {name}
        </Tag>
      );
    case "skip":
      return <Tag icon={<IconArrowRight size={14} aria-hidden="true" />}>{name}</Tag>;
    case "update":
      return (
        <Tag tone="warn" icon={<IconArrowRight size={14} aria-hidden="true" />}>
          {name}
        </Tag>
      );
    default:
      return (
        <Tag tone="ok" icon={<IconPlus size={14} aria-hidden="true" />}>
          {name}
        </Tag>
      );
  }
}
