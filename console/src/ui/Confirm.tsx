import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Group, Modal, Stack } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { errorText } from "@/api/messages";
import { afterConflict } from "@/app/query";
import classes from "./ui.module.css";
import { useFocusBack } from "./useFocusBack";

type Props = {
  opened: boolean;
  title: string;
  children: ReactNode;
  /** The button's words: what will happen, with its number ("Suspend 3 people"). */
  action: string;
  /** The other button's words, where "Cancel" would leave open what is cancelled. */
  cancel?: string;
  danger?: boolean;
  /** While something that is asked for is missing. */
  disabled?: boolean;
  /** Told why the last attempt was refused: what was changed meanwhile is in there. */
  onConfirm: (refusal: unknown) => Promise<unknown>;
  onClose: () => void;
};

/** Asks before something that matters, says what will happen, and shows why it failed if it did. */
export function Confirm({
  opened,
  title,
  children,
  action,
  cancel,
  danger = false,
  disabled = false,
  onConfirm,
  onClose,
}: Props) {
  useFocusBack(opened);
  const queryClient = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const close = () => {
    if (busy) return;
    setError(null);
    onClose();
  };
  const confirm = async () => {
    setBusy(true);
    setError(null);
    try {
      await onConfirm(error);
      onClose();
    } catch (caught) {
      await afterConflict(queryClient, caught);
      setError(caught);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={title}
      size={440}
      closeButtonProps={{ "aria-label": t`Close` }}
    >
      <Stack gap="md">
        <div>{children}</div>
        {error !== null && (
          <Alert color="red" role="alert">
            {errorText(error)}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close} data-autofocus>
            {cancel ?? <Trans>Cancel</Trans>}
          </Button>
          <Button
            className={classes.longLabel}
            color={danger ? "red.8" : undefined}
            loading={busy}
            disabled={disabled}
            onClick={() => void confirm()}
          >
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
