import { t } from "@lingui/core/macro";
import { exactText } from "./fieldWords";
import { reasonText } from "./reasons";

type Ended = { failed_code: string; failed_reason: string | null };

/** Why an export failed, or an import failed or was given up; "" when it did not. */
export function failureText({ failed_code: code, failed_reason: text }: Ended): string {
  if (!text) return "";
  return exportWords()[code] ?? importWords()[code] ?? reasonText(code) ?? exactText(code, text);
}

/** Why the decision of a row of a review was refused when the review was finished; "" when it was not. */
export function problemText({
  problem_code: code,
  problem,
}: {
  problem_code: string;
  problem: string;
}): string {
  return problem && (problemWords()[code] ?? problem);
}

function exportWords(): Record<string, string> {
  return {
    requester_gone: t`Whoever asked for this export is no longer there.`,
    requester_suspended: t`The account was suspended while the export was made.`,
    key_stopped: t`The API key stopped working while the export was made.`,
    organization_lost: t`The organization could no longer be seen while the export was made.`,
    permission_lost: t`The permission for this export was taken away while it was made.`,
    list_changed: t`The list kept changing while it was written. Try again later.`,
    list_refused: t`The list can't be read with these filters any more. Make the export anew.`,
    not_written: t`The file could not be written. Try again later, or tell whoever runs this server.`,
  };
}

function importWords(): Record<string, string> {
  return {
    company_suspended: t`The company was suspended. Ask whoever runs this service.`,
    organization_gone: t`The organization in which this was started is no longer there.`,
    file_gone: t`The uploaded file is no longer there. Upload it again.`,
    too_long: t`A line of the file is longer than a megabyte. Is a quotation mark not closed?`,
    not_started: t`Nobody has started this import for a week. Upload the file again.`,
    import_refused: t`The people in the file can't be added as things are now. Upload the file again.`,
  };
}

/** Like the reasons of refusals, but of somebody else's decision, some time ago. */
function problemWords(): Record<string, string> {
  return {
    own_access: t`Nobody takes away their own access.`,
    delete_self: t`Nobody deletes themselves.`,
    holds_more: t`This person may do more than whoever finished the review.`,
    more_than_yours: t`It holds more than whoever finished the review.`,
    role_holds_more: t`The role holds more than whoever finished the review.`,
    belongs_elsewhere: t`This person also belongs to an organization that whoever finished the review does not manage.`,
    team_elsewhere: t`The team belongs to another organization.`,
    last_org_admin: t`This person is the last one who runs the organization.`,
    last_role_admin: t`This person is the last one who holds the role Admin.`,
    last_tenant_admin: t`This person is the last active tenant admin.`,
    finisher_may_not: t`Whoever finished the review was not allowed to do this.`,
    not_there_any_more: t`This person, or what was to be taken away, was not there any more.`,
    access_changed: t`The person’s access was changed at the same moment.`,
    refused: t`It could not be done as things were then.`,
  };
}
