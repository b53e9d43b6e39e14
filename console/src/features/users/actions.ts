import { t } from "@lingui/core/macro";
import { client, ifMatch, unwrap } from "@/api/client";
import { ApiError, isApiError } from "@/api/errors";
import type { BulkRequest, BulkResult, User, UserAction } from "@/api/types";

/** A person, the temporary password that was made for them, unless one was chosen, and until when it works. */
export type Created = { user: User; temporary_password?: string; password_expires_at: string | null };

type ResetResult = Required<Created> & { working_api_keys: number };

const path = (user: User) => ({ params: { path: { id: user.id } } });

const gone = "person_gone";

/** Why something could not be done with a person who was in a list: if there is nobody, they were deleted since. */
export function withGone(error: unknown): unknown {
  return isApiError(error, "not_found") ? new ApiError({ ...error.problem, reason: gone }) : error;
}

/** Waits for something that is done to a person who was in a list. */
export async function toPerson<T>(doing: Promise<T>): Promise<T> {
  try {
    return await doing;
  } catch (error) {
    throw withGone(error);
  }
}

/** Waits for something that takes away, which is done also where nothing is left of it. */
async function takenAway(doing: Promise<unknown>): Promise<void> {
  try {
    await doing;
  } catch (error) {
    if (!isApiError(error, "not_found")) throw error;
  }
}

export function suspendUser(user: User): Promise<User> {
  return toPerson(unwrap(client.POST("/users/{id}/suspend", path(user))));
}

export function reactivateUser(user: User): Promise<User> {
  return toPerson(unwrap(client.POST("/users/{id}/reactivate", path(user))));
}

export function resetPassword(user: User, revokeKeys: boolean): Promise<ResetResult> {
  return toPerson(
    unwrap(
      client.POST("/users/{id}/reset-password", {
        params: { path: { id: user.id }, query: revokeKeys ? { revoke_api_keys: true } : {} },
      }),
    ),
  );
}

export function deleteUser(user: User, heir = ""): Promise<void> {
  return takenAway(
    unwrap(
      client.DELETE("/users/{id}", {
        params: {
          path: { id: user.id },
          query: heir ? { hand_over_to: heir } : {},
          header: { "If-Match": ifMatch(user.version) },
        },
      }),
    ),
  );
}

/** Takes somebody out of one organization; their account and their other organizations stay. */
export function leaveOrganization(user: User, organization: string): Promise<void> {
  return takenAway(
    unwrap(
      client.DELETE("/users/{id}/memberships/{organization_id}", {
        params: {
          path: { id: user.id, organization_id: organization },
          header: { "If-Match": ifMatch(user.version) },
        },
      }),
    ),
  );
}

/** Whether somebody has a way in already: an invitation is but one more link to sign in with then. */
export const hasSignedIn = (user: User) => user.last_sign_in_at !== null;

export const inviteWords = (user: User) =>
  hasSignedIn(user) ? t`Send ${user.full_name} a sign-in link` : t`Invite ${user.full_name}`;

/** What is asked about or filled in before it is done to one person. */
export type AskedAction = Exclude<UserAction, "reactivate">;

export type BulkAction = Exclude<UserAction, "edit" | "log_in_as">;

/**
 * What goes with some actions: who takes over from the deleted, whether keys stop with passwords, and where invitations
 * lead.
 */
export type BulkOptions = { heir?: string; revokeKeys?: boolean; organization?: string };

export function bulk(
  action: BulkAction,
  ids: string[],
  { heir, revokeKeys, organization }: BulkOptions = {},
): Promise<BulkResult[]> {
  return toMany({
    action,
    ids,
    ...(heir && { hand_over_to: heir }),
    ...(revokeKeys && { revoke_api_keys: true }),
    ...(organization && { organization_id: organization }),
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
  return results.map((result) => ofGone(body.action, result));
}

/** The same as with one person: whoever is gone was deleted since, which is done also where it was asked for. */
function ofGone(action: BulkRequest["action"], result: BulkResult): BulkResult {
  const { error, ...rest } = result;
  if (error?.code !== "not_found") return result;
  return action === "delete" ? { ...rest, ok: true } : { ...rest, error: { ...error, reason: gone } };
}

export function allows(user: Pick<User, "allowed_actions">, action: UserAction): boolean {
  return user.allowed_actions.includes(action);
}

/** The actions that at least one of the selected people allows, in the order of the bulk bar. */
export function bulkActions(users: User[]): BulkAction[] {
  const order: BulkAction[] = ["invite", "suspend", "reactivate", "reset_password", "delete"];
  return order.filter((action) => users.some((user) => allows(user, action)));
}
