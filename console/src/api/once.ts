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

/** Whether a request may have been done without anybody being told. */
export function perhapsDone(error: unknown): boolean {
  return unanswered(error) || (error instanceof ApiError && error.problem.reason === "answer_lost");
}

/** Whether the server knows the key from a request that said something else. */
function isReused(error: unknown): boolean {
  return error instanceof ApiError && (error.problem.errors ?? []).some(({ code }) => code === "reused");
}

function newKey(): string {
  return crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;
}

/**
 * For a form that makes something: sent again after no answer came, it makes one thing, not two. What was changed before
 * it is sent again is another request, for which the server asks for another key.
 */
export function useOnce() {
  const key = useRef("");
  return useCallback(async <T>(send: (headers: KeyHeader) => Promise<T>): Promise<T> => {
    const attempt = () => {
      key.current ||= newKey();
      return send({ "Idempotency-Key": key.current });
    };
    try {
      const made = await attempt().catch((error) => {
        if (!isReused(error)) throw error;
        key.current = "";
        return attempt();
      });
      key.current = "";
      return made;
    } catch (error) {
      if (!unanswered(error)) key.current = "";
      throw error;
    }
  }, []);
}

export type Once = ReturnType<typeof useOnce>;
