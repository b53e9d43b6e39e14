import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { isConflict } from "@/api/conflict";
import { ApiError, isApiError } from "@/api/errors";
import { perhapsDone } from "@/api/once";
import { actIn, isPlaceRefusal } from "./acting";
import { setTimezone } from "./format";
import { goBackToSelf } from "./impersonation";
import { hasUnsaved, isLeaving } from "./leave";
import { safeReturnPath } from "./paths";
import { sessionQuery } from "./session";

/** Makes the query client. `go` takes the person to a page when their session says so, and is done once they are there. */
export function makeQueryClient(go: (path: string) => Promise<void>): QueryClient {
  // Only then: a page that still stands would ask for the session anew, and show that there is none.
  const signIn = async (path: string) => {
    // The next page is nobody's.
    setTimezone(null);
    await go(path);
    client.removeQueries({ type: "inactive" });
    client.getMutationCache().clear();
  };
  const onError = (error: unknown) => {
    if (isLeaving()) return;
    if (error instanceof ApiError && error.code === "impersonation_ended") {
      void goBackToSelf();
      return;
    }
    const path = redirectFor(
      error,
      window.location,
      client.getQueryData(sessionQuery.queryKey) !== undefined,
    );
    if (!path) return;
    if (path.startsWith("/sign-in")) {
      void signIn(path);
      return;
    }
    if (path === "/" && error instanceof ApiError && isPlaceRefusal(error.code)) {
      actIn("");
      client.clear();
    }
    void go(path);
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({
      onError: (error) => {
        onError(error);
        return afterConflict(client, error);
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        refetchOnWindowFocus: false,
        // An answer is an answer; only silence is worth a second try.
        retry: (failures, error) => failures < 1 && error instanceof ApiError && error.status === 0,
      },
      mutations: { retry: false },
    },
  });
  return client;
}

/**
 * Fetches what is on screen again when a change was refused because somebody else had made one before, or had deleted
 * what was to be changed. It is done before the person is told, who then looks at what there is now, and whose next
 * attempt goes from it. Where nobody knows whether it was done they need not wait for that.
 */
export async function afterConflict(client: QueryClient, error: unknown): Promise<void> {
  if (isConflict(error) || isApiError(error, "not_found")) await client.invalidateQueries();
  else if (perhapsDone(error)) void client.invalidateQueries();
}

/**
 * Where an error sends the person, or null if it concerns only the page that caused it. `wasIn` tells whether they were
 * signed in on this page.
 */
export function redirectFor(
  error: unknown,
  location: { pathname: string; search: string; hash: string },
  wasIn = false,
): string | null {
  if (!(error instanceof ApiError)) return null;
  if (error.code === "password_change_required" && location.pathname !== "/change-password") {
    return "/change-password";
  }
  // The start page has nowhere else to send them: it says that nobody may work there.
  if (isPlaceRefusal(error.code)) return isDoor(location.pathname) || location.pathname === "/" ? null : "/";
  if (error.code === "unauthenticated") {
    if (location.pathname === "/sign-in") return null;
    return signInPath(location.pathname + location.search + location.hash, wasIn);
  }
  return null;
}

/** Pages on which one is not signed in yet: what they are refused, they say themselves. */
function isDoor(pathname: string): boolean {
  return pathname === "/sign-in" || pathname.startsWith("/invitation");
}

/**
 * The sign-in page, coming back to `from` afterwards if that is a page of the console. Whose session has `ended` without
 * their doing is told so there, and what became of what they had not saved.
 */
export function signInPath(from: string, ended = false): string {
  const back = safeReturnPath(from);
  const query = new URLSearchParams();
  if (back && back !== "/") query.set("redirect", back);
  if (ended) query.set("notice", hasUnsaved() ? "unsaved-lost" : "signed-out");
  return query.size > 0 ? `/sign-in?${query}` : "/sign-in";
}
