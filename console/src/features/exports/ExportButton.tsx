import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import type { ExportFilter } from "@/api/types";
import { useCan } from "@/app/session";
import ui from "@/ui/ui.module.css";
import { ExportDialog } from "./ExportDialog";
import type { Kind } from "./words";

/** What of a list can be exported, and which of it. */
export type Exportable = {
  /** The kinds of file that the list can become, the usual one first. */
  kinds: Kind[];
  /** The filters that apply, as they stand on the page. */
  filter: ExportFilter;
  /** Whether the organizations below the filter's one can be taken along. */
  below?: boolean;
};

const needs: Record<Kind, string[]> = {
  users: ["users.export", "users.read"],
  memberships: ["users.export", "users.read"],
  invitations: ["users.export", "users.invite"],
  audit: ["audit.export"],
};

/** Opens the dialog that makes a file of the list; not there for whom it would be refused. */
export function ExportButton(props: Exportable) {
  const may = useCan();
  const [open, setOpen] = useState(false);
  if (!props.kinds.every((kind) => needs[kind].every(may))) return null;
  return (
    <>
      <Button
        className={ui.phoneIcon}
        variant="default"
        leftSection={<IconDownload size={16} stroke={1.75} />}
        onClick={() => setOpen(true)}
      >
        <Trans>Export</Trans>
      </Button>
      {open && <ExportDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}
