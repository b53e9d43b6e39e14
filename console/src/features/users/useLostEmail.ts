import { useState } from "react";
import { perhapsDone } from "@/api/once";
import { sameAddress, useRefreshUsers } from "./queries";

/** Remembers for whom an attempt to add them got no answer: if the address is taken afterwards, it probably is by them. */
export function useLostEmail() {
  const refresh = useRefreshUsers();
  const [lost, setLost] = useState<string | null>(null);
  return {
    is: (email: string) => lost !== null && sameAddress(lost, email),
    /** To be told of every attempt that failed. */
    note: (error: unknown, email: string) => {
      if (perhapsDone(error)) setLost(email);
      // By now the server is done with the attempt before, and the list shows whom that has added.
      else if (lost !== null) void refresh();
    },
  };
}
