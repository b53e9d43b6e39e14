import { useSession } from "@/app/session";
import { IdleDialog } from "./IdleDialog";
import { ImpersonationBar } from "./ImpersonationBar";

/** What watches over a session on every page: the end of an idle one, and being logged in as somebody else. */
export function SessionGuards() {
  const session = useSession();
  return (
    <>
      {session.impersonation && <ImpersonationBar session={session} />}
      <IdleDialog first={session.idle_seconds_left ?? 3600} />
    </>
  );
}
