import { t } from "@lingui/core/macro";

type Named = { id: string; label: string };

/** A permission's name in the reader's language; one the console does not know keeps the server's. */
export function permissionLabel({ id, label }: Named): string {
  return peopleLabels()[id] ?? platformLabels()[id] ?? label;
}

/** Permissions known by their ids only, in words. */
export const permissionWords = (ids: string[]): string[] =>
  ids.map((id) => permissionLabel({ id, label: id }));

function peopleLabels(): Record<string, string> {
  return {
    "users.read": t`See users`,
    "users.create": t`Add users`,
    "users.update": t`Edit users`,
    "users.suspend": t`Suspend and reactivate users`,
    "users.delete": t`Delete users`,
    "users.reset_password": t`Reset passwords`,
    "users.import": t`Import users`,
    "users.export": t`Export users`,
    "users.invite": t`Invite users`,
    "users.impersonate": t`Log in as users`,
    "users.erase": t`Erase personal data`,
    "sessions.read": t`See where people are signed in`,
    "sessions.revoke": t`Sign people out`,
    "fields.manage": t`Define custom fields`,
    "directory.read": t`See colleagues`,
    "roles.read": t`See roles`,
    "roles.manage": t`Create, edit and delete roles`,
    "roles.assign": t`Give and take away roles`,
    "organizations.read": t`See organizations`,
    "organizations.manage": t`Create, edit and delete organizations`,
    "teams.read": t`See teams`,
    "teams.manage": t`Create, edit and delete teams`,
    "audit.read": t`Read the audit log`,
    "audit.export": t`Export the audit log`,
    "api_keys.manage": t`Make own API keys`,
    "service_keys.manage": t`Make API keys for service accounts`,
    "outbox.read": t`Read the outbox`,
    "branding.manage": t`Manage branding`,
    "tabs.manage": t`Manage dashboard tabs`,
    "policies.manage": t`Manage policies`,
    "reviews.manage": t`Review access`,
  };
}

function platformLabels(): Record<string, string> {
  return {
    "bots.read": t`See bots`,
    "bots.manage": t`Create, edit and delete bots`,
    "bots.configure": t`Change the widget’s settings`,
    "bots.publish": t`Publish bots`,
    "knowledge.read": t`See knowledge`,
    "knowledge.manage": t`Edit knowledge`,
    "channels.read": t`See channels`,
    "channels.manage": t`Edit channels`,
    "prompts.read": t`See prompts`,
    "prompts.manage": t`Edit prompts`,
    "conversations.read": t`Read conversations`,
    "conversations.handle": t`Handle conversations`,
    "conversations.test": t`Hold test conversations`,
    "conversations.monitor": t`Monitor conversations`,
    "conversations.transfer": t`Transfer conversations`,
    "analytics.read": t`See analytics`,
    "reports.read": t`See reports`,
    "reports.export": t`Export reports`,
    "dashboard.home": t`Open the Home tab`,
    "dashboard.conversations": t`Open the Conversations tab`,
    "dashboard.analytics": t`Open the Analytics tab`,
    "dashboard.knowledge": t`Open the Knowledge Base tab`,
    "dashboard.channels": t`Open the Channels tab`,
    "dashboard.prompt": t`Open the Prompt tab`,
    "dashboard.settings": t`Open the Settings tab`,
    "dashboard.custom_tabs": t`Open custom tabs`,
    "portals.tenant_admin": t`Open the Tenant Admin portal`,
    "portals.operations": t`Open the Operations portal`,
    "portals.agent_desktop": t`Open the Agent Desktop`,
    "portals.analytics": t`Open the Analytics portal`,
    "portals.dashboard": t`Open the Client Dashboard`,
  };
}

/** A permission group's name in the reader's language. */
export function groupName(group: string): string {
  const names: Record<string, string> = {
    Users: t`Users`,
    Roles: t`Roles`,
    Organizations: t`Organizations`,
    Security: t`Security`,
    Bots: t`Bots`,
    Conversations: t`Conversations`,
    Analytics: t`Analytics`,
    "Client dashboard": t`Client dashboard`,
    Portals: t`Portals`,
  };
  return names[group] ?? group;
}
