import { plural, t } from "@lingui/core/macro";
import type { AccessReview, AccessReviewRow, ReviewDecision } from "@/api/types";
import { permissionLabel } from "@/features/roles/permissionNames";

export const permissionWords = (ids: string[]): string[] =>
  ids.map((id) => permissionLabel({ id, label: id }));

export function stateWords(state: AccessReview["state"]): string {
  const words: Record<AccessReview["state"], string> = {
    preparing: t`Making the list`,
    open: t`Open`,
    finishing: t`Applying decisions`,
    finished: t`Finished`,
    cancelled: t`Cancelled`,
  };
  return words[state];
}

export function decisionWords(decision: ReviewDecision): string {
  const words: Record<ReviewDecision, string> = {
    "": t`Not decided`,
    keep: t`Keep`,
    reduce: t`Reduce`,
    remove: t`Remove`,
  };
  return words[decision];
}

/** Why a row can only be kept, or null. */
export function blockedWords(blocked: AccessReviewRow["blocked"]): string | null {
  const words: Record<string, string> = {
    self: t`This is you. Somebody else has to decide.`,
    more_access: t`Has more access than you. Can only be kept.`,
    last_admin: t`The last one in charge. Can only be kept.`,
    gone: t`Is no longer in the organization.`,
  };
  return words[blocked] ?? null;
}

export function resultWords(row: AccessReviewRow): string {
  const words: Record<string, string> = {
    kept: t`Kept`,
    reduced: t`Reduced`,
    removed: t`Removed`,
    deleted: t`Account deleted`,
    undecided: t`Kept, not decided on`,
    changed: t`Left alone: access had changed after the decision`,
    gone: t`Was gone already`,
    refused: t`Not possible`,
  };
  return words[row.result] ?? "";
}

/** What finishing will do, a line each. */
export function consequences(counts: AccessReview["counts"]): string[] {
  const lines = [
    counts.keep > 0 && plural(counts.keep, { one: "# account is kept", other: "# accounts are kept" }),
    counts.reduce > 0 &&
      plural(counts.reduce, {
        one: "# account loses the roles and permissions chosen",
        other: "# accounts lose the roles and permissions chosen",
      }),
    counts.remove > 0 &&
      plural(counts.remove, {
        one: "# account is removed from its organization, or deleted if it belongs nowhere else",
        other: "# accounts are removed from their organization, or deleted if they belong nowhere else",
      }),
  ];
  return lines.filter((line) => line !== false);
}

export const decided = (counts: AccessReview["counts"]): number => counts.total - counts.undecided;
