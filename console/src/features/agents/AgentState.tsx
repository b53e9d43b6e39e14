import { t } from "@lingui/core/macro";
import { IconCircleFilled, IconPlayerPauseFilled } from "@tabler/icons-react";
import { Tag } from "@/ui/badges";

/** Whether an AI agent answers. */
export function AgentState({ state }: { state: string }) {
  return state === "active" ? (
    <Tag tone="ok" icon={<IconCircleFilled size={8} aria-hidden="true" />}>{t`Active`}</Tag>
  ) : (
    <Tag tone="warn" icon={<IconPlayerPauseFilled size={11} aria-hidden="true" />}>{t`Paused`}</Tag>
  );
}
