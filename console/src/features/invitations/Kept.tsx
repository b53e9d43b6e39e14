import { plural } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { IconMailPause } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useCan } from "@/app/session";
import { Note } from "@/ui/Page";

/** What becomes of invitations that were sent; kept are those of a server that sends no mail. */
export function sentWords(count: number, kept: boolean): string {
  return kept
    ? plural(count, {
        one: "# invitation waits in the outbox",
        other: "# invitations wait in the outbox",
      })
    : plural(count, {
        one: "# invitation is on its way",
        other: "# invitations are on their way",
      });
}

/** Why nobody gets a mail, and the way to the links. */
export function KeptNote() {
  const may = useCan();
  return (
    <Note icon={<IconMailPause size={16} stroke={1.75} aria-hidden="true" />}>
      <Trans>No mail server is set, so nobody gets a mail.</Trans>{" "}
      {may("outbox.read") ? (
        <Link to="/admin/outbox" className="link">
          <Trans>Open the links in the outbox</Trans>
        </Link>
      ) : (
        <Trans>Ask an administrator for the links in the outbox.</Trans>
      )}
    </Note>
  );
}
