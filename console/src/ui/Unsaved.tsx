import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useBlocker } from "@tanstack/react-router";
import { type RefObject, useEffect, useState } from "react";
import { holdUnsaved, isLeaving } from "@/app/leave";
import { Confirm } from "./Confirm";

type Place = { pathname: string; search: object };

/** Pages to which people are sent when their session says so: there is nothing to ask them. */
const doors = ["/sign-in", "/change-password"];

/** Whether going from one address to another leaves a form that stands at a path and at some of its parameters. */
export function leadsAway(from: Place, to: Place, by: readonly string[]): boolean {
  if (doors.includes(to.pathname)) return false;
  const value = (place: Place, name: string) => (place.search as Record<string, unknown>)[name];
  return from.pathname !== to.pathname || by.some((name) => value(from, name) !== value(to, name));
}

type Props = {
  /** Something is not saved. */
  changed: boolean;
  /** The parameters of the address that lead to another form on the same page. */
  by?: readonly string[];
  /** Asked at the last moment: what has just been saved leads on without a question. */
  unless?: () => boolean;
};

/** Asks before a page with something unsaved is left, whether for another page of the console or altogether. */
export function UnsavedGuard({ changed, by = [], unless }: Props) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => !unless?.() && leadsAway(current, next, by),
    enableBeforeUnload: false,
    disabled: !changed,
    withResolver: true,
  });
  useEffect(() => {
    if (!changed) return;
    const ask = (event: BeforeUnloadEvent) => {
      if (!isLeaving() && !unless?.()) event.preventDefault();
    };
    const release = holdUnsaved();
    window.addEventListener("beforeunload", ask);
    return () => {
      release();
      window.removeEventListener("beforeunload", ask);
    };
  }, [changed, unless]);
  return (
    <DiscardQuestion
      opened={blocker.status === "blocked"}
      onDiscard={() => blocker.proceed?.()}
      onKeep={() => blocker.reset?.()}
    />
  );
}

type QuestionProps = { opened: boolean; onDiscard: () => void; onKeep: () => void };

/** The question before something unsaved is thrown away. */
export function DiscardQuestion({ opened, onDiscard, onKeep }: QuestionProps) {
  // Mounted when it is asked, and closed after the key that closes it: the Escape that opened it must not close it
  // again, nor the one that closes it reach the panel below.
  if (!opened) return null;
  return (
    <Confirm
      opened
      title={t`Discard your changes?`}
      action={t`Discard`}
      cancel={t`Keep editing`}
      danger
      onConfirm={async () => onDiscard()}
      onClose={() => window.setTimeout(onKeep)}
    >
      <Trans>What you have changed here is not saved yet.</Trans>
    </Confirm>
  );
}

/** Whether no other dialog lies above the one that an element is in. */
function isOnTop(element: Element | null): boolean {
  return (
    [...document.querySelectorAll('[aria-modal="true"]')].at(-1) === element?.closest('[aria-modal="true"]')
  );
}

/**
 * Closes the dialog that an element is in, and asks first while it holds something unsaved; the questions belong into
 * the dialog. `unless` is asked before the page is left.
 */
export function useGuardedClose(
  unsaved: boolean,
  onClose: () => void,
  within: RefObject<Element | null>,
  unless?: () => boolean,
) {
  const [asking, setAsking] = useState(false);
  const close = () => {
    if (!isOnTop(within.current)) return;
    if (unsaved) setAsking(true);
    else onClose();
  };
  const questions = (
    <>
      <UnsavedGuard changed={unsaved} {...(unless && { unless })} />
      <DiscardQuestion opened={asking} onDiscard={onClose} onKeep={() => setAsking(false)} />
    </>
  );
  return { close, questions };
}
