import type { Session } from "@/api/types";

/** Whom a browser acts as: two sessions of one person are the same, somebody logged in as them is not. */
type Identity = { key: string; name: string };

export function identityOf({ user, impersonation }: Session): Identity {
  return { key: `${user.id} ${impersonation?.by.id ?? ""}`, name: user.full_name };
}

// One channel for a tab, so that it does not hear itself.
let channel: BroadcastChannel | null = null;

function opened(): BroadcastChannel | null {
  if (typeof BroadcastChannel === "undefined") return null;
  channel ??= new BroadcastChannel("retinue-identity");
  return channel;
}

/** Tells the other tabs that another person may be signed in now, or nobody, so that none acts as the wrong one. */
export function tellOthers(): void {
  opened()?.postMessage("changed");
}

/** Runs `onChange` when another tab has changed who is signed in; the function it returns ends that. */
export function followIdentity(onChange: () => void): () => void {
  const open = opened();
  open?.addEventListener("message", onChange);
  return () => open?.removeEventListener("message", onChange);
}

/**
 * The session of the browser as it is now, null for nobody's, undefined when that can't be told. The question is
 * nobody's doing, and names no organization: the one in which this tab acts may not be theirs.
 */
export async function sessionHere(): Promise<Session | null | undefined> {
  try {
    const answer = await fetch("/api/v1/session", {
      headers: { "Retinue-Activity": "none" },
      credentials: "same-origin",
    });
    if (answer.ok) return (await answer.json()) as Session;
    // What is not read keeps its connection.
    await answer.body?.cancel();
    return answer.status === 401 ? null : undefined;
  } catch {
    return undefined;
  }
}

/** Whom the browser acts as now, null for nobody, undefined when that can't be told. */
export async function whoIsHere(): Promise<Identity | null | undefined> {
  const session = await sessionHere();
  return session && identityOf(session);
}
