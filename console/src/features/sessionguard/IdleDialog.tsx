import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Modal, Stack } from "@mantine/core";
import { useCallback, useEffect, useRef, useState } from "react";
import { client, lastRequestAt, unwrap } from "@/api/client";
import { isApiError } from "@/api/errors";
import type { Session } from "@/api/types";
import { useSignOut } from "@/app/useSignOut";
import { background, clock, nextCheck, warnAt, worthTelling } from "./idle";
import { leave } from "./leave";

/** Asks how long the session has. Only what a person did counts as use. */
async function secondsLeft(byPerson: boolean): Promise<number | null> {
  const session = await unwrap<Session>(client.GET("/session", byPerson ? {} : { headers: background }));
  return session.idle_seconds_left ?? null;
}

/**
 * Follows how long the session has, in all tabs: use in one keeps the others, and whoever does nothing
 * anywhere is asked shortly before the end. The server decides; this only shows what it says.
 */
export function IdleDialog({ first }: { first: number }) {
  const signOut = useSignOut();
  const [ends, setEnds] = useState<number | null>(null); // set while the dialog is open
  const [now, setNow] = useState(Date.now());
  const timer = useRef<number | undefined>(undefined);
  const channel = useRef<BroadcastChannel | null>(null);
  // What an unused session lasts: as much as it had when it was last used.
  const lasts = useRef(first);

  const look = useCallback(async (byPerson: boolean) => {
    window.clearTimeout(timer.current);
    let next = 15;
    try {
      const left = await secondsLeft(byPerson);
      if (left !== null) lasts.current = byPerson ? left : Math.max(lasts.current, left);
      const soon = left !== null && left <= warnAt(lasts.current);
      if (left === null) next = 300;
      else next = soon ? 5 : nextCheck(left, lasts.current);
      setNow(Date.now());
      setEnds(soon ? Date.now() + left * 1000 : null);
      if (byPerson) channel.current?.postMessage("used");
    } catch (error) {
      if (isApiError(error, "unauthenticated")) return leave(true);
      // The network is away for a while: the dialog, if it is open, goes on counting.
    }
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => void look(false), next * 1000);
  }, []);

  useEffect(() => {
    const open = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("retinue-session");
    channel.current = open;
    if (open) open.onmessage = () => void look(false);
    const seen = () => document.visibilityState === "visible" && void look(false);
    document.addEventListener("visibilitychange", seen);
    timer.current = window.setTimeout(() => void look(false), nextCheck(first, first) * 1000);
    return () => {
      document.removeEventListener("visibilitychange", seen);
      window.clearTimeout(timer.current);
      open?.close();
    };
  }, [look, first]);

  const asking = ends !== null;
  useEffect(() => {
    if (asking) {
      const ticking = window.setInterval(() => setNow(Date.now()), 500);
      return () => window.clearInterval(ticking);
    }
    const used = () => worthTelling(Date.now() - lastRequestAt(), lasts.current) && void look(true);
    window.addEventListener("pointerdown", used, { passive: true });
    window.addEventListener("keydown", used);
    return () => {
      window.removeEventListener("pointerdown", used);
      window.removeEventListener("keydown", used);
    };
  }, [asking, look]);

  const left = asking ? (ends - now) / 1000 : 0;
  const over = asking && left <= 0;
  useEffect(() => {
    if (over) void look(false);
  }, [over, look]);

  return (
    <Modal
      opened={asking}
      onClose={() => void look(true)}
      title={t`Are you still there?`}
      size={420}
      withCloseButton={false}
      closeOnClickOutside={false}
    >
      <Stack gap="md">
        <div role="timer" aria-live="off">
          <Trans>
            You have not done anything for a while. You are signed out in <strong>{clock(left)}</strong>. What
            you have typed on this page is lost then.
          </Trans>
        </div>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => signOut.mutate()} loading={signOut.isPending}>
            <Trans>Sign out</Trans>
          </Button>
          <Button onClick={() => void look(true)} data-autofocus>
            <Trans>Stay signed in</Trans>
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
