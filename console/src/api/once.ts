import { useCallback, useRef } from "react";
import { ApiError } from "./errors";

type KeyHeader = { "Idempotency-Key": string };

/**
 * Tells whether nobody knows if a request was done: it got no answer, the server broke, or it is still at work on
 * the same request.
 */
export function unanswered(error: unknown): boolean {
  if (!(error instanceof ApiError) || error.status === 0 || error.status >= 500) return true;
  return error.problem.reason === "in_progress";
}

function newKey(): string {
  return crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;
}

/** For a form that makes something: sent again after no answer came, it makes one thing, not two. */
export function useOnce() {
  const key = useRef("");
  return useCallback(async <T>(send: (headers: KeyHeader) => Promise<T>): Promise<T> => {
    key.current ||= newKey();
    try {
      const made = await send({ "Idempotency-Key": key.current });
      key.current = "";
      return made;
    } catch (error) {
      if (!unanswered(error)) key.current = "";
      throw error;
    }
  }, []);
}

export type Once = ReturnType<typeof useOnce>;
