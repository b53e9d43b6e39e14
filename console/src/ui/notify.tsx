import { t } from "@lingui/core/macro";
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
