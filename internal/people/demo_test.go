package people

import (
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestDemoCompanyIsTheSameEveryTime(t *testing.T) {
	if diff := cmp.Diff(DemoCompany(), DemoCompany()); diff != "" {
		t.Fatal(diff)
	}
}

func TestDemoCompanyHangsTogether(t *testing.T) {
	c := DemoCompany()
	orgs := []string{c.Slug}
	for _, client := range c.Clients {
		orgs = append(orgs, client.Slug)
	}
	if len(orgs) != 5 || len(c.People) != 60 {
		t.Fatalf("%d organizations and %d people, want 5 and 60", len(orgs), len(c.People))
	}
	scopes := map[string]string{}
	for code := range strings.FieldsSeq("admin org_admin manager agent test_agent bot_builder supervisor analyst viewer") {
		scopes[code] = "organization"
	}
	for _, r := range c.Roles {
		if len(r.Permissions) == 0 || scopes[r.Code] != "" {
			t.Errorf("role %s has no permissions or is there twice", r.Code)
		}
		scopes[r.Code] = r.Scope
	}
	teams := map[string]string{}
	for _, team := range c.Teams {
		teams[team.Code] = team.Organization
	}
	for _, a := range c.Agents {
		for _, client := range a.Clients {
			if !slices.Contains(orgs[1:], client) {
				t.Errorf("AI agent %s: no client %q", a.Name, client)
			}
		}
	}
	seen := map[string]bool{}
	for _, p := range c.People {
		for _, unique := range []string{p.Email, p.ExternalID} {
			if seen[unique] {
				t.Errorf("%s: %s is taken", p.Email, unique)
			}
			seen[unique] = true
		}
		for _, org := range append([]string{p.Organization}, p.AlsoIn...) {
			if !slices.Contains(orgs, org) {
				t.Errorf("%s: no organization %q", p.Email, org)
			}
		}
		for _, team := range p.Teams {
			if teams[team] != p.Organization {
				t.Errorf("%s: team %q isn't in %s", p.Email, team, p.Organization)
			}
		}
		for _, role := range p.Roles {
			if scopes[role] == "" || scopes[role] == "team" && len(p.Teams) == 0 {
				t.Errorf("%s: role %q unknown or without a team to hold it in", p.Email, role)
			}
		}
		if p.TeamLead && len(p.Teams) == 0 {
			t.Errorf("%s leads no team", p.Email)
		}
		checkEmployee(t, p)
	}
}

var plainEmail = regexp.MustCompile(`^[a-z.-]+@[a-z]+\.example$`)

func checkEmployee(t *testing.T, p Employee) {
	t.Helper()
	if _, err := mail.ParseAddress(p.Email); err != nil || !plainEmail.MatchString(p.Email) {
		t.Errorf("bad address %q", p.Email)
	}
	if p.Phone != "" && !validPhone.MatchString(p.Phone) {
		t.Errorf("%s: bad number %q", p.Email, p.Phone)
	}
	if _, err := time.LoadLocation(p.Timezone); err != nil {
		t.Errorf("%s: %v", p.Email, err)
	}
	if !slices.Contains([]string{"en", "es", "fr", "de"}, p.Locale) || !slices.Contains(typeNames, p.Type) && p.Type != "member" {
		t.Errorf("%s: locale %q, type %q", p.Email, p.Locale, p.Type)
	}
	if p.GivenName == "" || p.FamilyName == "" || !utf8.ValidString(p.GivenName+p.FamilyName+p.Nickname) {
		t.Errorf("%s: bad name", p.Email)
	}
	if p.LastSignInAgo >= p.CreatedAgo {
		t.Errorf("%s signed in before the account was made", p.Email)
	}
	if p.SignIn && (p.Status != "active" || p.LastSignInAgo < 0) {
		t.Errorf("%s is offered to sign in as, but can't", p.Email)
	}
}

// The demo has to show every case that the screens must cope with.
func TestDemoCompanyShowsEveryCase(t *testing.T) {
	c := DemoCompany()
	if first := c.People[0]; first.Type != "tenant_admin" || !first.SignIn || !first.Descendants {
		t.Errorf("the first employee is %+v, want the tenant admin to sign in as", first)
	}
	count, portraits := map[string]int{}, map[uint64]bool{}
	for _, p := range c.People {
		count[p.Type]++
		count[p.Status]++
		if p.SignIn {
			count["signin "+p.Type]++
		}
		if p.LastSignInAgo < 0 {
			count["never"]++
		}
		if p.HasPhoto {
			if portraits[p.PortraitSeed] {
				t.Errorf("%s shares a portrait", p.Email)
			}
			portraits[p.PortraitSeed] = true
		}
		text := p.GivenName + p.FamilyName
		switch {
		case strings.ContainsFunc(text, func(r rune) bool { return r >= 0x590 && r < 0x700 }):
			count["right-to-left"]++
		case utf8.RuneCountInString(text) > 40:
			count["long"]++
		case utf8.RuneCountInString(p.GivenName) == 1:
			count["one letter"]++
		}
		if strings.ContainsFunc(p.Nickname, func(r rune) bool { return r > 0x1f000 }) {
			count["emoji"]++
		}
	}
	for what, least := range map[string]int{
		"tenant_admin": 2, "bot_admin": 3, "supervisor": 4, "agent": 20, "analyst": 3, "viewer": 3, "service": 3, "member": 2,
		"suspended": 4, "never": 3, "right-to-left": 3, "long": 1, "one letter": 2, "emoji": 2,
		"signin supervisor": 2, "signin agent": 1, "signin analyst": 1, "signin viewer": 1, "signin bot_admin": 1,
	} {
		if count[what] < least {
			t.Errorf("%s: %d, want at least %d", what, count[what], least)
		}
	}
	if len(portraits) < 20 {
		t.Errorf("only %d portraits", len(portraits))
	}
}
