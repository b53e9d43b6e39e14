package access

import (
	"slices"

	"github.com/retinue/retinue/internal/iam"
)

// Feature is something that an organization has or does not have at all,
// whatever its people are granted. Managing people is never a feature, so that no
// organization can lose its own administration.
type Feature struct {
	Code        string
	Name        string
	Description string // what goes away without it, for somebody who is not technical
	Set         Set
}

var features = []Feature{
	{
		"conversations", "Conversations", "Transcripts of chats, and handling them.",
		SetOf(iam.PermDashboardConversations, iam.PermConversationsRead, iam.PermConversationsHandle, iam.PermConversationsTest,
			iam.PermConversationsMonitor, iam.PermConversationsTransfer),
	},
	{
		"analytics", "Analytics", "Figures, charts and reports.",
		SetOf(iam.PermDashboardAnalytics, iam.PermPortalAnalytics, iam.PermAnalyticsRead, iam.PermReportsRead, iam.PermReportsExport),
	},
	{
		"knowledge", "Knowledge Base", "What the AI agents know.",
		SetOf(iam.PermDashboardKnowledge, iam.PermKnowledgeRead, iam.PermKnowledgeManage),
	},
	{
		"channels", "Channels", "Where the AI agents can be reached.",
		SetOf(iam.PermDashboardChannels, iam.PermChannelsRead, iam.PermChannelsManage),
	},
	{
		"prompt", "Prompt", "Prompt, model and interface settings.",
		SetOf(iam.PermDashboardPrompt, iam.PermPromptsRead, iam.PermPromptsManage),
	},
	{
		"settings", "Settings and bots", "The widget's settings, and the AI agents themselves.",
		SetOf(iam.PermDashboardSettings, iam.PermPortalOperations, iam.PermBotsRead, iam.PermBotsManage, iam.PermBotsConfigure, iam.PermBotsPublish),
	},
	{"custom_tabs", "Custom tabs", "Pages of the agency's own in the dashboard.", SetOf(iam.PermDashboardCustomTabs)},
	{"agent_desktop", "Agent Desktop", "The portal in which chats are handled.", SetOf(iam.PermPortalAgentDesktop)},
	{"teams", "Teams", "Groups of people who take chats together.", SetOf(iam.PermTeamsRead, iam.PermTeamsManage)},
	{"api_keys", "API keys", "Programs that act for the organization's people.", SetOf(iam.PermAPIKeysManage, iam.PermServiceKeysManage)},
}

// Features returns the features in the order of screens.
func Features() []Feature { return slices.Clone(features) }

// KnownFeature tells whether there is a feature with the code.
func KnownFeature(code string) bool {
	return slices.ContainsFunc(features, func(f Feature) bool { return f.Code == code })
}

// FeatureSet is what an organization with the features may have at all: theirs,
// and everything that belongs to no feature. nil is all features.
func FeatureSet(codes []string) Set {
	if codes == nil {
		return All
	}
	var off, on Set
	for _, f := range features {
		if slices.Contains(codes, f.Code) {
			on |= f.Set
		} else {
			off |= f.Set
		}
	}
	return All&^off | on
}

// FeatureCodes are the codes of the features that are in s as a whole.
func FeatureCodes(s Set) []string {
	out := []string{}
	for _, f := range features {
		if s.Contains(f.Set) {
			out = append(out, f.Code)
		}
	}
	return out
}
