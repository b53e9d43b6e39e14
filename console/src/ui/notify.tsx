import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { errorText } from "@/api/messages";

/** Says that something worked; it goes away by itself. */
export function notifyDone(message: string): void {
  notifications.show({
    message,
    color: "green.8",
    icon: <IconCheck size={18} aria-hidden="true" />,
    closeButtonProps: { "aria-label": t`Close` },
  });
}

/** Says that something was done, and for ten seconds offers to take it back. */
export function notifyUndo(message: string, undo: () => Promise<unknown>): void {
  const id = notifications.show({
    message: (
      <Group gap="xs" justify="space-between" wrap="nowrap">
        <span>{message}</span>
        <Button
          variant="default"
          size="compact-sm"
          flex="none"
          onClick={() => {
            notifications.hide(id);
            undo().catch(notifyFailed);
          }}
        >
          <Trans>Undo</Trans>
        </Button>
      </Group>
    ),
    color: "green.8",
    icon: <IconCheck size={18} aria-hidden="true" />,
    autoClose: 10_000,
    closeButtonProps: { "aria-label": t`Close` },
  });
}

/** Says what failed and why; it stays until it was read. */
export function notifyFailed(error: unknown): void {
  notifications.show({
    message: errorText(error),
    color: "red.8",
    icon: <IconAlertTriangle size={18} aria-hidden="true" />,
    autoClose: 10_000,
    closeButtonProps: { "aria-label": t`Close` },
  });
}
