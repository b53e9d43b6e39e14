import { t } from "@lingui/core/macro";
import { permissionWords } from "@/api/permissionNames";
import { formatDay } from "@/app/format";
import { statusName, userTypeName } from "@/features/users/userTypes";
import { valueText } from "./words";

const customPrefix = "custom_fields.";

/** What changed, in words. A custom field has its key; what is unknown keeps its name. */
export function fieldName(field: string): string {
  if (field.startsWith(customPrefix)) return t`Custom field ${field.slice(customPrefix.length)}`;
  return (
    personFields()[field] ??
    accessFields()[field] ??
    placeFields()[field] ??
    policyFields()[field] ??
    workFields()[field] ??
    field
  );
}

function personFields(): Record<string, string> {
  return {
    first_name: t`First name`,
    last_name: t`Last name`,
    nickname: t`Nickname`,
    email: t`E-mail`,
    phone: t`Phone`,
    external_id: t`External ID`,
    timezone: t`Time zone`,
    locale: t`Language`,
    theme: t`Appearance`,
    aliases: t`Aliases`,
    photo: t`Photo`,
    password: t`Password`,
    status: t`Status`,
    user_type: t`User type`,
    user: t`User`,
    people: t`People`,
    address: t`Address`,
    actor: t`By`,
    involves: t`Person`,
    ip: t`Address`,
    request_id: t`Request id`,
    on_behalf_of: t`On behalf of`,
    session: t`Session`,
    sessions: t`Sessions`,
    handed_over_to: t`Handed over to`,
    api_keys: t`API keys`,
    service_keys: t`Keys of service accounts`,
    invitations: t`Invitations`,
    imports: t`Imports`,
    events: t`Entries of the log`,
  };
}

function accessFields(): Record<string, string> {
  return {
    roles: t`Roles`,
    permissions: t`Permissions`,
    memberships: t`Organizations`,
    includes_descendants: t`Everything below, too`,
    includes_below: t`Everything below, too`,
    members: t`Members`,
    team: t`Team`,
    teams: t`Teams`,
    teams_led: t`Teams led`,
    team_lead: t`Leads the team`,
    team_role: t`Team role`,
    scope: t`Scope`,
    expires_at: t`Expires`,
    decisions: t`Decisions`,
    report_sha256: t`Fingerprint of the report (SHA-256)`,
    reason: t`Reason`,
    prefix: t`Begins with`,
    key: t`Key`,
  };
}

function placeFields(): Record<string, string> {
  return {
    name: t`Name`,
    short_name: t`Short name`,
    description: t`Description`,
    organization: t`Organization`,
    organizations: t`Organizations`,
    all_organizations: t`All organizations`,
    parent: t`Below`,
    features: t`Features`,
    layout: t`Layout`,
    color: t`Color`,
    logo: t`Logo`,
    powered_by: t`“Powered by” line`,
    support_email: t`Support e-mail`,
    support_url: t`Support page`,
    sender_name: t`Sender name`,
    reply_to: t`Reply-to`,
    notices: t`Mails about changed access`,
    hosts: t`Host names`,
    problem: t`Problem`,
    tab: t`Tab`,
    url: t`Web address`,
    icon: t`Icon`,
    mode: t`Opens`,
    identify: t`Told who is looking`,
    inherited: t`What is set further up, or nothing`,
    audience: t`For whom`,
    serves: t`Also works for`,
  };
}

function policyFields(): Record<string, string> {
  return {
    idle_minutes: t`Idle logout (minutes)`,
    lifetime_minutes: t`Longest session (minutes)`,
    allowlist: t`Allowed addresses`,
    password_length: t`Password length`,
    temporary_password_hours: t`Temporary passwords last (hours)`,
    log_in_as_allowed: t`“Log in as” allowed`,
    until: t`Until`,
    by: t`By`,
  };
}

function workFields(): Record<string, string> {
  return {
    title: t`Title`,
    subject: t`Subject`,
    body: t`Text`,
    button: t`Button`,
    note: t`Note below the button`,
    label: t`Label`,
    kind: t`Kind`,
    choices: t`Choices`,
    required: t`Required`,
    in_table: t`Shown in the table`,
    order: t`Order`,
    code: t`Code`,
    active: t`Active`,
    state: t`State`,
    created: t`Added`,
    import: t`Import`,
    format: t`Format`,
    columns: t`Columns`,
    filter: t`Filter`,
    search: t`Search`,
    from: t`From`,
    to: t`To`,
    recipient: t`Recipient`,
    times_sent: t`Times sent`,
    action: t`Action`,
    outcome: t`Outcome`,
    target: t`On`,
  };
}

/** A value of a change, in words where the field has some of its own. */
export function changeText(field: string, value: unknown): string {
  if (typeof value === "string" && value !== "") {
    if (field.startsWith(customPrefix)) return formatDay(value);
    if (field === "status") return statusName(value);
    if (field === "user_type") return userTypeName(value);
  }
  if (field === "permissions" && Array.isArray(value)) {
    return valueText(value.map((held) => permissionText(String(held))));
  }
  return valueText(value);
}

/** A permission, with the organization in which it is held where the event names one. */
function permissionText(held: string): string {
  const end = held.search(/ |$/);
  return (permissionWords([held.slice(0, end)])[0] ?? "") + held.slice(end);
}
