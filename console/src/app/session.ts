import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { isApiError } from "@/api/errors";
import type { Session } from "@/api/types";
import { actIn, actingIn, isPlaceRefusal } from "./acting";

/** Who is signed in, where this tab acts; where it may no longer, the session says where. */
async function loadSession(): Promise<Session> {
  try {
    return await unwrap<Session>(client.GET("/session"));
  } catch (error) {
    if (!isApiError(error) || !isPlaceRefusal(error.code) || !actingIn()) throw error;
    actIn("");
    return unwrap<Session>(client.GET("/session"));
  }
}

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: loadSession,
  staleTime: 60_000,
  retry: false,
});

/** The signed-in person's session. Only for pages below the signed-in route, which has loaded it. */
export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}

/** Whether a session holds a permission; what a person may not do is not shown. */
export function can(session: Pick<Session, "permissions">, permission: string): boolean {
  return session.permissions.includes(permission);
}

export function hasPortal(session: Pick<Session, "portals">, portal: string): boolean {
  return session.portals.some((entry) => entry.id === portal);
}

/** `can` bound to the signed-in session. */
export function useCan(): (permission: string) => boolean {
  const session = useSession();
  return (permission) => can(session, permission);
}
