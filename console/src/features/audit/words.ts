import { t } from "@lingui/core/macro";
import type { AuditEvent } from "@/api/types";
import { formatDateTime } from "@/app/format";

/** What happened, as a sentence part: "signed in", "edited a user". Unknown actions keep their id. */
export function actionText(action: string, outcome = "success"): string {
  if (outcome === "failure") {
    if (action === "session.created") return t`Could not sign in`;
    if (action === "user.password_changed") return t`Could not change their password`;
    if (action === "user.password_confirmed") return t`Could not confirm their password`;
  }
  return (
    peopleActions()[action] ??
    visitActions()[action] ??
    otherActions()[action] ??
    clientActions()[action] ??
    action
  );
}

function peopleActions(): Record<string, string> {
  return {
    "session.created": t`Signed in`,
    "session.ended": t`Signed out`,
    "session.revoked": t`Ended a session`,
    "user.created": t`Added a user`,
    "user.updated": t`Edited a user`,
    "user.suspended": t`Suspended a user`,
    "user.reactivated": t`Reactivated a user`,
    "user.deleted": t`Deleted a user`,
    "user.password_reset": t`Reset a password`,
    "user.password_reset_requested": t`Asked for a new password`,
    "user.password_changed": t`Changed their password`,
    "user.imported": t`Imported a user`,
    "user.data_exported": t`Exported everything about a person`,
    "user.erased": t`Erased a person`,
    "users.exported": t`Exported users`,
    "export.created": t`Made an export`,
    "export.downloaded": t`Downloaded an export`,
    "export.cancelled": t`Cancelled an export`,
    "export.deleted": t`Deleted an export`,
    "import.uploaded": t`Uploaded an import`,
    "import.started": t`Started an import`,
    "import.finished": t`Finished an import`,
    "import.failed": t`An import failed`,
    "import.cancelled": t`Cancelled an import`,
  };
}

function visitActions(): Record<string, string> {
  return {
    "access.refused": t`Was refused because of the address`,
    "impersonation.started": t`Logged in as somebody`,
    "impersonation.changes_allowed": t`Allowed changes as somebody`,
    "impersonation.ended": t`Went back to their own session`,
    "ip_exception.granted": t`Let an address in`,
    "ip_exception.revoked": t`Took an address back`,
    "policy.updated": t`Changed a policy`,
  };
}

function otherActions(): Record<string, string> {
  return {
    "role.created": t`Created a role`,
    "role.updated": t`Edited a role`,
    "role.deleted": t`Deleted a role`,
    "organization.created": t`Created an organization`,
    "organization.updated": t`Edited an organization`,
    "organization.deleted": t`Deleted an organization`,
    "team.created": t`Created a team`,
    "team.updated": t`Edited a team`,
    "team.deleted": t`Deleted a team`,
    "access_review.started": t`Access review started`,
    "access_review.decided": t`Access review decided`,
    "access_review.finished": t`Access review finished`,
    "access_review.cancelled": t`Access review cancelled`,
    "team.member_added": t`Put somebody into a team`,
    "team.member_changed": t`Changed a place in a team`,
    "team.member_removed": t`Took somebody out of a team`,
    "custom_field.created": t`Added a custom field`,
    "custom_field.updated": t`Edited a custom field`,
    "custom_field.deleted": t`Deleted a custom field`,
    "custom_fields.ordered": t`Ordered the custom fields`,
    "api_key.created": t`Created an API key`,
    "api_key.revoked": t`Revoked an API key`,
    "audit.exported": t`Exported the audit log`,
    "mail.retried": t`Sent a mail again`,
    "tenant.created": t`Created the company`,
    "tenant.suspended": t`Suspended the company`,
    "tenant.reactivated": t`Reactivated the company`,
  };
}

