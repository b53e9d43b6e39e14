import { useState } from "react";

/** Whether a form holds something else than when it was opened. Of files it sees only whether there is one. */
export function useChanged(draft: unknown): boolean {
  const now = JSON.stringify(draft);
  const [begun] = useState(now);
  return now !== begun;
}
