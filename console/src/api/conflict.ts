import { isApiError } from "./errors";

/** What the API changes only for whoever has its newest version. */
export type Versioned = { version: number };

/** Whether a change was refused because somebody else had made one before. */
export function isConflict(error: unknown): boolean {
  return isApiError(error, "precondition_failed");
}

/** What the server has instead of what was to be changed, if the refusal tells. */
export function currentOf<T>(refusal: unknown): T | undefined {
  if (!isApiError(refusal, "precondition_failed")) return undefined;
  return refusal.problem.current as T | undefined;
}

/** What to change: what is shown, or what the refusal of the last attempt says that there is by now. */
export function newest<T extends Versioned>(shown: T, refusal: unknown): T {
  const current = currentOf<T>(refusal);
  return current && current.version > shown.version ? current : shown;
}
