package access

import "github.com/retinue/retinue/internal/iam"

// Entry is one permission of the catalogue.
type Entry struct {
	ID          iam.Permission
	Group       string
	Label       string // what one may do, in a few words
	Description string // what that opens, for somebody who is not technical
	ReadOnly    bool   // it changes nothing: viewers and analysts may hold it
}

// catalogue lists every permission there is, grouped as screens show them. New
// entries go anywhere; nothing stores their positions.
var catalogue = []Entry{
	{iam.PermUsersRead, "Users", "See users", "The list of users, their profiles and what each may do.", true},
	{iam.PermUsersCreate, "Users", "Add users", "Create people with a temporary password.", false},
	{iam.PermUsersUpdate, "Users", "Edit users", "Names, e-mail, phone, photo, language and time zone of other people.", false},
	{iam.PermUsersSuspend, "Users", "Suspend and reactivate users", "Stop people from signing in, and let them in again.", false},
	{iam.PermUsersDelete, "Users", "Delete users", "Remove people for good; what they wrote stays.", false},
	{iam.PermUsersResetPassword, "Users", "Reset passwords", "Give people a new temporary password.", false},
	{iam.PermUsersImport, "Users", "Import users", "Add many people from a CSV file.", false},
	{iam.PermUsersExport, "Users", "Export users", "Download the list of users.", true},
	{iam.PermUsersInvite, "Users", "Invite users", "Send invitations by e-mail, send them again and take them back.", false},
	{iam.PermUsersImpersonate, "Users", "Log in as users", "See what somebody with no more access sees, to check or to help. Both names are logged.", false},
	{iam.PermUsersErase, "Users", "Erase personal data", "Export everything about a person, and replace their name for good.", false},
	{iam.PermSessionsRead, "Users", "See where people are signed in", "Where other people are signed in.", true},
	{iam.PermSessionsRevoke, "Users", "Sign people out", "Sign other people out.", false},
	{iam.PermFieldsManage, "Users", "Define custom fields", "What else is kept of people, such as a department or an employee number.", false},
	{iam.PermDirectoryRead, "Users", "See colleagues", "Names, photos and e-mail of the people one works with, and whether they are online.", true},

	{iam.PermRolesRead, "Roles", "See roles", "Which roles there are and what each allows.", true},
	{iam.PermRolesManage, "Roles", "Create, edit and delete roles", "Create, change and delete custom roles.", false},
	{iam.PermRolesAssign, "Roles", "Give and take away roles", "Give roles and permissions to people and take them away.", false},

	{iam.PermOrganizationsRead, "Organizations", "See organizations", "The tree of client organizations.", true},
	{iam.PermOrganizationsManage, "Organizations", "Create, edit and delete organizations", "Create, rename and delete client organizations.", false},
	{iam.PermTeamsRead, "Organizations", "See teams", "Which teams there are and who is in them.", true},
	{iam.PermTeamsManage, "Organizations", "Create, edit and delete teams", "Create teams and change who is in them.", false},
	{iam.PermBrandingManage, "Organizations", "Manage branding", "Logo, color, domains and mail texts that clients see.", false},
	{iam.PermTabsManage, "Organizations", "Manage dashboard tabs", "Custom tabs, and which app each built-in tab opens.", false},

	{iam.PermAuditRead, "Security", "Read the audit log", "Who did what, and when.", true},
	{iam.PermAuditExport, "Security", "Export the audit log", "Download the audit log.", true},
	{iam.PermAPIKeysManage, "Security", "Make own API keys", "Create keys that act with one's own permissions.", false},
	{iam.PermServiceKeysManage, "Security", "Make API keys for service accounts", "Create and revoke keys of service users.", false},
	{iam.PermOutboxRead, "Security", "Read the outbox", "The mails that were or would have been sent, with their links.", false},
	{iam.PermPoliciesManage, "Security", "Manage policies", "Idle logout, allowed addresses and password rules.", false},
	{iam.PermReviewsManage, "Security", "Review access", "Go through who may do what, and keep, reduce or remove it.", false},

	{iam.PermBotsRead, "Bots", "See bots", "The AI agents and their settings.", true},
	{iam.PermBotsManage, "Bots", "Create, edit and delete bots", "Create AI agents and change them.", false},
	{iam.PermBotsConfigure, "Bots", "Change the widget’s settings", "How the chat widget looks and greets.", false},
	{iam.PermBotsPublish, "Bots", "Publish bots", "Put a version in front of customers.", false},
	{iam.PermKnowledgeRead, "Bots", "See knowledge", "What the AI agents know.", true},
	{iam.PermKnowledgeManage, "Bots", "Edit knowledge", "Add, change and remove what they know.", false},
	{iam.PermChannelsRead, "Bots", "See channels", "Where the AI agents can be reached.", true},
	{iam.PermChannelsManage, "Bots", "Edit channels", "Connect and disconnect channels.", false},
	{iam.PermPromptsRead, "Bots", "See prompts", "Prompt and model settings.", true},
	{iam.PermPromptsManage, "Bots", "Edit prompts", "Change prompt and model settings.", false},

	{iam.PermConversationsRead, "Conversations", "Read conversations", "Transcripts of chats.", true},
	{iam.PermConversationsHandle, "Conversations", "Handle conversations", "Take chats and answer customers.", false},
	{iam.PermConversationsTest, "Conversations", "Hold test conversations", "Take chats that were started for testing.", false},
	{iam.PermConversationsMonitor, "Conversations", "Monitor conversations", "Follow chats as they happen.", true},
	{iam.PermConversationsTransfer, "Conversations", "Transfer conversations", "Hand chats to somebody else or take them over.", false},

	{iam.PermAnalyticsRead, "Analytics", "See analytics", "Figures and charts.", true},
	{iam.PermReportsRead, "Analytics", "See reports", "Saved reports.", true},
	{iam.PermReportsExport, "Analytics", "Export reports", "Download reports.", true},

	{iam.PermDashboardHome, "Client dashboard", "Open the Home tab", "The overview: the team, the agents, what is new.", true},
	{iam.PermDashboardConversations, "Client dashboard", "Open the Conversations tab", "Opens the tab with the transcripts of chats.", true},
	{iam.PermDashboardAnalytics, "Client dashboard", "Open the Analytics tab", "Opens the tab with figures and charts.", true},
	{iam.PermDashboardKnowledge, "Client dashboard", "Open the Knowledge Base tab", "Opens the tab with what the AI agents know.", true},
	{iam.PermDashboardChannels, "Client dashboard", "Open the Channels tab", "Opens the tab with connected channels.", true},
	{iam.PermDashboardPrompt, "Client dashboard", "Open the Prompt tab", "Opens the tab with prompt and model settings.", true},
	{iam.PermDashboardSettings, "Client dashboard", "Open the Settings tab", "Opens the tab with the widget's settings.", true},
	{iam.PermDashboardCustomTabs, "Client dashboard", "Open custom tabs", "Opens all custom tabs that are not for chosen people only.", true},

	{iam.PermPortalTenantAdmin, "Portals", "Open the Tenant Admin portal", "Opens the portal for people, roles and security.", true},
	{iam.PermPortalOperations, "Portals", "Open the Operations portal", "Opens the portal for bots and day-to-day operation.", true},
	{iam.PermPortalAgentDesktop, "Portals", "Open the Agent Desktop", "Opens the portal where chats are handled.", true},
	{iam.PermPortalAnalytics, "Portals", "Open the Analytics portal", "Opens the portal for figures and reports.", true},
	{iam.PermPortalDashboard, "Portals", "Open the Client Dashboard", "Opens the dashboard of a client organization.", true},
}

var position = func() map[iam.Permission]int {
	m := make(map[iam.Permission]int, len(catalogue))
	for i, e := range catalogue {
		m[e.ID] = i
	}
	return m
}()

// Catalogue returns every permission, grouped, in the order of screens.
func Catalogue() []Entry { return append([]Entry(nil), catalogue...) }

// Known tells whether p is in the catalogue.
func Known(p iam.Permission) bool { _, ok := position[p]; return ok }
