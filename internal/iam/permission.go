package iam

// Permission is one thing that can be allowed: "resource.action". The catalogue
// in package access lists all there are.
type Permission string

// The permissions. Use these names, never literals.
const (
	PermUsersRead          Permission = "users.read"
	PermUsersCreate        Permission = "users.create"
	PermUsersUpdate        Permission = "users.update"
	PermUsersSuspend       Permission = "users.suspend"
	PermUsersDelete        Permission = "users.delete"
	PermUsersResetPassword Permission = "users.reset_password"
	PermUsersImport        Permission = "users.import"
	PermUsersExport        Permission = "users.export"
	PermUsersInvite        Permission = "users.invite"
	PermUsersImpersonate   Permission = "users.impersonate"
	PermUsersErase         Permission = "users.erase"
	PermSessionsRead       Permission = "sessions.read"
	PermSessionsRevoke     Permission = "sessions.revoke"
	PermDirectoryRead      Permission = "directory.read"
	PermFieldsManage       Permission = "fields.manage"

	PermRolesRead   Permission = "roles.read"
	PermRolesManage Permission = "roles.manage"
	PermRolesAssign Permission = "roles.assign"

	PermOrganizationsRead   Permission = "organizations.read"
	PermOrganizationsManage Permission = "organizations.manage"
	PermTeamsRead           Permission = "teams.read"
	PermTeamsManage         Permission = "teams.manage"
	PermBrandingManage      Permission = "branding.manage"
	PermTabsManage          Permission = "tabs.manage"

	PermAuditRead         Permission = "audit.read"
	PermAuditExport       Permission = "audit.export"
	PermAPIKeysManage     Permission = "api_keys.manage"
	PermServiceKeysManage Permission = "service_keys.manage"
	PermOutboxRead        Permission = "outbox.read"
	PermPoliciesManage    Permission = "policies.manage"
	PermReviewsManage     Permission = "reviews.manage"

	PermBotsRead        Permission = "bots.read"
	PermBotsManage      Permission = "bots.manage"
	PermBotsConfigure   Permission = "bots.configure"
	PermBotsPublish     Permission = "bots.publish"
	PermKnowledgeRead   Permission = "knowledge.read"
	PermKnowledgeManage Permission = "knowledge.manage"
	PermChannelsRead    Permission = "channels.read"
	PermChannelsManage  Permission = "channels.manage"
	PermPromptsRead     Permission = "prompts.read"
	PermPromptsManage   Permission = "prompts.manage"

	PermConversationsRead     Permission = "conversations.read"
	PermConversationsHandle   Permission = "conversations.handle"
	PermConversationsTest     Permission = "conversations.test"
	PermConversationsMonitor  Permission = "conversations.monitor"
	PermConversationsTransfer Permission = "conversations.transfer"

	PermAnalyticsRead Permission = "analytics.read"
	PermReportsRead   Permission = "reports.read"
	PermReportsExport Permission = "reports.export"

	PermDashboardHome          Permission = "dashboard.home"
	PermDashboardConversations Permission = "dashboard.conversations"
	PermDashboardAnalytics     Permission = "dashboard.analytics"
	PermDashboardKnowledge     Permission = "dashboard.knowledge"
	PermDashboardChannels      Permission = "dashboard.channels"
	PermDashboardPrompt        Permission = "dashboard.prompt"
	PermDashboardSettings      Permission = "dashboard.settings"
	PermDashboardCustomTabs    Permission = "dashboard.custom_tabs"

	PermPortalTenantAdmin  Permission = "portals.tenant_admin"
	PermPortalOperations   Permission = "portals.operations"
	PermPortalAgentDesktop Permission = "portals.agent_desktop"
	PermPortalAnalytics    Permission = "portals.analytics"
	PermPortalDashboard    Permission = "portals.dashboard"
)
