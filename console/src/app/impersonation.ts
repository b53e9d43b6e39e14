import { client, unwrap } from "@/api/client";
import type { Session } from "@/api/types";
import { leaveFor } from "./leave";

/** Tells the other tabs that somebody else is signed in now, so that none acts as the wrong person. */
function tellOthers() {
  if (typeof BroadcastChannel === "undefined") return;
  const channel = new BroadcastChannel("retinue-identity");
  channel.postMessage("changed");
  channel.close();
}

/** Loads this tab anew when another one has changed who is signed in. */
export function followIdentity(): () => void {
  if (typeof BroadcastChannel === "undefined") return () => {};
  const channel = new BroadcastChannel("retinue-identity");
  channel.onmessage = () => leaveFor("/");
  return () => channel.close();
}

/**
 * Logs in as somebody else, to look, in one of their organizations or where they act by themselves. A full load, so
 * that nothing of one person is shown to the other.
 */
export async function logInAs(userId: string, reason: string, organization = ""): Promise<void> {
  await unwrap<Session>(
    client.POST("/users/{id}/impersonation", {
      params: { path: { id: userId } },
      body: { reason, ...(organization && { organization_id: organization }) },
    }),
  );
  sessionStorage.clear();
  tellOthers();
  leaveFor("/");
}

/** Goes back to one's own session, which has gone on all the while. */
export async function goBackToSelf(path: string): Promise<void> {
  await unwrap(client.DELETE("/session/impersonation"));
  sessionStorage.clear();
  tellOthers();
  leaveFor(path);
}
