import { t } from "@lingui/core/macro";
import type { Role } from "@/api/types";

/** A role's name; the built-in ones, whose ids are made of their codes, in the reader's language. */
export function roleName(role: Pick<Role, "id" | "name">): string {
  return systemNames()[role.id.slice("role_".length)] ?? role.name;
}

function systemNames(): Record<string, string> {
  return {
    admin: t`Admin`,
    org_admin: t`Org Admin`,
    manager: t`Manager`,
    agent: t`Agent`,
    test_agent: t`Test Agent`,
    bot_builder: t`Bot Builder`,
    supervisor: t`Supervisor`,
    analyst: t`Analyst`,
    viewer: t`Viewer`,
  };
}

/** A role's description; the built-in ones in the reader's language. */
export function roleDescription(role: Pick<Role, "code" | "system" | "description">): string {
  const descriptions: Record<string, string> = {
    admin: t`Everything in the tenant. Somebody always holds it.`,
    org_admin: t`Runs one client organization: its information, its people and what they may open.`,
    manager: t`Manages people, their roles and their teams.`,
    agent: t`Handles conversations.`,
    test_agent: t`Holds test conversations with bots.`,
    bot_builder: t`Builds and publishes bots with their knowledge, channels and prompts.`,
    supervisor: t`Watches over agents and conversations.`,
    analyst: t`Reads analytics and reports.`,
    viewer: t`Reads everything, changes nothing.`,
  };
  return (role.system && descriptions[role.code]) || role.description;
}

export function scopeName(scope: string): string {
  return scope === "team" ? t`Team` : t`Organization`;
}
