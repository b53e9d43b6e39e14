import { t } from "@lingui/core/macro";
import type { AccessPermission } from "@/api/types";
import { userTypeName } from "@/features/users/userTypes";

type Source = AccessPermission["sources"][number];

/** Where a permission comes from, in words. */
export function sourceText(source: Source): string {
  switch (source.kind) {
    case "type":
      return t`User type: ${userTypeName(source.name)}`;
    case "role":
      return t`Role: ${source.name}`;
    case "team":
      return t`Team ${source.team ?? ""}: ${source.name}`;
    case "inherited":
      return source.organization
        ? t`Inherited from ${source.organization}: ${source.name}`
        : t`Inherited: ${source.name}`;
    default:
      return t`Granted directly`;
  }
}

/** Why a granted permission has no effect. */
export function blockedText(blockedBy: string, type: string): string {
  if (blockedBy === "ceiling")
    return t`Blocked: the type ${userTypeName(type)} doesn't allow this, whatever the roles say.`;
  if (blockedBy === "feature") return t`Blocked: this organization doesn't have this feature.`;
  return t`Blocked.`;
}
