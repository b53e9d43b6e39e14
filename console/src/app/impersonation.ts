import { client, unwrap } from "@/api/client";
import type { Session } from "@/api/types";
import { actIn, actingIn } from "./acting";
import { tellOthers } from "./identity";
import { leaveFor } from "./leave";
import { safeReturnPath } from "./paths";

const beganKey = "retinue.began";

/** Where logging in as somebody began, in this tab: the page, and the organization in which one acted. */
type Began = { path: string; organization: string };

function keepBegan(began: Began): void {
  try {
    sessionStorage.setItem(beganKey, JSON.stringify(began));
  } catch {
    // Without storage the way back leads to the start page.
  }
}

/** What this tab has kept; the start page where it has kept nothing. */
function whereBegan(): Began {
  try {
    const kept = JSON.parse(sessionStorage.getItem(beganKey) ?? "{}") as Partial<Began>;
    return { path: safeReturnPath(kept.path) ?? "/", organization: kept.organization ?? "" };
  } catch {
    return { path: "/", organization: "" };
  }
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
  const { pathname, search, hash } = window.location;
  const began = { path: pathname + search + hash, organization: actingIn() };
  sessionStorage.clear();
  keepBegan(began);
  tellOthers();
  leaveFor("/");
}

/** Goes back to one's own session, which has gone on all the while, and to where one was. */
export async function goBackToSelf(): Promise<void> {
  await unwrap(client.DELETE("/session/impersonation"));
  const { path, organization } = whereBegan();
  sessionStorage.clear();
  actIn(organization);
  tellOthers();
  leaveFor(path);
}
