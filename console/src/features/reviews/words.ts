import { plural, t } from "@lingui/core/macro";
import { permissionWords } from "@/api/permissionNames";
import type { AccessReview, AccessReviewRow, ReviewDecision } from "@/api/types";
import { roleName } from "@/features/roles/roleNames";

type TeamRole = AccessReviewRow["team_roles"][number];

/** A role that is held in a team, and in which. */
export function teamRoleWords(held: TeamRole): string {
  const role = roleName(held.role);
  return t`${role} in team ${held.team.name}`;
}

/** What changing the membership of somebody from further up means. */
export function aboveWords(row: AccessReviewRow): string {
  const name = row.organization.name;
  return t`Roles and permissions are those held in ${name}. Without them, access to everything below ${name} is less, too, not only to the organization reviewed.`;
}

/** What a reduction takes away, one after another. */
export const takenWords = (row: AccessReviewRow): string[] => [
  ...row.taken_roles.map(roleName),
  ...row.taken_team_roles.map(teamRoleWords),
  ...permissionWords(row.taken_permissions),
];

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
    tenant_admin: t`A tenant admin acts in every organization. Can only be kept.`,
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
  const above = counts.from_above_changed;
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
    above > 0 &&
      plural(above, {
        one: "# membership further up changes, and with it the access to everything below it",
        other: "# memberships further up change, and with them the access to everything below them",
      }),
  ];
  return lines.filter((line) => line !== false);
}

export const decided = (counts: AccessReview["counts"]): number => counts.total - counts.undecided;

/** What a review is of: an organization may be gone since. */
export function reviewedWords(
  review: Pick<AccessReview, "organization" | "organization_deleted" | "includes_below">,
) {
  const { name } = review.organization;
  const of = review.organization_deleted ? t`${name} (deleted since)` : name;
  return review.includes_below ? t`${of} and below` : of;
}
