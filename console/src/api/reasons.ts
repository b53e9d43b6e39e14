import { t } from "@lingui/core/macro";

/** Why exactly something was refused, for what the API tells apart below one code. */
export function reasonText(reason: string): string | undefined {
  return accessReasons()[reason] ?? workReasons()[reason];
}

function accessReasons(): Record<string, string> {
  return {
    account_just_made: t`Somebody has just made an account with this address. Open the link again.`,
    acts_everywhere: t`A tenant admin acts in every organization. No review takes that away.`,
    admin_of_company: t`A tenant admin belongs to the company itself.`,
    answer_lost: t`The server stopped while it worked on this, and may have done it. Look whether it is there before you try again.`,
    belongs_elsewhere: t`This person also belongs to an organization outside of yours. Ask somebody who manages both.`,
    changed_meanwhile: t`Something has changed in the meantime. Open the link again.`,
    chosen_people: t`This tab is for chosen people. Ask whoever made it.`,
    company_only: t`This belongs to the whole company. Ask an administrator of the company.`,
    delete_self: t`You can't delete yourself. Ask another administrator.`,
    disk_full: t`The server's disk is full; nothing was changed. Tell whoever runs it.`,
    domain_taken: t`This domain is in use already.`,
    features_above: t`What an organization may have is decided by those above it.`,
    given_up: t`This took too long and was given up. Try again.`,
    holds_more: t`This person may do more than you. Somebody with as much access has to do this.`,
    import_over: t`This import is over already.`,
    import_state: t`This import can't be started now.`,
    importer_gone: t`Whoever started this import is no longer there.`,
    importer_may_not: t`Whoever started this import may no longer import users.`,
    in_progress: t`The same request is still being worked on. Try again in a second.`,
    invitation_accepted: t`This invitation was accepted already.`,
    invitation_deleted: t`This invitation was deleted. Invite the address again.`,
    last_in_charge: t`This person is the last one in charge. Put somebody else in charge first.`,
    last_org_admin: t`This person is the last one who runs the organization. Make somebody else Org Admin first.`,
    last_role_admin: t`This person is the last one who holds the role Admin. Give it to somebody else first.`,
    last_tenant_admin: t`This person is the last active tenant admin. Make somebody else a tenant admin first.`,
    list_elsewhere: t`This list is set by an organization above. Ask an administrator there.`,
    locked_above: t`An organization above has locked this. Ask an administrator there.`,
    invitation_expired: t`The link in this mail has expired. Send the invitation again.`,
    reset_expired: t`The link in this mail has expired. Have a new one asked for on the sign-in page.`,
    mail_not_failed: t`Only mails that failed can be sent again.`,
    more_than_yours: t`You can't grant what you don't hold yourself.`,
    no_console: t`This account has no console to log in to.`,
  };
}

function workReasons(): Record<string, string> {
  return {
    no_custom_tabs: t`There are no custom tabs in this organization.`,
    no_dashboard: t`The company itself has no dashboard. Switch to one of its client organizations.`,
    no_email_sign_in: t`Only people who sign in with an e-mail address can be invited.`,
    not_impersonating: t`You are not logged in as anybody else.`,
    not_there_any_more: t`This person does not belong to the organization any more.`,
    nothing_to_import: t`No line of this file can be imported. See the report, mend the file and upload it again.`,
    only_organization: t`This person belongs to no other organization. Delete the person instead.`,
    organization_is_suspended: t`The organization is suspended. Reactivate it first.`,
    other_person: t`Somebody else is signed in here. Sign out first, then open the link again.`,
    own_access: t`You can't change your own access. Ask another administrator.`,
    own_email: t`Change your own e-mail address in your account, with your current password.`,
    own_password: t`Change your own password in your account instead.`,
    page_not_told: t`This tab does not tell its page who is looking.`,
    password_just_changed: t`The password was changed a moment ago. Sign in again.`,
    people_only: t`This is for people who are signed in, not for API keys.`,
    // Not from the API, which knows of nobody who is gone: see features/users/actions.
    person_gone: t`Somebody has deleted this person in the meantime.`,
    person_deleted: t`This person was deleted. Invite the address again.`,
    person_suspended: t`This person is suspended. Activate the account first.`,
    person_without_organization: t`This person belongs to no organization that is active.`,
    policy_forbids: t`A policy lets nobody log in as these people.`,
    report_later: t`There is a report when the review is finished.`,
    review_from_above: t`This review also lists people from further up. Somebody who manages them has to end it.`,
    review_not_ready: t`The list of accounts is still being made. Try again in a moment.`,
    review_over: t`This review is over. Its decisions can't be changed any more.`,
    holder_holds_more: t`Somebody who holds this role may do more than you. Ask somebody who may do as much.`,
    role_holds_more: t`This role holds more than you do. Ask somebody who holds that, too.`,
    service_user: t`A service account has no password. Make an API key for it instead.`,
    team_elsewhere: t`This team belongs to another organization. Ask somebody there to change it.`,
    too_many_exceptions: t`There are too many exceptions already. Take some back first.`,
    too_many_uploads: t`Too many pictures are being uploaded at the moment. Try again in a minute.`,
    unfinished_imports: t`Too many of your imports are not over. Start or cancel one of them first.`,
    undecided: t`Some accounts are not decided on yet. Decide on them, or say that they are kept.`,
    yourself: t`This is you.`,
  };
}
