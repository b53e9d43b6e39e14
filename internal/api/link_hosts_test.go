package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
)

// A link that opens an account leads to no domain of people who run but a part of
// what the account may do, wherever it is asked for.
func TestLinksLeadToNoDomainOfAPart(t *testing.T) { apitest.Each(t, linksOfAccounts) }

func linksOfAccounts(t *testing.T, w *apitest.World) {
	t.Helper()
	a := newAgencyIn(t, w)
	const own, company = "http://own.example/", "http://console.example/"
	boss := a.boss.In(a.client).Person("Boss", iam.TypeMember, "org_admin")
	d := a.claim(t, boss, "own.example", a.client)
	a.DNS[d.RecordName] = []string{d.Value}
	if d = a.verify(t, boss, d); d.State != "verified" {
		t.Fatalf("with its proof it is %+v", d)
	}
	bo, cy := a.member(t, "Bo", a.client), a.member(t, "Cy", a.client)
	a.join(t, bo.ID, a.other)
	above := a.boss.Person("Abe", iam.TypeMember)
	a.memberships(t, above.ID, func(m []iam.Membership) []iam.Membership {
		m[0].IncludesDescendants = true
		return m
	})
	leads := func(what, email, page, want string) {
		t.Helper()
		if m := mailed(t, a.boss, email); !strings.Contains(m.Text, want+page+"#token=") {
			t.Errorf("%s: the link for %s does not lead to %s:\n%s", what, email, want, m.Text)
		}
	}
	at := func(r *http.Request) { r.Host = "own.example" }
	for _, c := range []struct {
		who  *apitest.Client
		want string
	}{{a.boss, company}, {above, company}, {bo, company}, {cy, own}} {
		ask := map[string]string{"email": c.who.Email}
		a.Anonymous().Do(http.MethodPost, "/password-reset", ask, at).Want(http.StatusAccepted, nil)
		leads("asked there", c.who.Email, "reset-password", c.want)
		ask["tenant"] = a.boss.ShortName
		a.Anonymous().Do(http.MethodPost, "/password-reset", ask).Want(http.StatusAccepted, nil)
		leads("asked elsewhere", c.who.Email, "reset-password", c.want)
	}
	if m := mailed(t, a.boss, bo.Email); strings.Contains(m.Text, "Fabrikam") {
		t.Errorf("the mail comes from one of two organizations:\n%s", m.Text)
	}
	dee := a.member(t, "Dee", a.other)
	for email, want := range map[string]string{"new@fabrikam.example": own, dee.Email: company, above.Email: company} {
		body := map[string]any{"emails": []string{email}, "organization_id": a.client}
		boss.Do(http.MethodPost, "/invitations", body).Want(http.StatusOK, nil)
		leads("invited", email, "invitation", want)
	}
	for c, want := range map[*apitest.Client]string{bo: company, cy: own} {
		path := "/users/" + string(c.ID) + "/invitation?organization_id=" + string(a.client)
		for _, what := range []string{"signed in by a link", "once more"} {
			a.boss.Do(http.MethodPost, path, nil).Want(http.StatusOK, nil)
			leads(what, c.Email, "invitation", want)
		}
	}
}
