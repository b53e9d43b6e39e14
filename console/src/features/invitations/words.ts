import { plural, t } from "@lingui/core/macro";
import type { AccessOption } from "@/api/types";
import { formatList } from "@/app/format";
import { grantWords } from "@/features/organizations/grants";
import { roleName } from "@/features/roles/roleNames";
import { userTypeName } from "@/features/users/userTypes";
import type { Invitation } from "./queries";

type Granting = Pick<Invitation, "permissions" | "roles" | "teams" | "user_id" | "user_type">;

/** What comes with an invitation: the type of who is new, roles, what can be opened, and teams. */
export function invitationWords(invitation: Granting, options: AccessOption[]): string {
  // It was sent from the row of somebody who has all that already.
  if (invitation.user_id) return t`a link to sign in with the access they have`;
  const parts = [userTypeName(invitation.user_type), ...invitation.roles.map(roleName)];
  const opens = grantWords(invitation.permissions, options);
  if (opens) parts.push(opens);
  const names = formatList(invitation.teams.map((team) => team.name));
  if (names) {
    parts.push(plural(invitation.teams.length, { one: `team ${names}`, other: `teams ${names}` }));
  }
  return parts.join(" · ");
}
