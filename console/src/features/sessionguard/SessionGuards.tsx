import { useSession } from "@/app/session";
import { IdentityGuard } from "./IdentityGuard";
import { IdleDialog } from "./IdleDialog";
import { ImpersonationBar } from "./ImpersonationBar";

/** What watches over a session on every page: the end of an idle one, who is signed in, and being logged in as somebody else. */
export function SessionGuards() {
  const session = useSession();
  return (
    <>
      {session.impersonation && <ImpersonationBar session={session} />}
      <IdentityGuard />
      <IdleDialog first={session.idle_seconds_left ?? 3600} />
    </>
  );
}
