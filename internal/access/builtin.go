package access

import (
	"slices"

	"github.com/retinue/retinue/internal/iam"
)

// dashboard is everything there is to open in a client organization's dashboard.
var dashboard = SetOf(iam.PermPortalDashboard, iam.PermDashboardHome, iam.PermDashboardConversations, iam.PermDashboardAnalytics,
	iam.PermDashboardKnowledge, iam.PermDashboardChannels, iam.PermDashboardPrompt, iam.PermDashboardSettings, iam.PermDashboardCustomTabs)

// baselines are what a user type grants by itself, without any role.
var baselines = map[iam.UserType]Set{
	iam.TypeTenantAdmin: All,
	iam.TypeBotAdmin: SetOf(iam.PermPortalOperations, iam.PermPortalAnalytics, iam.PermDirectoryRead, iam.PermAPIKeysManage,
		iam.PermBotsRead, iam.PermBotsManage, iam.PermBotsConfigure, iam.PermBotsPublish, iam.PermKnowledgeRead, iam.PermKnowledgeManage,
		iam.PermChannelsRead, iam.PermChannelsManage, iam.PermPromptsRead, iam.PermPromptsManage,
		iam.PermConversationsRead, iam.PermConversationsTest, iam.PermAnalyticsRead),
	iam.TypeSupervisor: SetOf(iam.PermPortalOperations, iam.PermPortalAgentDesktop, iam.PermPortalAnalytics, iam.PermDirectoryRead,
		iam.PermTeamsRead, iam.PermBotsRead, iam.PermConversationsRead, iam.PermConversationsHandle, iam.PermConversationsMonitor,
		iam.PermConversationsTransfer, iam.PermAnalyticsRead, iam.PermReportsRead),
	iam.TypeAgent: SetOf(iam.PermPortalAgentDesktop, iam.PermDirectoryRead,
		iam.PermConversationsRead, iam.PermConversationsHandle, iam.PermConversationsTransfer),
	iam.TypeAnalyst: SetOf(iam.PermPortalAnalytics, iam.PermAnalyticsRead, iam.PermReportsRead, iam.PermReportsExport),
	// Read-only across the platform, but not what shows secrets' traces or takes
	// the directory out of the house: the audit log, sessions and exports. The
	// tabs of a client's dashboard are opened one by one, for viewers too.
	iam.TypeViewer: ReadOnly &^ dashboard &^
		SetOf(iam.PermAuditRead, iam.PermAuditExport, iam.PermSessionsRead, iam.PermUsersExport, iam.PermReportsExport),
	// The people of client organizations: nothing but what they are given.
	iam.TypeMember:  SetOf(iam.PermPortalDashboard),
	iam.TypeClient:  0,
	iam.TypeService: 0,
}

// ceilings are what a user type can have at most, whatever is granted.
var ceilings = map[iam.UserType]Set{
	iam.TypeTenantAdmin: All,
	iam.TypeBotAdmin:    All,
	iam.TypeSupervisor:  All,
	iam.TypeAgent:       All,
	iam.TypeAnalyst:     ReadOnly,
	iam.TypeViewer:      ReadOnly,
	iam.TypeMember:      All,
	iam.TypeClient:      0,
	// Portals, too: a program opens none, but what adds and changes people has to
	// hold all that they do, and everybody opens some portal (docs/adr/0027).
	iam.TypeService: All,
}

// Baseline is what a user type grants by itself.
func Baseline(t iam.UserType) Set { return baselines[t] }

// Ceiling is what a user type can have at most.
func Ceiling(t iam.UserType) Set { return ceilings[t] }

// The system roles that have a meaning of their own.
const (
	// RoleAdmin is what somebody always holds.
	RoleAdmin iam.RoleID = "role_admin"
	// RoleOrgAdmin is held by whoever runs a client organization.
	RoleOrgAdmin iam.RoleID = "role_org_admin"
)

// orgAdmin is what whoever runs a client organization may do in it: manage its
// people, how it looks and its policies, see what happened, and give people every
// tab and what it shows. They hold what a client's agents, supervisors, analysts
// and viewers hold: nobody manages people who may do more than they.
var orgAdmin = dashboard | optionPermissions() | baselines[iam.TypeSupervisor] | baselines[iam.TypeAnalyst] | baselines[iam.TypeViewer] | SetOf(iam.PermPortalTenantAdmin,
	iam.PermUsersRead, iam.PermUsersCreate, iam.PermUsersUpdate, iam.PermUsersSuspend, iam.PermUsersDelete,
	iam.PermUsersResetPassword, iam.PermUsersInvite, iam.PermUsersExport, iam.PermSessionsRead, iam.PermSessionsRevoke,
	iam.PermDirectoryRead, iam.PermRolesRead, iam.PermRolesAssign, iam.PermOrganizationsRead, iam.PermOrganizationsManage,
	iam.PermTeamsRead, iam.PermTeamsManage, iam.PermBrandingManage, iam.PermPoliciesManage,
	iam.PermAuditRead, iam.PermAuditExport, iam.PermReviewsManage)

