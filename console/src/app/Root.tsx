import { queryOptions, useQuery } from "@tanstack/react-query";
import { Outlet, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import type { Session } from "@/api/types";
import { sessionHere } from "./identity";
import { strangersPaths } from "./paths";
import { sessionQuery } from "./session";

const ImpersonationBar = lazy(() =>
  import("@/features/sessionguard/ImpersonationBar").then((module) => ({ default: module.ImpersonationBar })),
);

/** Below it are the pages that nobody sees without a session. */
export const signedInRoute = "signed-in";

const quietQuery = queryOptions({
  queryKey: ["session-here"],
  queryFn: async () => (await sessionHere()) ?? null,
  retry: false,
});

/** Whose session this is, as it was loaded with the page; pages that need none ask for it by themselves, but for those of strangers. */
function useAnySession(): Session | null {
  const framed = useRouterState({
    select: ({ matches }) => matches.some(({ routeId }) => String(routeId).endsWith(signedInRoute)),
  });
  const stranger = useRouterState({ select: ({ location }) => strangersPaths.includes(location.pathname) });
  const loaded = useQuery({ ...sessionQuery, enabled: false }).data;
  const quiet = useQuery({ ...quietQuery, enabled: !framed && !loaded && !stranger }).data;
  return loaded ?? (framed ? null : (quiet ?? null));
}

/** What is on every page, whichever there is or is none at the address: who is logged in as whom. */
export function Root() {
  const session = useAnySession();
  return (
    <>
      <Outlet />
      {session?.impersonation && (
        <Suspense fallback={null}>
          <ImpersonationBar session={session} />
        </Suspense>
      )}
    </>
  );
}
