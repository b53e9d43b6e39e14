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
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ApiError, isApiError } from "@/api/errors";
import { errorText } from "@/api/messages";
import { useListAddress } from "@/app/useListAddress";
import { EmptyState } from "./Page";

type Props = {
  error: unknown;
  onRetry?: (() => void) | undefined;
  /** The way to where there is something. */
  back?: ReactNode;
  /** How the address knows the page of the list that could not be loaded. */
  cursor?: string;
};

/** What went wrong, in words, with the request id to quote and a way on. */
export function ErrorState({ error, onRetry, back, cursor }: Props) {
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
            <Again error={error} onRetry={onRetry} cursor={cursor} />
            {back ?? (code === "not_found" && <HomeLink />)}
          </Group>
        }
      />
    </div>
  );
}

export function HomeLink() {
  return (
    <Button component={Link} to="/" variant="default">
      <Trans>Go to my start page</Trans>
    </Button>
  );
}

type AgainProps = Pick<Props, "error" | "onRetry"> & {
  cursor?: string | undefined;
  busy?: boolean;
  compact?: boolean;
};

/** What may lead to another answer: what doesn't exist is not asked for again, nor a page of a list that is gone. */
export function Again({ error, onRetry, cursor = "cursor", busy = false, compact = false }: AgainProps) {
  if (isApiError(error, "not_found") || !onRetry) return null;
  const size = compact ? "compact-sm" : "sm";
  const retry = (
    <Button variant="default" size={size} loading={busy} onClick={onRetry}>
      <Trans>Try again</Trans>
    </Button>
  );
  if (!isApiError(error, "invalid_cursor")) return retry;
  return <FirstPage cursor={cursor} size={size} otherwise={retry} />;
}

type FirstProps = { cursor: string; size: string; otherwise: ReactNode };

/** To the first page of a list; the address may know nothing of its pages. */
function FirstPage({ cursor, size, otherwise }: FirstProps) {
  const list = useListAddress({ cursor });
  if (!list.cursor) return otherwise;
  return (
    <Button variant="default" size={size} onClick={list.onFirst}>
      <Trans>Go to the first page</Trans>
    </Button>
  );
}