// SystemRoles returns the built-in roles: locked, and the same in every tenant.
func SystemRoles() []*iam.Role {
	role := func(code, name, description string, s Set) *iam.Role {
		return &iam.Role{
			ID: iam.RoleID("role_" + code), Code: code, Name: name, Description: description,
			Scope: iam.ScopeOrganization, System: true, Permissions: s.Permissions(), Version: 1,
		}
	}
	agent := baselines[iam.TypeAgent]
	return []*iam.Role{
		role("admin", "Admin", "Everything, always held by somebody.", All),
		role("org_admin", "Org Admin", "Runs one client organization: its information and looks, its people and what they may open, its policies and its audit log.", orgAdmin),
		role("manager", "Manager", "Runs the people: users, roles, organizations and teams, and sees what happens.",
			baselines[iam.TypeSupervisor]|baselines[iam.TypeViewer]|baselines[iam.TypeMember]|SetOf(iam.PermUsersCreate, iam.PermUsersUpdate, iam.PermUsersSuspend, iam.PermUsersResetPassword,
				iam.PermUsersExport, iam.PermUsersInvite, iam.PermSessionsRead, iam.PermSessionsRevoke, iam.PermRolesAssign,
				iam.PermTeamsManage, iam.PermReportsExport)),
		role("agent", "Agent", "Takes chats and answers customers.", agent),
		role("test_agent", "Test Agent", "Takes only chats that were started for testing.",
			SetOf(iam.PermPortalAgentDesktop, iam.PermDirectoryRead, iam.PermConversationsTest)),
		role("bot_builder", "Bot Builder", "Builds AI agents, their knowledge, channels and prompts.", baselines[iam.TypeBotAdmin]),
		role("supervisor", "Supervisor", "Follows chats and agents, and steps in.", baselines[iam.TypeSupervisor]),
		role("analyst", "Analyst", "Reads figures and reports.", baselines[iam.TypeAnalyst]),
		role("viewer", "Viewer", "Sees the platform and changes nothing.", baselines[iam.TypeViewer]),
	}
}

// definitions are the built-in roles by id.
var definitions = func() map[iam.RoleID]*iam.Role {
	m := map[iam.RoleID]*iam.Role{}
	for _, r := range SystemRoles() {
		m[r.ID] = r
	}
	return m
}()

// Define returns a role as it counts: a built-in one as this version of the
// product defines it, since its row only makes it something to be held and may
// be older; every other as it is.
func Define(r *iam.Role) *iam.Role {
	d := definitions[r.ID]
	if d == nil || !r.System {
		return r
	}
	out := *r
	out.Name, out.Description, out.Permissions = d.Name, d.Description, slices.Clone(d.Permissions)
	return &out
}

// Portal is a place people work in.
type Portal struct {
	ID         string
	Name       string
	Permission iam.Permission
}

var portalList = []Portal{
	{"tenant_admin", "Tenant Admin", iam.PermPortalTenantAdmin},
	{"operations", "Operations", iam.PermPortalOperations},
	{"agent_desktop", "Agent Desktop", iam.PermPortalAgentDesktop},
	{"analytics", "Analytics", iam.PermPortalAnalytics},
	{"dashboard", "Client Dashboard", iam.PermPortalDashboard},
}

// Portals are those that effective opens. The Client Dashboard is a client
// organization's, not the company's own (inRoot); any of its tabs opens it.
func Portals(effective Set, inRoot bool) []Portal {
	out := []Portal{}
	for _, p := range portalList {
		open := effective.Has(p.Permission)
		if p.Permission == iam.PermPortalDashboard {
			open = OpensDashboard(effective, inRoot)
		}
		if open {
			out = append(out, p)
		}
	}
	return out
}

// OpensDashboard tells whether effective opens the Client Dashboard.
func OpensDashboard(effective Set, inRoot bool) bool { return !inRoot && effective&dashboard != 0 }

// homes is where a type lands after sign-in, when it is open to the person.
var homes = map[iam.UserType]string{
	iam.TypeTenantAdmin: "tenant_admin", iam.TypeBotAdmin: "operations", iam.TypeSupervisor: "operations",
	iam.TypeAgent: "agent_desktop", iam.TypeAnalyst: "analytics", iam.TypeViewer: "operations",
	iam.TypeMember: "dashboard",
}

// Home is the portal in which somebody of the type lands; "" when none is open.
func Home(t iam.UserType, effective Set, inRoot bool) string {
	open := Portals(effective, inRoot)
	for _, p := range open {
		if p.ID == homes[t] {
			return p.ID
		}
	}
	if len(open) > 0 {
		return open[0].ID
	}
	return ""
}
