package people

import (
	"slices"
	"strings"
	"time"
)

// Company is the demo tenant: an agency that runs chats for its clients.
type Company struct {
	Name, Slug, Domain string
	BrandColor         string // #rrggbb
	Description        string
	Clients            []Client
	Teams              []Team
	Agents             []Agent
	Roles              []CompanyRole
	People             []Employee
}

// Client is a client organization below the agency's root organization.
type Client struct {
	Name, Slug, Domain, BrandColor, Description string
}

// Team takes chats together. Organization is a slug.
type Team struct{ Organization, Code, Name string }

// Agent is an AI agent; Clients are slugs, State is active or paused.
type Agent struct {
	Name, Description, ExternalID, State string
	Clients                              []string
}

// CompanyRole is a custom role with the permissions it grants.
type CompanyRole struct {
	Code, Name, Description string
	Scope                   string // organization or team
	Permissions             []string
}

// Employee is a person of the demo company. Roles of the embedded Person holds
// codes of system roles and of Company.Roles together.
type Employee struct {
	Person
	Organization string   // slug of their main organization
	Ticks        []string // checkboxes of a client's person: see access.Options
	AlsoIn       []string // slugs of further organizations
	Descendants  bool     // their access reaches the organizations below, too
	Teams        []string // team codes of Organization
	PortraitSeed uint64   // for Portrait, if HasPhoto
	SignIn       bool     // the demo names them among those to sign in as
	TeamLead     bool     // leads the first of Teams
}

// DemoCompany returns the company that `retinue demo` shows. The first employee
// is the tenant admin that a newcomer signs in as. It is the same on every call.
func DemoCompany() Company {
	c := Company{
		Name: "Kestrel Lane", Slug: "kestrel-lane", Domain: "kestrellane.example", BrandColor: "#0f766e",
		Description: "Agency for customer conversations: 60 people, five languages, four clients.",
		Clients: []Client{
			{"Brightdesk", "brightdesk", "brightdesk.example", "#2563eb", "Desks, chairs and lamps for people who work at home."},
			{"Marrow & Mint", "marrow-and-mint", "marrowandmint.example", "#3f8f3f", "Groceries from nearby farms, delivered the same day."},
			{"Volta Nord", "volta-nord", "voltanord.example", "#b45309", "Electricity and heat pumps for 300,000 homes."},
			{"Pebblepath Travel", "pebblepath-travel", "pebblepath.example", "#7c3aed", "Walking holidays with a guide, from the Azores to Zakopane."},
		},
		Teams: demoTeams, Agents: demoAgents, Roles: demoRoles,
	}
	hosts := map[string]string{c.Slug: c.Domain}
	for _, client := range c.Clients {
		hosts[client.Slug] = client.Domain
	}
	for i, s := range demoStaff {
		c.People = append(c.People, s.employee(i, hosts[s.org]))
	}
	return c
}

var demoTeams = []Team{
	{"kestrel-lane", "night-owls", "Night owls"},
	{"kestrel-lane", "bot-workshop", "Bot workshop"},
	{"kestrel-lane", "floaters", "Floaters"},
	{"brightdesk", "orders", "Orders & delivery"},
	{"brightdesk", "assembly", "Assembly help"},
	{"marrow-and-mint", "doorstep", "Doorstep"},
	{"marrow-and-mint", "farm-desk", "Farm desk"},
	{"volta-nord", "billing", "Billing"},
	{"volta-nord", "outages", "Outages"},
	{"pebblepath-travel", "bookings", "Bookings"},
	{"pebblepath-travel", "on-the-trail", "On the trail"},
}

var demoAgents = []Agent{
	{"Desk helper", "Answers questions about orders, delivery and assembly.", "kl-bot-101", "active", []string{"brightdesk"}},
	{"Returns", "Takes returns and explains refunds.", "kl-bot-102", "active", []string{"brightdesk", "marrow-and-mint"}},
	{"Market stall", "Knows what is in season and when the van comes.", "kl-bot-203", "active", []string{"marrow-and-mint"}},
	{"Meter reader", "Explains bills and takes meter readings.", "kl-bot-301", "active", []string{"volta-nord"}},
	{"Outage line", "Tells callers what is known of a power cut. Paused outside of storms.", "kl-bot-302", "paused", []string{"volta-nord"}},
	{"Trail guide", "In training; no client has it yet.", "", "paused", nil},
}

