import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { newest } from "@/api/conflict";
import type { User } from "@/api/types";
import { formatDateTime, untilFormat } from "@/app/format";
import { InviteUserDialog } from "@/features/invitations/InviteUserDialog";
import type { Place } from "@/features/organizations/choices";
import { Confirm } from "@/ui/Confirm";
import { notifyDone } from "@/ui/notify";
import { SecretDialog } from "@/ui/Secret";
import { type AskedAction, deleteUser, resetPassword, suspendUser } from "./actions";
import { EditUserPanel } from "./EditUserPanel";
import { Farewell } from "./Farewell";
import { KeysToo } from "./KeysToo";
import { LogInAsDialog } from "./LogInAsDialog";
import { useRefreshUsers } from "./queries";
import { useLeaving } from "./useLeaving";

export type PendingAction = { action: AskedAction; user: User } | null;

type Props = {
  pending: PendingAction;
  onClose: () => void;
  /** From whose people one came: what is begun leads there. */
  organization?: Place | undefined;
  /** Where to go once the person is deleted, if this is their own page. */
  afterDelete?: string;
};

type Words = { title: string; text: string; action: string; done: string };

function wordsFor(action: AskedAction, name: string): Words {
  switch (action) {
    case "suspend":
      return {
        title: t`Suspend ${name}?`,
        text: t`They are signed out everywhere at once and can't sign in until you reactivate them. Nothing of theirs is lost.`,
        action: t`Suspend ${name}`,
        done: t`${name} is suspended.`,
      };
    case "reset_password":
      return {
        title: t`Reset the password of ${name}?`,
        text: t`Their password and all their sessions stop working now. You get a temporary password to pass on; they choose their own when they sign in.`,
        action: t`Reset password`,
        done: t`The password is reset.`,
      };
    default:
      return {
        title: t`Delete ${name}?`,
        text: t`Their account and their access end now and can't be restored. What they wrote stays, and their e-mail address becomes free.`,
        action: t`Delete ${name}`,
        done: t`${name} is deleted.`,
      };
  }
}

/** What follows a row action: the edit panel, or a question, and for a reset the new password. */
export function UserDialogs({ pending, onClose, organization, afterDelete }: Props) {
  const refresh = useRefreshUsers();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const leaving = useLeaving(organization);
  const [secret, setSecret] = useState<Temporary | null>(null);
  const [last, setLast] = useState(pending);
  // Each action has dialogs of its own: what was refused for one person is not shown with another.
  const [round, setRound] = useState(0);
  const [revokeKeys, setRevokeKeys] = useState(false);
  if (pending && pending !== last) {
    setLast(pending);
    setRound(round + 1);
    setRevokeKeys(false);
  }
  // While the dialog fades out it still shows the last person.
  const shown = pending ?? last;
  const words =
    shown && shown.action !== "edit" && shown.action !== "invite" && shown.action !== "log_in_as"
      ? wordsFor(shown.action, shown.user.full_name)
      : null;

  const remove = async (heir: string, refusal: unknown) => {
    if (!pending || !words) return;
    await deleteUser(newest(pending.user, refusal), heir);
    notifyDone(words.done);
    if (afterDelete) await navigate({ to: afterDelete });
    await refresh();
  };
  const run = async () => {
    if (!pending || !words) return;
    const { action, user } = pending;
    if (action === "reset_password") {
      const result = await resetPassword(user, revokeKeys);
      await Promise.all([refresh(result.user), queryClient.invalidateQueries({ queryKey: ["api-keys"] })]);
      setSecret({
        name: user.full_name,
        password: result.temporary_password,
        until: result.password_expires_at,
      });
      return;
    }
    await refresh(await suspendUser(user));
    notifyDone(words.done);
  };
  return (
    <>
      {words && shown?.action === "delete" && (
        <Farewell
          key={round}
          users={[shown.user]}
          opened={pending?.action === "delete"}
          title={words.title}
          action={words.action}
          onConfirm={remove}
          leaving={leaving && { ...leaving, run: (_, refusal) => leaving.one(shown.user, refusal) }}
          onClose={onClose}
        >
          {words.text}
        </Farewell>
      )}
      {words && shown?.action !== "delete" && (
        <Confirm
          key={round}
          opened={
            pending !== null &&
            pending.action !== "edit" &&
            pending.action !== "invite" &&
            pending.action !== "log_in_as"
          }
          title={words.title}
          action={words.action}
          danger
          onConfirm={run}
          onClose={onClose}
        >
          {words.text}
          {shown?.action === "reset_password" && (
            <KeysToo user={shown.user} checked={revokeKeys} onChange={setRevokeKeys} />
          )}
        </Confirm>
      )}
      {shown?.action === "edit" && (
        <EditUserPanel key={round} user={shown.user} opened={pending?.action === "edit"} onClose={onClose} />
      )}
      {shown?.action === "log_in_as" && (
        <LogInAsDialog
          key={round}
          user={shown.user}
          organization={organization}
          opened={pending?.action === "log_in_as"}
          onClose={onClose}
        />
      )}
      {shown?.action === "invite" && (
        <InviteUserDialog
          key={round}
          user={shown.user}
          organization={organization}
          opened={pending?.action === "invite"}
          onClose={onClose}
        />
      )}
      <TemporaryPassword person={secret} onClose={() => setSecret(null)} />
    </>
  );
}

/** Somebody's temporary password, and when it stops working. */
export type Temporary = { name: string; password: string; until: string | null };

type TemporaryProps = { person: Temporary | null; onClose: () => void };

/** Shows a temporary password, once. */
export function TemporaryPassword({ person, onClose }: TemporaryProps) {
  const until = person?.until && formatDateTime(person.until, untilFormat);
  return (
    <SecretDialog
      opened={person !== null}
      title={person ? t`Temporary password for ${person.name}` : ""}
      label={t`Temporary password`}
      value={person?.password ?? ""}
      onClose={onClose}
    >
      <Trans>
        Pass it on over a channel you trust. At the first sign-in they must choose a password of their own.
      </Trans>{" "}
      {until && <Trans>It works until {until}.</Trans>}
    </SecretDialog>
  );
}
