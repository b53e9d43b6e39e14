import { plural, t } from "@lingui/core/macro";
import { formatDateTime, formatList } from "@/app/format";
import { isConflict } from "./conflict";
import { ApiError, pointerField } from "./errors";
import { fieldText } from "./fieldWords";
import { permissionWords } from "./permissionNames";
import { reasonText } from "./reasons";
import type { Problem } from "./types";

export { fieldText } from "./fieldWords";

/** What to tell a person about an error: in their language where we know the code, else the server's words. */
export function errorText(error: unknown): string {
  if (!(error instanceof ApiError)) return t`Something unexpected happened. Try again.`;
  if (error.code === "throttled") return throttledText(error);
  const known = reasonWords(error.problem) ?? fieldsText(error.problem) ?? wordsOfCode(error);
  return (
    known ?? moreCodes()[error.code] ?? error.problem.detail ?? t`Something unexpected happened. Try again.`
  );
}

/**
 * What to say above a form, which shows what is wrong with the fields named in `shown` beside them:
 * only what can be read nowhere else, and "" if that is nothing.
 */
export function formErrorText(error: unknown, shown: readonly string[]): string {
  if (!(error instanceof ApiError)) return errorText(error);
  if (isConflict(error)) {
    return t`Somebody else changed this in the meantime, and nothing of yours is saved yet. What you typed is still here, all else is as it is now. Look at it, then save again.`;
  }
  const { errors = [], reason } = error.problem;
  const beside = (pointer: string) => shown.includes(pointerField(pointer));
  if (reason || errors.length === 0 || !fieldCodes.includes(error.code)) return errorText(error);
  const elsewhere = errors.find(({ pointer }) => !beside(pointer));
  return elsewhere ? fieldText(elsewhere.code, elsewhere.detail) : "";
}

/** What became of one of many, in the words of a refusal of the whole. */
export function itemErrorText(error: Omit<Problem, "status"> | undefined): string {
  return error ? errorText(new ApiError({ status: 409, ...error })) : "";
}

/** The codes of which the fields say more than the code. */
const fieldCodes = ["invalid", "conflict", "immutable"];

function fieldsText({ code, errors }: Problem): string | undefined {
  const first = errors?.[0];
  return first && fieldCodes.includes(code) ? fieldText(first.code, first.detail) : undefined;
}

/** Words for the reason, with the permissions that it is about where the server names them. */
function reasonWords({ reason = "", missing_permissions: missing = [] }: Problem): string | undefined {
  const known = reasonText(reason);
  if (!known || missing.length === 0) return known;
  const most = 3;
  const names = permissionWords(missing.slice(0, most));
  if (missing.length > most) names.push("…");
  return t`${known} Missing: ${formatList(names)}.`;
}

function wordsOfCode(error: ApiError): string | undefined {
  switch (error.code) {
    case "offline":
      return t`Check your connection and try again.`;
    case "invalid_credentials":
      return t`The e-mail or the password is wrong.`;
    case "not_a_member":
      return t`You don't belong to this organization.`;
    case "organization_suspended":
      return t`This organization is suspended.`;
    case "account_suspended":
      return t`This account is suspended. Ask an administrator to reactivate it.`;
    case "unauthenticated":
      return t`Your session has ended. Sign in again.`;
    case "forbidden":
      return error.problem.missing_permission
        ? neededText(error.problem.missing_permission)
        : t`You don't have permission to do this.`;
    case "ip_refused":
      return addressText(error);
    case "read_only":
      return t`You are logged in as somebody else to look only. Allow changes first.`;
    case "impersonating":
      return t`Not while you are logged in as somebody else.`;
    case "last_admin":
      return t`This is the last active administrator. Make somebody else an administrator first.`;
    case "locked":
      return t`Built-in roles can't be changed. Copy it into a role of your own instead.`;
    case "in_use":
      return inUseText(error);
    case "not_found":
      return t`It may have been deleted, or the address is wrong.`;
    case "precondition_failed":
      return t`Somebody else changed this in the meantime, and nothing was done. It is shown as it is now: look at it, then do it again.`;
    case "invalid_cursor":
      return t`This page of the list is no longer available. Start again from the first page.`;
    case "too_large":
      return t`The file is too large.`;
    case "unsupported_media_type":
      return t`This kind of file is not supported.`;
    case "internal":
      return error.problem.request_id
        ? t`The server could not finish this. Try again; if it happens again, pass on the request id.`
        : t`The server could not finish this. Try again.`;
    default:
      return undefined;
  }
}

function neededText(id: string): string {
  const permission = permissionWords([id])[0] ?? id;
  return t`You need the permission “${permission}”. Ask an administrator.`;
}

function moreCodes(): Record<string, string> {
  return {
    password_expired: t`This temporary password has expired. Ask an administrator for a new one.`,
    tenant_suspended: t`This company is suspended. Ask whoever runs this service.`,
    no_organization: t`You don't belong to any organization here. Ask an administrator.`,
    escalation: t`This needs more access than you have. Ask somebody who has it.`,
    conflict: t`This does not fit with how things are now. Reload the page and try again.`,
    unavailable: t`The server can't do this right now. Try again in a moment.`,
    https_required: t`This works over https only. Use an address that begins with https://.`,
    password_change_required: t`Set a new password first.`,
    impersonation_ended: t`You are no longer logged in as somebody else. Go back to your own session.`,
    confirm_self: t`This would shut you out yourself. Confirm that you want it.`,
    immutable: t`This can't be changed.`,
    invalid: t`Some fields need attention.`,
    precondition_required: t`Reload the page and try again.`,
    timeout: t`The request took too long to arrive. Try again.`,
    cross_origin: t`This request came from another site and was refused.`,
    method_not_allowed: t`The server does not know this request. Reload the page.`,
  };
}

/** The code of a refusal as it is read aloud: in two halves. */
export const spokenCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`;

/** A refused address, with the code that an administrator looks up. */
function addressText(error: ApiError): string {
  const { address = "", refusal_code: code = "" } = error.problem;
  if (!code) return t`You can't work from the address ${address}. Ask an administrator.`;
  const spoken = spokenCode(code);
  return t`You can't work from the address ${address}. Tell an administrator the code ${spoken}.`;
}

function inUseText(error: ApiError): string | undefined {
  const {
    holders = [],
    holders_count: count = holders.length,
    invitations_count: invited = 0,
  } = error.problem;
  if (holders.length === 0) {
    if (invited === 0) return undefined;
    return plural(invited, {
      one: "# pending invitation still gives it. Delete it first.",
      other: "# pending invitations still give it. Delete them first.",
    });
  }
  const names = formatList(holders.map((holder) => holder.name));
  return plural(count, {
    one: `# person still holds it: ${names}`,
    other: `# people still hold it, among them ${names}`,
  });
}

function throttledText(error: ApiError): string {
  const at = error.problem.retry_at ?? retryAt(error.retryAfter);
  if (!at) return t`Too many attempts. Try again later.`;
  return t`Too many attempts. Try again at ${formatDateTime(at, { timeStyle: "medium" })}.`;
}

function retryAt(seconds: number | null): string | null {
  return seconds === null ? null : new Date(Date.now() + seconds * 1000).toISOString();
}
