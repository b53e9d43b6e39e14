import { useSession } from "@/app/session";
import { IdentityGuard } from "./IdentityGuard";
import { IdleDialog } from "./IdleDialog";

/** What watches over a session on every page of it: the end of an idle one, and who is signed in. */
export function SessionGuards() {
  const session = useSession();
  return (
    <>
      <IdentityGuard />
      <IdleDialog first={session.idle_seconds_left ?? 3600} />
    </>
  );
}
