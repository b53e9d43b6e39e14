import { leaveFor } from "@/app/leave";
import { signInPath } from "@/app/query";

/**
 * Leaves for the sign-in page, from where the person comes back to this one. `ended` when they have not signed out
 * themselves, which is said there.
 */
export function leave(ended: boolean): void {
  const { pathname, search, hash } = window.location;
  leaveFor(signInPath(pathname + search + hash, ended));
}