function clientActions(): Record<string, string> {
  return {
    "agent.created": t`Added an AI agent`,
    "agent.updated": t`Edited an AI agent`,
    "agent.deleted": t`Deleted an AI agent`,
    "agent.assignments_changed": t`Changed to whom an AI agent is assigned`,
    "session.switched": t`Switched the organization`,
    "organization.moved": t`Moved an organization`,
    "organization.suspended": t`Suspended an organization`,
    "organization.reactivated": t`Reactivated an organization`,
    "announcement.created": t`Published an announcement`,
    "announcement.deleted": t`Deleted an announcement`,
    "announcement.updated": t`Edited an announcement`,
    "branding.updated": t`Changed the branding`,
    "domain.added": t`Added a domain`,
    "domain.lapsed": t`Lost a domain`,
    "domain.removed": t`Removed a domain`,
    "domain.verified": t`Verified a domain`,
    "invitation.accepted": t`Accepted an invitation`,
    "invitation.created": t`Invited somebody`,
    "invitation.deleted": t`Deleted an invitation`,
    "invitation.resent": t`Sent an invitation again`,
    "mail_settings.updated": t`Changed the sender of mails`,
    "mail_template.reset": t`Reset the text of a mail`,
    "mail_template.updated": t`Edited the text of a mail`,
    "tab.created": t`Created a dashboard tab`,
    "tab.deleted": t`Deleted a dashboard tab`,
    "tab.updated": t`Edited a dashboard tab`,
    "tab_app.updated": t`Pointed a tab at an app`,
    "tabs.ordered": t`Ordered the dashboard tabs`,
    "user.password_confirmed": t`Confirmed their password`,
  };
}

/** Who did it, and as whom if they were logged in as somebody else. */
export function actorName(event: AuditEvent): string {
  const name = ownName(event);
  return event.on_behalf_of ? t`${name}, as ${event.on_behalf_of.full_name}` : name;
}

function ownName(event: AuditEvent): string {
  if (event.actor.name) return event.actor.name;
  const names: Record<string, string> = {
    system: t`The system`,
    operator: t`The operator`,
    api_key: t`An API key`,
    anonymous: t`Somebody not signed in`,
  };
  return names[event.actor.type] ?? t`Unknown`;
}

/** What did something, or what it was done to. */
export function kindName(type: string): string {
  const names: Record<string, string> = {
    user: t`Person`,
    system: t`The system`,
    operator: t`The operator`,
    anonymous: t`Somebody not signed in`,
    api_key: t`API key`,
    access_review: t`Access review`,
    agent: t`AI agent`,
    announcement: t`Announcement`,
    custom_field: t`Custom field`,
    domain: t`Domain`,
    export: t({ context: "a thing", message: "Export" }),
    import: t({ context: "a thing", message: "Import" }),
    invitation: t`Invitation`,
    mail: t({ context: "a thing", message: "Mail" }),
    mail_template: t`Text of a mail`,
    organization: t`Organization`,
    role: t`Role`,
    session: t`Session`,
    tab: t`Dashboard tab`,
    team: t`Team`,
    tenant: t`Company`,
  };
  return names[type] ?? type;
}

/** How the server writes a moment. */
const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** A value of a change as text: lists with commas, moments as the reader's clock shows them, nothing as a dash. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  if (Array.isArray(value)) return value.length > 0 ? value.map(valueText).join(", ") : "–";
  if (typeof value === "object" && "name" in value && typeof value.name === "string") return value.name;
  if (typeof value === "object") return JSON.stringify(value);
  if (typeof value === "boolean") return value ? t`yes` : t`no`;
  if (typeof value === "string" && moment.test(value)) return formatDateTime(value);
  return String(value);
}

/** Why something failed. The reason for which somebody logged in as somebody else is in their own words. */
export function failureText(reason: string): string {
  const words: Record<string, string> = {
    account_suspended: t`The account is suspended.`,
    ip_refused: t`The address is not on the list of addresses allowed.`,
    no_organization: t`The person belongs to no organization that is active.`,
    not_a_member: t`The person does not belong to the organization.`,
    organization_suspended: t`The organization is suspended.`,
    password_expired: t`The temporary password had expired.`,
    tenant_suspended: t`The company is suspended.`,
    throttled: t`There were too many attempts.`,
    unknown_account: t`There is no account with this address.`,
    wrong_password: t`The password was wrong.`,
  };
  return words[reason] ?? reason;
}
