import { t } from "@lingui/core/macro";
import { client, ifMatch, unwrap } from "@/api/client";
import type { BulkRequest, BulkResult, User, UserAction } from "@/api/types";

/** A person, the temporary password that was made for them, unless one was chosen, and until when it works. */
export type Created = { user: User; temporary_password?: string; password_expires_at: string | null };

type ResetResult = Required<Created> & { working_api_keys: number };

const path = (user: User) => ({ params: { path: { id: user.id } } });

export function suspendUser(user: User): Promise<User> {
  return unwrap(client.POST("/users/{id}/suspend", path(user)));
}

export function reactivateUser(user: User): Promise<User> {
  return unwrap(client.POST("/users/{id}/reactivate", path(user)));
}

export function resetPassword(user: User, revokeKeys: boolean): Promise<ResetResult> {
  return unwrap(
    client.POST("/users/{id}/reset-password", {
      params: { path: { id: user.id }, query: revokeKeys ? { revoke_api_keys: true } : {} },
    }),
  );
}

export async function deleteUser(user: User, heir = ""): Promise<void> {
  await unwrap(
    client.DELETE("/users/{id}", {
      params: {
        path: { id: user.id },
        query: heir ? { hand_over_to: heir } : {},
        header: { "If-Match": ifMatch(user.version) },
      },
    }),
  );
}

/** Takes somebody out of one organization; their account and their other organizations stay. */
export async function leaveOrganization(user: User, organization: string): Promise<void> {
  await unwrap(
    client.DELETE("/users/{id}/memberships/{organization_id}", {
      params: {
        path: { id: user.id, organization_id: organization },
        header: { "If-Match": ifMatch(user.version) },
      },
    }),
  );
}

/** Whether somebody has a way in already: an invitation is but one more link to sign in with then. */
export const hasSignedIn = (user: User) => user.last_sign_in_at !== null;

export const inviteWords = (user: User) =>
  hasSignedIn(user) ? t`Send ${user.full_name} a sign-in link` : t`Invite ${user.full_name}`;

/** What is asked about or filled in before it is done to one person. */
export type AskedAction = Exclude<UserAction, "reactivate">;

export type BulkAction = Exclude<UserAction, "edit" | "invite" | "log_in_as">;

/** What goes with some actions: who takes over from the deleted, and whether keys stop with passwords. */
export type BulkOptions = { heir?: string; revokeKeys?: boolean };

export function bulk(
  action: BulkAction,
  ids: string[],
  { heir, revokeKeys }: BulkOptions = {},
): Promise<BulkResult[]> {
  return toMany({
    action,
    ids,
    ...(heir && { hand_over_to: heir }),
    ...(revokeKeys && { revoke_api_keys: true }),
  });
}

/** Roles that many are given, and those that are taken from them; the others they hold stay. */
export type RoleChange = { add: string[]; remove: string[] };

/** Changes roles in one organization, or of each person where they belong. */
export function changeRoles(
  ids: string[],
  { add, remove }: RoleChange,
  organization = "",
): Promise<BulkResult[]> {
  return toMany({
    action: "change_roles",
    ids,
    add_role_ids: add,
    remove_role_ids: remove,
    ...(organization && { organization_id: organization }),
  });
}

async function toMany(body: BulkRequest): Promise<BulkResult[]> {
  const { results } = await unwrap<{ results: BulkResult[] }>(client.POST("/users/bulk", { body }));
  return results;
}

export function allows(user: Pick<User, "allowed_actions">, action: UserAction): boolean {
  return user.allowed_actions.includes(action);
}

/** The actions that at least one of the selected people allows, in the order of the bulk bar. */
export function bulkActions(users: User[]): BulkAction[] {
  const order: BulkAction[] = ["suspend", "reactivate", "reset_password", "delete"];
  return order.filter((action) => users.some((user) => allows(user, action)));
}
