package people

// Role is a custom role that generated people hold.
type Role struct {
	Code, Name string
	// PerMillion is about how many people in a million hold it.
	PerMillion int
}

// roleCatalog is in order of popularity: a few roles cover most people, the
// last ones belong to about ten people in a million.
var roleCatalog = []Role{
	{"chat_agent", "Chat agent", 300000},
	{"tier_1_support", "Tier 1 support", 210000},
	{"inbox_user", "Inbox user", 160000},
	{"knowledge_reader", "Knowledge reader", 120000},
	{"report_viewer", "Report viewer", 95000},
	{"voice_agent", "Voice agent", 76000},
	{"tier_2_support", "Tier 2 support", 60000},
	{"sales_chat", "Sales chat", 50000},
	{"email_agent", "E-mail agent", 42000},
	{"shift_lead", "Shift lead", 36000},
	{"whatsapp_agent", "WhatsApp agent", 30000},
	{"quality_reviewer", "Quality reviewer", 26000},
	{"knowledge_editor", "Knowledge editor", 22000},
	{"team_scheduler", "Team scheduler", 19000},
	{"bot_tester", "Bot tester", 16000},
	{"refund_approver", "Refund approver", 13000},
	{"bot_trainer", "Bot trainer", 11000},
	{"spanish_queue", "Spanish queue", 9000},
	{"vip_desk", "VIP desk", 7500},
	{"french_queue", "French queue", 6000},
	{"campaign_manager", "Campaign manager", 5000},
	{"german_queue", "German queue", 4000},
	{"integration_owner", "Integration owner", 3200},
	{"data_exporter", "Data exporter", 2500},
	{"translator", "Translator", 2000},
	{"night_shift", "Night shift", 1500},
	{"escalation_manager", "Escalation manager", 1100},
	{"workforce_planner", "Workforce planner", 800},
	{"brand_editor", "Brand editor", 600},
	{"compliance_reviewer", "Compliance reviewer", 400},
	{"fraud_desk", "Fraud desk", 280},
	{"accessibility_lead", "Accessibility lead", 190},
	{"privacy_officer", "Privacy officer", 130},
	{"press_desk", "Press desk", 90},
	{"incident_commander", "Incident commander", 60},
	{"billing_owner", "Billing owner", 40},
	{"security_auditor", "Security auditor", 28},
	{"legal_hold", "Legal hold", 20},
	{"domain_keeper", "Domain keeper", 14},
	{"key_custodian", "Key custodian", 10},
}

// Roles returns the 40 roles that generated people hold, most popular first.
func Roles() []Role { return append([]Role(nil), roleCatalog...) }

func roleWeights() []float64 {
	w := make([]float64, len(roleCatalog))
	for i, r := range roleCatalog {
		w[i] = float64(r.PerMillion)
	}
	return w
}

// pickRoles returns 0 to 4 different roles; 1.4 on average, which with the
// weights above makes the shares what the catalogue says.
func (g *Generator) pickRoles(r *rng, userType string) []string {
	n, u := 0, r.below(100)
	switch {
	case u < 12:
	case u < 62:
		n = 1
	case u < 87:
		n = 2
	case u < 96:
		n = 3
	default:
		n = 4
	}
	if userType == "service" {
		n = min(n, 1)
	}
	if n == 0 {
		return nil
	}
	roles := make([]string, 0, n)
draw:
	for try := 0; len(roles) < n && try < 12; try++ {
		code := roleCatalog[g.roles.pick(r)].Code
		for _, held := range roles {
			if held == code {
				continue draw
			}
		}
		roles = append(roles, code)
	}
	return roles
}
