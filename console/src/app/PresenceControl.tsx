import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { SegmentedControl, Text } from "@mantine/core";
import { useId } from "react";
import { type Presence, presences } from "@/api/types";
import { presenceName } from "@/ui/Presence";
import { useMyPresence } from "./presence";

/** Whether others see one as being there. It takes effect at once. */
export function PresenceControl() {
  const { presence, choose } = useMyPresence();
  const label = useId();
  return (
    <div>
      <Text size="sm" fw={500} mb={4} id={label}>
        <Trans>Online status</Trans>
      </Text>
      <SegmentedControl
        fullWidth
        size="sm"
        value={presence ?? ""}
        disabled={!presence}
        onChange={(value) => choose(value as Presence)}
        aria-labelledby={label}
        data={presences.map((value) => ({ value, label: presenceName(value) }))}
      />
      <Text size="xs" c="dimmed" mt={4}>
        {t`After five minutes without doing anything, others see you as offline.`}
      </Text>
    </div>
  );
}
