import { t } from "@lingui/core/macro";
import { IconCheck, IconClock, IconLoader, IconX } from "@tabler/icons-react";
import { Tag } from "@/ui/badges";

/** How far an import is, in words and shape. */
export function ImportState({ state, valid }: { state: string; valid: number }) {
  switch (state) {
    case "checking":
      return <Tag icon={<IconLoader size={14} aria-hidden="true" />}>{t`Being checked`}</Tag>;
    case "ready":
      if (valid === 0)
        return <Tag tone="bad" icon={<IconX size={14} aria-hidden="true" />}>{t`Nothing to import`}</Tag>;
      return <Tag tone="warn" icon={<IconClock size={14} aria-hidden="true" />}>{t`Ready to start`}</Tag>;
    case "running":
      return <Tag icon={<IconLoader size={14} aria-hidden="true" />}>{t`Running`}</Tag>;
    case "done":
      return <Tag tone="ok" icon={<IconCheck size={14} aria-hidden="true" />}>{t`Done`}</Tag>;
    case "cancelled":
      return <Tag icon={<IconX size={14} aria-hidden="true" />}>{t`Cancelled`}</Tag>;
    default:
      return <Tag tone="bad" icon={<IconX size={14} aria-hidden="true" />}>{t`Failed`}</Tag>;
  }
}
