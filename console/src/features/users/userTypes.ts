import { t } from "@lingui/core/macro";

/** The types a person can be given when they are created, in order of power. */
export const personTypes = [
  "tenant_admin",
  "bot_admin",
  "supervisor",
  "agent",
  "analyst",
  "viewer",
  "member",
] as const;

export function userTypeName(type: string): string {
  const names: Record<string, string> = {
    tenant_admin: t`Tenant admin`,
    bot_admin: t`Bot admin`,
    supervisor: t`Supervisor`,
    agent: t`Agent`,
    analyst: t`Analyst`,
    viewer: t`Viewer`,
    member: t`Member`,
    client: t`Client`,
    service: t`Service account`,
  };
  return names[type] ?? type;
}

/** Whether an account can be used. */
export function statusName(status: string): string {
  return { active: t`Active`, suspended: t`Suspended` }[status] ?? status;
}

/** What a type opens, as the Add User form explains it. */
export function userTypeDescription(type: string): string {
  const descriptions: Record<string, string> = {
    tenant_admin: t`Full access to the Tenant Admin portal: people, roles, organizations, audit.`,
    bot_admin: t`Creates and manages bots in the Operations portal.`,
    supervisor: t`Monitors agents and conversations.`,
    agent: t`Handles live conversations in the Agent Desktop.`,
    analyst: t`Read-only access to analytics and reports. No role can add more than reading.`,
    viewer: t`Read-only access across the platform. No role can add more than reading.`,
    member: t`Somebody of a client organization. Opens exactly what you tick.`,
    service: t`A program, not a person. It signs in with API keys and opens no portal.`,
  };
  return descriptions[type] ?? "";
}
