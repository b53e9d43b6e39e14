import { t } from "@lingui/core/macro";
import type { OutboxMail } from "@/api/types";

type Problem = OutboxMail["problem_code"];

/** What became of a mail that is tried no more, in a few words. */
export function failedName(problem: Problem): string {
  if (problem === "refused") return t`Mail bounced`;
  if (problem === "expired") return t`Not sent: the link ran out first`;
  return t`Not delivered`;
}

/** Why the latest attempt failed; "" where the name says it all. `error` is the server's own line, or what is known of old ones. */
export function problemText(problem: Problem, error: string): string {
  switch (problem) {
    case "expired":
      return "";
    case "refused":
      return t`The mail server said: ${error}`;
    case "unreachable":
      return t`The mail server could not be reached.`;
    case "credentials":
      return t`The mail server did not take the name and the password of the settings.`;
    case "invalid":
      return t`No mail server could deliver it. Is the address right?`;
    default:
      return error && t`Last attempt failed: ${error}`;
  }
}
