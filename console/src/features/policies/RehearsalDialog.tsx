import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Checkbox, Group, Modal, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { errorText } from "@/api/messages";
import type { components } from "@/api/schema.gen";
import { formatList } from "@/app/format";
import type { Rehearsal } from "./draft";

type Props = {
  rehearsal: Rehearsal;
  onConfirm: (confirmSelf: boolean) => Promise<void>;
  onClose: () => void;
};

/** Says who would be shut out right now, and asks once more when that is oneself. */
export function RehearsalDialog({ rehearsal: r, onConfirm, onClose }: Props) {
  const self = r.self_signed_out || r.self_locked_out;
  const [sure, setSure] = useState(false);
  const save = useMutation({ mutationFn: () => onConfirm(self), onSuccess: onClose });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t`Save this policy?`}
      size={480}
      closeButtonProps={{ "aria-label": t`Close` }}
    >
      <Stack gap="md">
        <div>
          <Trans>This is what happens as soon as you save:</Trans>
          <ul>
            {r.signed_out.people > 0 && (
              <li>
                {plural(r.signed_out.people, {
                  one: "# person is signed out",
                  other: "# people are signed out",
                })}
                {names(r.signed_out)}
              </li>
            )}
            {r.locked_out.people > 0 && (
              <li>
                {plural(r.locked_out.people, {
                  one: "# person can't work on from where they are",
                  other: "# people can't work on from where they are",
                })}
                {names(r.locked_out)}
              </li>
            )}
          </ul>
        </div>
        {self && (
          <Alert color="red" role="alert">
            {r.self_locked_out ? (
              <Trans>You are one of them: the address you come from would not be let in.</Trans>
            ) : (
              <Trans>You are one of them: your own session would be over.</Trans>
            )}
            <Checkbox
              mt="sm"
              label={t`I know that I am shut out myself`}
              checked={sure}
              onChange={(event) => setSure(event.currentTarget.checked)}
            />
          </Alert>
        )}
        {save.isError && (
          <Alert color="red" role="alert">
            {errorText(save.error)}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            <Trans>Cancel</Trans>
          </Button>
          <Button
            color="red.8"
            disabled={self && !sure}
            loading={save.isPending}
            onClick={() => save.mutate()}
          >
            <Trans>Save anyway</Trans>
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function names(group: components["schemas"]["RehearsalGroup"]): string {
  const list = group.first.map((person) => person.full_name);
  if (list.length === 0) return "";
  return `: ${formatList(group.people > list.length ? [...list, "…"] : list)}`;
}
