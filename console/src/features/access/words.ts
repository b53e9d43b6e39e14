import { t } from "@lingui/core/macro";
import type { AccessPermission } from "@/api/types";
import { roleName } from "@/features/roles/roleNames";
import { userTypeName } from "@/features/users/userTypes";

type Source = AccessPermission["sources"][number];

/** What the source is called: a role by its own name, a user type by ours. */
function heldName(source: Source): string {
  return source.role_id ? roleName({ id: source.role_id, name: source.name }) : source.name;
}

/** Where a permission comes from, in words. */
export function sourceText(source: Source): string {
  switch (source.kind) {
    case "type":
      return t`User type: ${userTypeName(source.name)}`;
    case "role":
      return t`Role: ${heldName(source)}`;
    case "team":
      return t`Team ${source.team ?? ""}: ${heldName(source)}`;
    case "inherited":
      // Of what is held out of one's sight nothing more is told.
      if (!source.name && source.organization) return t`Inherited from ${source.organization}`;
      return source.organization
        ? t`Inherited from ${source.organization}: ${heldName(source)}`
        : t`Inherited: ${heldName(source)}`;
    default:
      return t`Granted directly`;
  }
}

/** Why a granted permission has no effect. */
export function blockedText(blockedBy: string, type: string): string {
  if (blockedBy === "ceiling")
    return t`Blocked: the type ${userTypeName(type)} doesn't allow this, whatever the roles say.`;
  if (blockedBy === "feature") return t`Blocked: this organization doesn't have this feature.`;
  if (blockedBy === "suspended") return t`Blocked: the account is suspended.`;
  if (blockedBy === "no_membership") return t`Blocked: this person doesn't belong to the organization.`;
  if (blockedBy === "organization_suspended") return t`Blocked: the organization is suspended.`;
  return t`Blocked.`;
}
