import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Checkbox, Group, Modal, Stack } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconCopy } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { copyText } from "./copy";
import { Note } from "./Page";
import classes from "./ui.module.css";

/** Copies a text and says whether that worked. */
export function CopyButton({
  value,
  children,
  onCopied,
}: {
  value: string;
  children?: ReactNode;
  onCopied?: (() => void) | undefined;
}) {
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle");
  const copy = async () => {
    const ok = await copyText(value);
    setState(ok ? "copied" : "failed");
    if (ok) onCopied?.();
  };
  const Icon = state === "copied" ? IconCheck : IconCopy;
  return (
    <>
      <Button variant="default" leftSection={<Icon size={16} />} onClick={() => void copy()}>
        {state === "copied" ? <Trans>Copied</Trans> : (children ?? <Trans>Copy</Trans>)}
      </Button>
      <span className="visually-hidden" role="status">
        {state === "copied" ? t`Copied to the clipboard` : ""}
      </span>
      {state === "failed" && (
        <span className={classes.copyFailed} role="alert">
          <Trans>Copying is blocked in this browser. Select the text and copy it yourself.</Trans>
        </span>
      )}
    </>
  );
}

/** A secret with a copy button that says whether copying worked. */
function SecretField({ value, label, onCopied }: { value: string; label: string; onCopied?: () => void }) {
  return (
    <div className={classes.secret}>
      <span className="visually-hidden">{label}</span>
      <code>{value}</code>
      <CopyButton value={value} onCopied={onCopied} />
    </div>
  );
}

type DialogProps = {
  opened: boolean;
  title: string;
  label: string;
  value: string;
  children: ReactNode;
  onClose: () => void;
};

/** Shows a secret once. It closes only after the person says that they have it. */
export function SecretDialog({ opened, title, label, value, children, onClose }: DialogProps) {
  const [kept, setKept] = useState(false);
  const close = () => {
    setKept(false);
    onClose();
  };
  return (
    <Modal opened={opened} onClose={close} title={title} size={480} {...shownOnce}>
      <Stack gap="md">
        <div>{children}</div>
        <SecretField value={value} label={label} onCopied={() => setKept(true)} />
        <Note icon={<IconAlertTriangle size={18} stroke={1.75} aria-hidden="true" />}>
          <Trans>It is shown only this once. After you close this, nobody can see it again.</Trans>
        </Note>
        <KeptFooter kept={kept} onKept={setKept} onDone={close} />
      </Stack>
    </Modal>
  );
}

/** What closes only by its own button, because it is shown only once. */
export const shownOnce = {
  withCloseButton: false,
  closeOnClickOutside: false,
  closeOnEscape: false,
} as const;

type KeptProps = { kept: boolean; onKept: (kept: boolean) => void; onDone: () => void };

/** The end of a dialog with secrets: it closes after the person says that they have them. */
export function KeptFooter({ kept, onKept, onDone }: KeptProps) {
  return (
    <Group justify="space-between">
      <Checkbox
        label={t`I have copied it`}
        checked={kept}
        onChange={(event) => onKept(event.currentTarget.checked)}
      />
      <Button disabled={!kept} onClick={onDone}>
        <Trans>Done</Trans>
      </Button>
    </Group>
  );
}
