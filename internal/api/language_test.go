package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
)

// speaks sets the language and the time zone of an organization.
func (a *agency) speaks(t *testing.T, org iam.OrgID, locale, timezone string) {
	t.Helper()
	var o api.Organization
	a.boss.Do(http.MethodGet, "/organizations/"+string(org), nil).Want(http.StatusOK, &o)
	a.boss.Do(http.MethodPatch, "/organizations/"+string(org), `{"locale":"`+locale+`","timezone":"`+timezone+`"}`, apitest.IfMatch(o.Version)).
		Want(http.StatusOK, nil)
}

func sessionUser(t *testing.T, c *apitest.Client) api.SessionUser {
	t.Helper()
	var s api.Session
	c.Do(http.MethodGet, "/session", nil).Want(http.StatusOK, &s)
	return s.User
}

// People who have chosen no language are spoken and written to in that of their
// home organization, whatever it is by then and wherever they act.
func TestOrganizationsLanguageCounts(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		a := newAgencyIn(t, w)
		other := w.Tenant("fabrikam")
		a.speaks(t, a.client, "fr", "Europe/Paris")
		var made api.UserWithPassword
		a.boss.Do(http.MethodPost, "/users", map[string]any{
			"first_name": "Ina", "last_name": "Example", "email": "ina@northwind.example", "user_type": "member", "organization_id": a.client,
		}).Want(http.StatusCreated, &made)
		if made.User.Locale != "" || made.User.Timezone != "" {
			t.Errorf("a language was chosen for them: %q, %q", made.User.Locale, made.User.Timezone)
		}
		ina := w.Anonymous()
		ina.Tenant, ina.ShortName = a.boss.Tenant, a.boss.ShortName
		ina.SignIn("ina@northwind.example", made.TemporaryPassword).Settle()
		sia, zoe := a.member(t, "Sia", a.other, iam.PermDashboardHome), a.member(t, "Zoe", a.client, iam.PermDashboardHome)
		zoe.Do(http.MethodPatch, "/me", `{"locale":"de"}`, apitest.IfMatch(sessionVersion(t, zoe))).Want(http.StatusOK, nil)
		expect := func(c *apitest.Client, locale, timezone string) {
			t.Helper()
			if u := sessionUser(t, c); u.EffectiveLocale != locale || u.EffectiveTimezone != timezone {
				t.Errorf("%s is spoken to in %q, %q, want %q, %q", u.FirstName, u.EffectiveLocale, u.EffectiveTimezone, locale, timezone)
			}
		}
		expect(ina, "fr", "Europe/Paris")
		a.speaks(t, a.client, "es", "Europe/Madrid")
		expect(ina, "es", "Europe/Madrid")
		expect(zoe, "de", "Europe/Madrid")
		for _, c := range []*apitest.Client{sia, a.boss, a.boss.In(a.client), other} {
			expect(c, "", "")
		}
		for c, subject := range map[*apitest.Client]string{ina: "Se restableció tu contraseña", zoe: "wurde zurückgesetzt", sia: "was reset"} {
			a.boss.Do(http.MethodPost, "/users/"+string(c.ID)+"/reset-password", nil).Want(http.StatusOK, nil)
			if m := mailed(t, a.boss, c.Email); !strings.Contains(m.Subject, subject) {
				t.Errorf("the mail to %s says %q, want %q", c.Email, m.Subject, subject)
			}
		}
	})
}

func sessionVersion(t *testing.T, c *apitest.Client) int64 {
	t.Helper()
	var u api.User
	c.Do(http.MethodGet, "/me", nil).Want(http.StatusOK, &u)
	return u.Version
}

// An invitation makes somebody who has chosen no language, unless they or
// whoever invited them chose one. covers E-03
func TestInvitationChoosesNoLanguage(t *testing.T) {
	a := newAgency(t)
	a.speaks(t, a.client, "fr", "")
	for _, c := range []struct{ email, invited, picked, chosen, counts string }{
		{"one@client.example", "", "", "", "fr"},
		{"two@client.example", "es", "", "es", "es"},
		{"three@client.example", "es", "de", "de", "de"},
		{"four@client.example", "", "de", "de", "de"},
	} {
		a.boss.Do(http.MethodPost, "/invitations", map[string]any{"emails": []string{c.email}, "organization_id": a.client, "locale": c.invited}).Want(http.StatusOK, nil)
		in := acceptance(tokenOf(t, mailed(t, a.boss, c.email)))
		in["locale"] = c.picked
		var offer api.InvitationOffer
		a.Anonymous().Do(http.MethodPost, "/invitations/lookup", map[string]string{"token": in["token"]}).Want(http.StatusOK, &offer)
		var s api.Session
		a.Anonymous().Do(http.MethodPost, "/invitations/accept", in).Want(http.StatusOK, &s)
		written := c.invited
		if written == "" {
			written = "fr"
		}
		if offer.Locale != written || s.User.Locale != c.chosen || s.User.EffectiveLocale != c.counts {
			t.Errorf("%s: offered in %q, has chosen %q, is spoken to in %q", c.email, offer.Locale, s.User.Locale, s.User.EffectiveLocale)
		}
	}
}
