import { t } from "@lingui/core/macro";
import type { DashboardTab } from "@/api/types";

/** A built-in tab's name in the reader's language. */
export function builtInTitle(id: string): string | undefined {
  const names: Record<string, string> = {
    home: t`Home`,
    conversations: t`Conversations`,
    analytics: t`Analytics`,
    knowledge: t`Knowledge Base`,
    channels: t`Channels`,
    prompt: t`Prompt`,
    settings: t`Settings`,
  };
  return names[id];
}

/** A tab's name: its own, or that of a built-in one in the reader's language. */
export function tabTitle(tab: Pick<DashboardTab, "id" | "kind" | "title">): string {
  return (tab.kind !== "custom" && builtInTitle(tab.id)) || tab.title;
}

/** The page that stands around an external one: it alone may frame it, and tells it who is looking. */
export function frameAddress(tab: string, organization: string): string {
  return `/frames/${encodeURIComponent(tab)}?organization=${encodeURIComponent(organization)}`;
}
