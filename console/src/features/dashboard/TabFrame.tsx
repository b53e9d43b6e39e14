import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Skeleton } from "@mantine/core";
import { IconCloudOff, IconExternalLink } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import type { DashboardTab } from "@/api/types";
import { EmptyState, useDocumentTitle } from "@/ui/Page";
import classes from "./dashboard.module.css";
import { frameAddress, tabTitle } from "./tabs";

/**
 * How it goes with a page from elsewhere: "silent" when it seems not to be there although the browser shows something,
 * which may be the page after all; "late" when there is nothing to show after a while.
 */
type State = "loading" | "late" | "silent" | "shown";

const patience = 10_000;

/** What the page around the frame says of it, if a message is that. */
export function stateOf(data: unknown): "shown" | "silent" | null {
  const { type, state } = (data ?? {}) as { type?: unknown; state?: unknown };
  if (type !== "retinue:frame") return null;
  return state === "shown" || state === "silent" ? state : null;
}

/** A tab with a page from elsewhere. Whoever waits for it, or sees nothing in it, is told and can try again. */
export function TabFrame({ tab, organization }: { tab: DashboardTab; organization: string }) {
  const title = tabTitle(tab);
  useDocumentTitle(title);
  const [round, setRound] = useState(0);
  const [closed, setClosed] = useState(false);
  const frame = useRef<HTMLIFrameElement>(null);
  const key = `${tab.id} ${organization} ${round}`;
  const state = useFrameState(frame, key);
  const again = () => {
    setClosed(false);
    setRound((old) => old + 1);
  };
  const buttons = <Ways address={frameAddress(tab.id, organization)} onRetry={again} />;
  const waiting = state === "loading" || state === "late";
  return (
    <div className={classes.page}>
      <h1 className="visually-hidden">{title}</h1>
      {state === "loading" && (
        <div className={classes.waiting} aria-busy="true">
          <Skeleton height={28} width="40%" mb={24} />
          <Skeleton height={220} />
        </div>
      )}
      {state === "late" && (
        <div role="alert">
          <EmptyState
            icon={<IconCloudOff size={32} stroke={1.5} aria-hidden="true" />}
            title={t`This page does not answer`}
            text={t`It comes from elsewhere. Try again in a moment, or ask whoever runs it.`}
            action={buttons}
          />
        </div>
      )}
      {state === "silent" && !closed && (
        <div className={classes.silent} role="status">
          <span>
            <Trans>Is there nothing to see below? Then this page does not answer.</Trans>
          </span>
          {buttons}
          <Button variant="subtle" size="compact-sm" onClick={() => setClosed(true)}>
            <Trans>Hide this</Trans>
          </Button>
        </div>
      )}
      <iframe
        ref={frame}
        key={key}
        className={classes.frame}
        data-waiting={waiting || undefined}
        title={title}
        src={frameAddress(tab.id, organization)}
      />
    </div>
  );
}

/** Follows what the page around the frame says, and the clock. */
function useFrameState(frame: { current: HTMLIFrameElement | null }, key: string): State {
  const [known, setKnown] = useState<{ key: string; state: State }>({ key, state: "loading" });
  useEffect(() => {
    const listen = (event: MessageEvent) => {
      const said = stateOf(event.data);
      const ours = event.source === frame.current?.contentWindow && event.origin === window.location.origin;
      if (said && ours) setKnown({ key, state: said });
    };
    const late = window.setTimeout(
      () => setKnown((old) => (old.key === key && old.state !== "loading" ? old : { key, state: "late" })),
      patience,
    );
    window.addEventListener("message", listen);
    return () => {
      window.clearTimeout(late);
      window.removeEventListener("message", listen);
    };
  }, [frame, key]);
  return known.key === key ? known.state : "loading";
}

function Ways({ address, onRetry }: { address: string; onRetry: () => void }) {
  return (
    <Group gap={8}>
      <Button variant="default" size="compact-sm" onClick={onRetry}>
        <Trans>Try again</Trans>
      </Button>
      <Button
        component="a"
        href={address}
        target="_blank"
        rel="noopener noreferrer"
        variant="default"
        size="compact-sm"
        rightSection={<IconExternalLink size={14} stroke={1.75} aria-hidden="true" />}
      >
        <Trans>Open in a new window</Trans>
      </Button>
    </Group>
  );
}
