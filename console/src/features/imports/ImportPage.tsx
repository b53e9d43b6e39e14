import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { downloadHref } from "@/api/client";
import type { Import } from "@/api/types";
import { LoadProblem } from "@/ui/LoadProblem";
import { Page } from "@/ui/Page";
import rows from "@/ui/rows.module.css";
import { RelativeTime } from "@/ui/Time";
import ui from "@/ui/ui.module.css";
import { ImportRun } from "./ImportRun";
import { ImportState } from "./ImportState";
import { importsQuery } from "./queries";
import { UploadField } from "./UploadField";

/** Imports people from a CSV file: checked first, then started, with progress that can be left. */
export function ImportPage() {
  const { id } = useSearch({ strict: false });
  const navigate = useNavigate();
  const open = (next: string) => void navigate({ to: "/admin/users/import", search: { id: next } });
  return (
    <Page
      title={t`Import users`}
      crumbs={[{ to: "/admin/users", label: t`Users` }]}
      lead={t`Upload a CSV file with one person per line. It is checked first; nobody is added before you start the import.`}
      actions={
        <Button
          component="a"
          href={downloadHref("/user-imports/template.csv")}
          download
          variant="default"
          leftSection={<IconDownload size={16} stroke={1.75} />}
        >
          <Trans>Template</Trans>
        </Button>
      }
    >
      {id ? <ImportRun key={id} id={id} /> : <UploadField onUploaded={(uploaded) => open(uploaded.id)} />}
      {!id && <Earlier />}
    </Page>
  );
}

function Earlier() {
  const list = useQuery(importsQuery);
  if (list.isError && !list.data) return <LoadProblem query={list} />;
  if (!list.data || list.data.length === 0) return null;
  return (
    <section aria-labelledby="earlier">
      <h2 id="earlier" className={ui.sectionTitle}>
        <Trans>Earlier imports</Trans>
      </h2>
      <LoadProblem query={list} />
      <ul className={rows.rows}>
        {list.data.map((entry) => (
          <li key={entry.id} className={rows.row}>
            <div className={rows.main}>
              <div className={rows.title}>
                <Link to="/admin/users/import" search={{ id: entry.id }} className="link">
                  {entry.file_name || t`Import`}
                </Link>
                <ImportState state={entry.state} valid={entry.rows_valid} />
              </div>
              <div className={rows.sub}>
                {rowWords(entry)} · <RelativeTime at={entry.created_at} />
              </div>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function rowWords(entry: Import): string {
  if (entry.state === "done")
    return plural(entry.created, { one: "# person added", other: "# people added" });
  return plural(entry.rows_total, { one: "# line", other: "# lines" });
}
