package access

import (
	"slices"

	"github.com/retinue/retinue/internal/iam"
)

// Option is one of the checkboxes by which people of a client organization are
// given access: a role, or permissions granted directly. It is ticked when all
// of it is held.
type Option struct {
	ID          string
	Name        string
	Description string // what it opens, for somebody who is not technical
	Role        iam.RoleID
	Permissions []iam.Permission
}

var options = []Option{
	{ID: "org_admin", Name: "Org Admin", Description: "Edits the organization's information and creates and invites its people. All of the following comes with it.", Role: RoleOrgAdmin},
	{ID: "home", Name: "Home", Description: "The overview of the dashboard.", Permissions: []iam.Permission{iam.PermDashboardHome}},
	{
		ID: "conversations", Name: "Conversations", Description: "Reads and handles chat transcripts.",
		Permissions: []iam.Permission{iam.PermDashboardConversations, iam.PermConversationsRead, iam.PermConversationsHandle},
	},
	{
		ID: "analytics", Name: "Analytics", Description: "Sees the widget's figures.",
		Permissions: []iam.Permission{iam.PermDashboardAnalytics, iam.PermAnalyticsRead},
	},
	{
		ID: "knowledge", Name: "Knowledge Base", Description: "Reads and edits what the AI agents know.",
		Permissions: []iam.Permission{iam.PermDashboardKnowledge, iam.PermKnowledgeRead, iam.PermKnowledgeManage},
	},
	{
		ID: "channels", Name: "Channels", Description: "Connects and disconnects channels.",
		Permissions: []iam.Permission{iam.PermDashboardChannels, iam.PermChannelsRead, iam.PermChannelsManage},
	},
	{
		ID: "prompt", Name: "Prompt", Description: "Adjusts prompt, model and interface settings.",
		Permissions: []iam.Permission{iam.PermDashboardPrompt, iam.PermPromptsRead, iam.PermPromptsManage},
	},
	{
		ID: "settings", Name: "Settings", Description: "Changes the widget's settings.",
		Permissions: []iam.Permission{iam.PermDashboardSettings, iam.PermBotsRead, iam.PermBotsConfigure},
	},
	{ID: "custom_tabs", Name: "Custom Tab", Description: "Opens the custom tabs made for the organization.", Permissions: []iam.Permission{iam.PermDashboardCustomTabs}},
}

// Options returns the checkboxes in the order of screens.
func Options() []Option { return append([]Option(nil), options...) }

// optionPermissions is everything that the checkboxes grant directly.
func optionPermissions() Set {
	var s Set
	for _, o := range options {
		s |= SetOf(o.Permissions...)
	}
	return s
}

// Ticked tells whether a membership holds all of the option.
func (o Option) Ticked(m *iam.Membership) bool {
	if o.Role != "" {
		return slices.Contains(m.Roles, o.Role)
	}
	return SetOf(m.Permissions...).Contains(SetOf(o.Permissions...))
}
