import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { itemErrorText } from "@/api/messages";
import type { BulkResult } from "@/api/types";
import { formatDateTime, untilFormat } from "@/app/format";
import { useSession } from "@/app/session";
import { KeptNote, sentWords } from "@/features/invitations/Kept";
import { CopyButton, KeptFooter, shownOnce } from "@/ui/Secret";
import type { BulkAction } from "./actions";
import classes from "./Bulk.module.css";

/** What was done with each of many; to leave is to leave one organization. */
export type Results = { action: Done; items: BulkResult[] } | null;

export type Done = BulkAction | "leave" | "change_roles";

function summary(action: Exclude<Done, "invite">, done: number): string {
  switch (action) {
    case "change_roles":
      return plural(done, {
        one: "The roles of # person were changed.",
        other: "The roles of # people were changed.",
      });
    case "suspend":
      return plural(done, { one: "# person was suspended.", other: "# people were suspended." });
    case "reactivate":
      return plural(done, { one: "# person was reactivated.", other: "# people were reactivated." });
    case "reset_password":
      return plural(done, { one: "# password was reset.", other: "# passwords were reset." });
    case "leave":
      return plural(done, { one: "# person was removed.", other: "# people were removed." });
    default:
      return plural(done, { one: "# person was deleted.", other: "# people were deleted." });
  }
}

function Summary({ action, done }: { action: Done; done: number }) {
  if (action === "invite") return <Invited done={done} />;
  return <Line>{summary(action, done)}</Line>;
}

function Line({ children }: { children: ReactNode }) {
  return (
    <Group gap={8} wrap="nowrap">
      <IconCheck size={18} color="var(--ok)" aria-hidden="true" />
      {children}
    </Group>
  );
}

function Invited({ done }: { done: number }) {
  const kept = useSession().features.outbox;
  return (
    <>
      <Line>{sentWords(done, kept)}</Line>
      {kept && <KeptNote />}
    </>
  );
}

/** What was done, what was not and why, and the temporary passwords if there are any. */
export function BulkResultDialog({ results, onClose }: { results: Results; onClose: () => void }) {
  const [kept, setKept] = useState(false);
  const close = () => {
    setKept(false);
    onClose();
  };
  const items = results?.items ?? [];
  const failed = items.filter((item) => !item.ok);
  const secrets = items
    .filter((item) => item.ok && item.temporary_password)
    .map((item) => ({ ...item, until: formatDateTime(item.password_expires_at ?? "", untilFormat) }));
  const unchanged = items.filter((item) => item.unchanged).length;
  const done = items.length - failed.length - unchanged;
  const until = secrets[0]?.until;
  const oneEnd = secrets.every((item) => item.until === until);
  const everySecret = secrets
    .map((item) => `${item.full_name}\t${item.temporary_password}\t${item.until}`)
    .join("\n");
  return (
    <Modal
      opened={results !== null}
      onClose={close}
      title={failed.length > 0 ? t`Not everything could be done` : t`Done`}
      size={520}
      {...(secrets.length > 0 && shownOnce)}
      // The button that asked for it is gone: whoever shows it knows where to go on.
      returnFocus={false}
      closeButtonProps={{ "aria-label": t`Close` }}
    >
      <Stack gap="md">
        {results && done > 0 && <Summary action={results.action} done={done} />}
        {unchanged > 0 && (
          <Text>
            {plural(unchanged, { one: "# person had it so already.", other: "# people had it so already." })}
          </Text>
        )}
        {failed.length > 0 && (
          <div>
            <Text fw={600} mb={4}>
              {plural(failed.length, { one: "# could not be done:", other: "# could not be done:" })}
            </Text>
            <ul className={classes.list}>
              {failed.map((item) => (
                <li key={item.id}>
                  <IconX size={16} color="var(--bad)" aria-hidden="true" />
                  <span>
                    <strong>{item.full_name}</strong>: {itemErrorText(item.error)}
                  </span>
                </li>
              ))}
            </ul>
          </div>
        )}
        {secrets.length > 0 && (
          <>
            <Text>
              <Trans>
                These temporary passwords are shown only this once. Copy them before you close this.
              </Trans>{" "}
              {oneEnd && <Trans>They work until {until}.</Trans>}
            </Text>
            <ul className={classes.list}>
              {secrets.map(({ id, full_name, temporary_password, until: end }) => (
                <li key={id}>
                  <span className={classes.who}>
                    {full_name}
                    {!oneEnd && (
                      <Text size="xs" c="dimmed" component="span" display="block">
                        <Trans>Works until {end}</Trans>
                      </Text>
                    )}
                  </span>
                  <code className="mono">{temporary_password}</code>
                </li>
              ))}
            </ul>
          </>
        )}
        {secrets.length > 0 ? (
          <>
            <Group justify="flex-end">
              <CopyButton value={everySecret} onCopied={() => setKept(true)}>
                <Trans>Copy all</Trans>
              </CopyButton>
            </Group>
            <KeptFooter kept={kept} onKept={setKept} onDone={close} />
          </>
        ) : (
          <Group justify="flex-end">
            <Button onClick={close}>
              <Trans>Close</Trans>
            </Button>
          </Group>
        )}
      </Stack>
    </Modal>
  );
}
