import { t } from "@lingui/core/macro";
import type { AccessOption } from "@/api/types";
import { userTypeName } from "@/features/users/userTypes";

/** What a checkbox of access is called and opens, in the reader's language. */
export function accessWords(option: { id: string; name: string; description: string }) {
  const known: Record<string, { name: string; description: string }> = {
    org_admin: {
      name: t`Org Admin`,
      description: t`Edits the organization's information and creates and invites its people. All of the following comes with it.`,
    },
    home: { name: t`Home`, description: t`The overview of the dashboard.` },
    conversations: { name: t`Conversations`, description: t`Reads and handles chat transcripts.` },
    analytics: { name: t`Analytics`, description: t`Sees the widget's figures.` },
    knowledge: { name: t`Knowledge Base`, description: t`Reads and edits what the AI agents know.` },
    channels: { name: t`Channels`, description: t`Connects and disconnects channels.` },
    prompt: { name: t`Prompt`, description: t`Adjusts prompt, model and interface settings.` },
    settings: { name: t`Settings`, description: t`Changes the widget's settings.` },
    custom_tabs: { name: t`Custom Tab`, description: t`Opens the custom tabs made for the organization.` },
  };
  return known[option.id] ?? option;
}

/** The types that may only read, whatever they are given. */
const reading = ["analyst", "viewer"];

/** Why a checkbox would have no effect, or not all of it; "" when all of it counts. */
export function effectText(
  option: Pick<AccessOption, "role_id" | "permissions" | "blocked_by_type" | "blocked_by_feature">,
  userType: string,
): string {
  const type = userTypeName(userType);
  if (option.blocked_by_feature.length > 0) {
    return t`No effect at present: the organization does not have this feature.`;
  }
  if (option.blocked_by_type.length === 0) return "";
  if (!option.role_id && option.permissions.every((id) => option.blocked_by_type.includes(id))) {
    return t`No effect: the type ${type} can't have this.`;
  }
  return reading.includes(userType)
    ? t`Only in part: the type ${type} may look, but change nothing.`
    : t`Only in part: the type ${type} can't have all of it.`;
}

/** What a feature is called and takes away when it is off, in the reader's language. */
export function featureWords(feature: { code: string; name: string; description: string }) {
  const known: Record<string, { name: string; description: string }> = {
    conversations: { name: t`Conversations`, description: t`Transcripts of chats, and handling them.` },
    analytics: { name: t`Analytics`, description: t`Figures, charts and reports.` },
    knowledge: { name: t`Knowledge Base`, description: t`What the AI agents know.` },
    channels: { name: t`Channels`, description: t`Where the AI agents can be reached.` },
    prompt: { name: t`Prompt`, description: t`Prompt, model and interface settings.` },
    settings: {
      name: t`Settings and bots`,
      description: t`The widget's settings, and the AI agents themselves.`,
    },
    custom_tabs: { name: t`Custom tabs`, description: t`Pages of the agency's own in the dashboard.` },
    agent_desktop: { name: t`Agent Desktop`, description: t`The portal in which chats are handled.` },
    teams: { name: t`Teams`, description: t`Groups of people who take chats together.` },
    api_keys: { name: t`API keys`, description: t`Programs that act for the organization's people.` },
  };
  return known[feature.code] ?? feature;
}

/** Where the tabs of a dashboard are, in words. */
export function layoutName(layout: "vertical" | "horizontal"): string {
  return layout === "vertical" ? t`Vertical: tabs at the side` : t`Horizontal: tabs at the top`;
}