var demoRoles = []CompanyRole{
	{
		"shift_lead", "Shift lead", "Watches the chats of a team and moves them between people.", "team",
		[]string{"conversations.read", "conversations.monitor", "conversations.transfer", "teams.read"},
	},
	{
		"quality_reviewer", "Quality reviewer", "Reads finished chats and the reports about them.", "organization",
		[]string{"conversations.read", "reports.read", "analytics.read"},
	},
	{
		"knowledge_editor", "Knowledge editor", "Keeps the articles that people and AI agents answer from.", "organization",
		[]string{"knowledge.read", "knowledge.manage", "prompts.read"},
	},
	{
		"people_desk", "People desk", "Adds colleagues and helps those who can't sign in.", "organization",
		[]string{"users.read", "users.create", "users.update", "users.reset_password", "teams.read", "roles.read"},
	},
	{
		"privacy_officer", "Privacy officer", "Reads the audit log and answers requests about personal data.", "organization",
		[]string{"audit.read", "audit.export", "users.read", "users.export"},
	},
	{
		"channel_keeper", "Channel keeper", "Connects web chat, e-mail and messengers.", "organization",
		[]string{"channels.read", "channels.manage", "bots.read"},
	},
}

// staff is one line of the demo's staff list.
type staff struct {
	given, family, nick, local string
	org, kind, roles, teams    string // roles and teams are separated by spaces
	photo                      int    // portrait seed; -1: none
	zone, locale               string
	flags                      string // of: signin, suspended, never, everywhere, lead, nophone; also=SLUG, tick=OPTION
}

// employee completes a line with what the generator would give such a person.
func (s staff) employee(i int, host string) Employee {
	r := newRNG(0xde40, uint64(i))
	e := Employee{Organization: s.org, Teams: strings.Fields(s.teams)}
	e.Person = Person{
		GivenName: s.given, FamilyName: s.family, Nickname: s.nick, Email: s.local + "@" + host,
		Timezone: s.zone, Locale: s.locale, Type: s.kind, Status: "active", Roles: strings.Fields(s.roles),
		ExternalID: "KL-" + digits(&r, 5), HasPhoto: s.photo >= 0,
	}
	if e.HasPhoto {
		e.PortraitSeed = uint64(s.photo)
	}
	e.CreatedAgo = time.Duration(r.between(25, 900) * float64(day))
	e.LastSignInAgo = min(time.Duration(r.exp()*3*float64(day))+4*time.Minute, e.CreatedAgo-day)
	e.Phone = phoneOf(&r, s.zone)
	for flag := range strings.FieldsSeq(s.flags) {
		e.apply(flag, &r)
	}
	return e
}

func (e *Employee) apply(flag string, r *rng) {
	switch name, value, _ := strings.Cut(flag, "="); name {
	case "signin":
		e.SignIn = true
	case "suspended":
		e.Status = "suspended"
		e.LastSignInAgo = min(time.Duration(r.between(20, 160)*float64(day)), e.CreatedAgo-day)
	case "never":
		e.LastSignInAgo = -1
		e.CreatedAgo = time.Duration(r.between(0.2, 9) * float64(day))
	case "everywhere":
		e.Descendants = true
	case "lead":
		e.TeamLead = true
	case "nophone":
		e.Phone = ""
	case "tick":
		e.Ticks = append(e.Ticks, value)
	case "also":
		e.AlsoIn = append(e.AlsoIn, value)
	}
}

// phoneOf returns a number of the country around a timezone, or none.
func phoneOf(r *rng, zone string) string {
	for _, l := range locales {
		if slices.Contains(l.zones, zone) {
			return phone(r, l.phones[r.below(len(l.phones))])
		}
	}
	return ""
}
