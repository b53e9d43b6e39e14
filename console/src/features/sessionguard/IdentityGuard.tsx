import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Modal, Stack } from "@mantine/core";
import { onlineManager } from "@tanstack/react-query";
import { useRouterState } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { actIn } from "@/app/acting";
import { followIdentity, identityOf, whoIsHere } from "@/app/identity";
import { hasUnsaved, loadAnew } from "@/app/leave";
import { useSession } from "@/app/session";
import { leave } from "./leave";

/** Loads the page as whoever is signed in now, where they act by themselves. */
function startAnew() {
  actIn("");
  loadAnew();
}

/** Tells whether somebody may have begun something on this page: a form, a word, a dialog. */
function useBegun(): () => boolean {
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const typed = useRef("");
  useEffect(() => {
    const note = () => {
      typed.current = pathname;
    };
    document.addEventListener("input", note, true);
    return () => document.removeEventListener("input", note, true);
  }, [pathname]);
  return () =>
    hasUnsaved() || typed.current === pathname || document.querySelector('[role="dialog"]') !== null;
}

/**
 * Follows who is signed in, whichever tab changes it: no page of one person goes on as another. Where something may
 * have been typed it stands still instead, until its person is back or somebody gives it up.
 */
export function IdentityGuard() {
  const session = useSession();
  const [mine] = useState(() => identityOf(session).key);
  const [other, setOther] = useState<string | null>(null);
  const begun = useRef<() => boolean>(() => false);
  begun.current = useBegun();
  useEffect(() => {
    const look = async () => {
      const now = await whoIsHere();
      if (now === undefined) return;
      // They have signed out in another tab, and know it.
      if (now === null) return leave(false);
      const standing = !onlineManager.isOnline();
      if (now.key !== mine && !standing && !begun.current()) return startAnew();
      // As long as it stands still, nothing is asked for in the other one's name.
      onlineManager.setOnline(now.key === mine);
      setOther(now.key === mine ? null : now.name);
    };
    return followIdentity(() => void look());
  }, [mine]);
  const name = other ?? "";
  return (
    <Modal
      opened={other !== null}
      onClose={() => {}}
      title={t`You are signed in as ${name} now`}
      size={440}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack gap="md">
        <div>
          <Trans>
            That happened in another tab. What you have typed here is kept until you go on: it is there again
            once you are back.
          </Trans>
        </div>
        <Group justify="flex-end" gap="xs">
          <Button onClick={startAnew}>
            <Trans>Go on as {name}</Trans>
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
