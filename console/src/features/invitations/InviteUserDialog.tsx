import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Group, Modal, Skeleton, Stack } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { errorText } from "@/api/messages";
import type { User } from "@/api/types";
import { useSession } from "@/app/session";
import type { Ref } from "@/features/organizations/choices";
import { MailHtml } from "@/features/outbox/MailView";
import { hasSignedIn, inviteWords } from "@/features/users/actions";
import { notifyDone } from "@/ui/notify";
import { useFocusBack } from "@/ui/useFocusBack";
import classes from "./invitations.module.css";
import { KeptNote, sentWords } from "./Kept";
import type { InvitationPreview } from "./queries";

type Props = {
  user: User;
  /** Where the link leads; by itself where one acts, or else the person's first. */
  organization?: Ref | undefined;
  opened: boolean;
  onClose: () => void;
};

/** Shows the mail with a link that signs somebody of the directory in, and sends it. */
export function InviteUserDialog({ user, organization, opened, onClose }: Props) {
  useFocusBack(opened);
  const again = hasSignedIn(user);
  const queryClient = useQueryClient();
  const kept = useSession().features.outbox;
  const query = organization ? { organization_id: organization.id } : {};
  const path = { params: { path: { id: user.id }, query } };
  const preview = useQuery({
    queryKey: ["invitation-preview", user.id, organization?.id],
    queryFn: () => unwrap<InvitationPreview>(client.POST("/users/{id}/invitation/preview", path)),
    enabled: opened,
    staleTime: 0,
    retry: false,
  });
  const send = useMutation({
    mutationFn: () => unwrap(client.POST("/users/{id}/invitation", path)),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ["invitations"] });
      if (kept) return;
      notifyDone(
        again
          ? t`The sign-in link for ${user.full_name} is on its way.`
          : t`The invitation for ${user.full_name} is on its way.`,
      );
      onClose();
    },
  });
  const error = send.error ?? preview.error;
  const mail = preview.data;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={inviteWords(user)}
      size={640}
      closeButtonProps={{ "aria-label": t`Close` }}
    >
      {send.isSuccess && kept ? (
        <Waits
          text={again ? t`The sign-in link waits in the outbox` : sentWords(1, true)}
          onClose={onClose}
        />
      ) : (
        <Stack gap="md">
          <p>
            <Trans>
              The link in this mail signs {user.full_name} in once, after a press of a button. It works for
              seven days.
            </Trans>
          </p>
          {error && (
            <Alert color="red" role="alert">
              {errorText(error)}
            </Alert>
          )}
          {preview.isPending && <Skeleton height={320} />}
          {mail && (
            <>
              <dl className={classes.facts}>
                <dt>
                  <Trans>To</Trans>
                </dt>
                <dd>{mail.to}</dd>
                <dt>
                  <Trans>From</Trans>
                </dt>
                <dd>{mail.from_name}</dd>
                {mail.reply_to && (
                  <>
                    <dt>
                      <Trans>Answers go to</Trans>
                    </dt>
                    <dd>{mail.reply_to}</dd>
                  </>
                )}
                <dt>
                  <Trans>Leads to</Trans>
                </dt>
                <dd>{mail.organization.name}</dd>
                <dt>
                  <Trans>Subject</Trans>
                </dt>
                <dd>{mail.subject}</dd>
              </dl>
              <MailHtml html={mail.html} title={mail.subject} />
            </>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose} data-autofocus>
              <Trans>Cancel</Trans>
            </Button>
            <Button disabled={!mail} loading={send.isPending} onClick={() => send.mutate()}>
              {again ? <Trans>Send sign-in link</Trans> : <Trans>Send invitation</Trans>}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

/** Instead of saying that it is on its way, where no mail is sent. */
function Waits({ text, onClose }: { text: string; onClose: () => void }) {
  return (
    <Stack gap="md">
      <p role="status">{text}</p>
      <KeptNote />
      <Group justify="flex-end">
        <Button onClick={onClose} data-autofocus>
          <Trans>Done</Trans>
        </Button>
      </Group>
    </Stack>
  );
}
