import { t } from "@lingui/core/macro";
import {
  IconCheck,
  IconClock,
  IconClockX,
  IconMailPause,
  IconMailX,
  IconSend,
  IconTrash,
} from "@tabler/icons-react";
import { failedName } from "@/features/outbox/problems";
import { Tag } from "@/ui/badges";
import type { Invitation, InvitationState } from "./queries";

export function stateName(state: InvitationState): string {
  const names: Record<InvitationState, string> = {
    pending: t`Pending`,
    accepted: t`Accepted`,
    expired: t`Expired`,
    deleted: t`Deleted`,
  };
  return names[state];
}

export function InvitationBadge({ state }: { state: InvitationState }) {
  switch (state) {
    case "accepted":
      return (
        <Tag tone="ok" icon={<IconCheck size={14} aria-hidden="true" />}>
          {stateName(state)}
        </Tag>
      );
    case "expired":
      return (
        <Tag tone="warn" icon={<IconClockX size={14} aria-hidden="true" />}>
          {stateName(state)}
        </Tag>
      );
    case "deleted":
      return <Tag icon={<IconTrash size={14} aria-hidden="true" />}>{stateName(state)}</Tag>;
    default:
      return (
        <Tag tone="outline" icon={<IconClock size={14} aria-hidden="true" />}>
          {stateName(state)}
        </Tag>
      );
  }
}

/** What became of the latest mail, while that matters. */
export function MailBadge({ invitation }: { invitation: Invitation }) {
  if (invitation.state !== "pending" && invitation.state !== "expired") return null;
  switch (invitation.mail_state) {
    case "failed":
      return (
        <Tag tone="bad" icon={<IconMailX size={14} aria-hidden="true" />} title={invitation.mail_error}>
          {failedName(invitation.problem_code)}
        </Tag>
      );
    case "queued":
      return <Tag icon={<IconSend size={14} aria-hidden="true" />}>{t`Mail on its way`}</Tag>;
    case "kept":
      return <Tag icon={<IconMailPause size={14} aria-hidden="true" />}>{t`Mail kept here`}</Tag>;
    default:
      return null;
  }
}
