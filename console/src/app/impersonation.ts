import { client, unwrap } from "@/api/client";
import type { Session } from "@/api/types";
import { tellOthers } from "./identity";
import { leaveFor } from "./leave";

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
