import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Group, Modal, Radio, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { errorText } from "@/api/messages";
import type { User } from "@/api/types";
import { logInAs } from "@/app/impersonation";
import type { Ref } from "@/features/organizations/choices";
import { useFocusBack } from "@/ui/useFocusBack";
import { toPerson } from "./actions";

type Props = {
  user: User;
  opened: boolean;
  /** From whose people one came; the person then acts there. */
  organization?: Ref | undefined;
  onClose: () => void;
};

/** Asks why, then shows the console as the person sees it. */
export function LogInAsDialog({ user, opened, organization, onClose }: Props) {
  useFocusBack(opened);
  const presets = [t`Check the set-up before inviting`, t`Help with a problem`, t`Investigate a report`];
  const [choice, setChoice] = useState("0");
  const [own, setOwn] = useState("");
  const reason = choice === "own" ? own.trim() : (presets[Number(choice)] ?? "");
  const start = useMutation({ mutationFn: () => toPerson(logInAs(user.id, reason, organization?.id)) });
  const name = user.full_name;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t`Log in as ${name}?`}
      size={480}
      closeButtonProps={{ "aria-label": t`Close` }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (reason !== "" && !start.isPending) start.mutate();
        }}
      >
        <Stack gap="md">
          <div>
            {organization ? (
              <Trans>
                You see what {name} sees in {organization.name}, for half an hour, and can't change anything
                at first. Both names are logged, and {name} can see in their history that it happened.
              </Trans>
            ) : (
              <Trans>
                You see what {name} sees, for half an hour, and can't change anything at first. Both names are
                logged, and {name} can see in their history that it happened.
              </Trans>
            )}
          </div>
          <Radio.Group label={t`Why?`} value={choice} onChange={setChoice} required>
            <Stack gap={8} mt={8}>
              {presets.map((text, index) => (
                <Radio key={text} value={String(index)} label={text} />
              ))}
              <Radio value="own" label={t`Another reason`} />
            </Stack>
          </Radio.Group>
          {choice === "own" && (
            <TextInput
              label={t`Reason`}
              required
              maxLength={200}
              value={own}
              onChange={(event) => setOwn(event.currentTarget.value)}
            />
          )}
          {start.isError && (
            <Alert color="red" role="alert">
              {errorText(start.error)}
            </Alert>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              <Trans>Cancel</Trans>
            </Button>
            <Button type="submit" disabled={reason === ""} loading={start.isPending}>
              <Trans>Log in</Trans>
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
