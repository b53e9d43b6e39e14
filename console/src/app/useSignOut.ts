import { useMutation } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { isApiError } from "@/api/errors";
import { actIn } from "./acting";
import { tellOthers } from "./identity";
import { leaveFor } from "./leave";

/** Ends the session on the server and forgets everything that was loaded. */
export function useSignOut() {
  return useMutation({
    mutationFn: async () => {
      try {
        await unwrap(client.DELETE("/session"));
      } catch (error) {
        if (!isApiError(error, "unauthenticated")) throw error;
      }
    },
    onSuccess: () => {
      actIn("");
      tellOthers();
      // A full load, so that nothing of one person is left in memory for the next. Until then the page
      // keeps what it shows: it would ask for that anew, and say that there is no session.
      leaveFor("/sign-in");
    },
  });
}
