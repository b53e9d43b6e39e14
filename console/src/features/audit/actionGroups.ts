import { i18n } from "@lingui/core";
import { t } from "@lingui/core/macro";
import { actionText } from "./words";

const groups = [
  "sign_in",
  "people",
  "roles",
  "organizations",
  "teams",
  "invitations",
  "keys",
  "mail",
  "policies",
  "files",
  "dashboard",
  "other",
] as const;
type Group = (typeof groups)[number];

/** The actions, or what stands before their dot, by group; an action of its own goes first. */
const members: Record<string, Group> = {
  "access.refused": "sign_in",
  "audit.exported": "files",
  "user.data_exported": "files",
  "user.imported": "files",
  "user.password_changed": "sign_in",
  "user.password_confirmed": "sign_in",
  "user.password_reset": "sign_in",
  "user.password_reset_requested": "sign_in",
  "users.exported": "files",
  access_review: "roles",
  agent: "keys",
  announcement: "dashboard",
  api_key: "keys",
  branding: "dashboard",
  custom_field: "people",
  custom_fields: "people",
  domain: "dashboard",
  export: "files",
  impersonation: "sign_in",
  import: "files",
  invitation: "invitations",
  ip_exception: "policies",
  mail: "mail",
  mail_settings: "mail",
  mail_template: "mail",
  organization: "organizations",
  policy: "policies",
  role: "roles",
  session: "sign_in",
  tab: "dashboard",
  tab_app: "dashboard",
  tabs: "dashboard",
  team: "teams",
  tenant: "organizations",
  user: "people",
};

/** Where an action stands in the list; what is unknown stands at its end. */
export const groupOf = (action: string): Group =>
  members[action] ?? members[action.split(".")[0] ?? ""] ?? "other";

function groupName(group: Group): string {
  const names: Record<Group, string> = {
    sign_in: t`Sign-in`,
    people: t`People`,
    roles: t`Roles and reviews`,
    organizations: t`Organizations`,
    teams: t`Teams`,
    invitations: t`Invitations`,
    keys: t`AI agents and API keys`,
    mail: t({ context: "a group of actions", message: "Mail" }),
    policies: t`Policies`,
    files: t`Exports and imports`,
    dashboard: t`Dashboard and branding`,
    other: t`Other`,
  };
  return names[group];
}

type Option = { value: string; label: string };

/** The actions in words, in groups and by name within each. */
export function actionOptions(actions: string[]): { group: string; items: Option[] }[] {
  const order = new Intl.Collator(i18n.locale);
  const options = actions.map((action) => ({ value: action, label: actionText(action) }));
  options.sort((a, b) => order.compare(a.label, b.label));
  return groups
    .map((group) => ({
      group: groupName(group),
      items: options.filter(({ value }) => groupOf(value) === group),
    }))
    .filter(({ items }) => items.length > 0);
}
