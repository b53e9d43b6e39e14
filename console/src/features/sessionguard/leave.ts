import { leaveFor } from "@/app/leave";
import { signInPath } from "@/app/query";

/** Leaves for the sign-in page, from where the person comes back to this one. */
export function leave(): void {
  const { pathname, search, hash } = window.location;
  leaveFor(signInPath(pathname + search + hash));
}
