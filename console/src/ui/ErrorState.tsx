import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import {
  IconCloudOff,
  IconHandStop,
  IconMoodPuzzled,
  IconWorldOff,
  IconZoomQuestion,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { ApiError } from "@/api/errors";
import { errorText } from "@/api/messages";
import { EmptyState } from "./Page";

type Props = {
  error: unknown;
  onRetry?: (() => void) | undefined;
  /** The way to where there is something. */
  back?: ReactNode;
};

/** What went wrong, in words, with the request id to quote and a way to try again. */
export function ErrorState({ error, onRetry, back }: Props) {
  const code = error instanceof ApiError ? error.code : "internal";
  const requestId = error instanceof ApiError ? error.problem.request_id : undefined;
  const icons: Record<string, typeof IconCloudOff> = {
    offline: IconCloudOff,
    forbidden: IconHandStop,
    not_found: IconZoomQuestion,
    ip_refused: IconWorldOff,
  };
  const titles: Record<string, string> = {
    offline: t`No connection to the server`,
    forbidden: t`You don't have access to this`,
    not_found: t`This doesn't exist`,
    ip_refused: t`A rule of your organization refuses this network`,
  };
  const Icon = icons[code] ?? IconMoodPuzzled;
  return (
    <div role="alert">
      <EmptyState
        icon={<Icon size={32} stroke={1.5} aria-hidden="true" />}
        title={titles[code] ?? t`Something went wrong`}
        text={
          <>
            {errorText(error)}
            {requestId && (
              <>
                <br />
                <Trans>
                  Request id: <span className="mono">{requestId}</span>
                </Trans>
              </>
            )}
          </>
        }
        action={
          <Group>
            {onRetry && (
              <Button variant="default" onClick={onRetry}>
                <Trans>Try again</Trans>
              </Button>
            )}
            {back}
          </Group>
        }
      />
    </div>
  );
}
