package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
)

// mailed returns the latest mail to an address.
func mailed(t *testing.T, admin *apitest.Client, to string) api.Mail {
	t.Helper()
	var page api.List[api.Mail]
	admin.Do(http.MethodGet, "/outbox", nil).Want(http.StatusOK, &page)
	for _, m := range page.Items {
		if m.To == to {
			return m
		}
	}
	t.Fatalf("no mail to %s", to)
	return api.Mail{}
}

// tokenOf is what the link in a mail brings.
func tokenOf(t *testing.T, m api.Mail) string {
	t.Helper()
	_, after, found := strings.Cut(m.Text, "#token=")
	if !found {
		t.Fatalf("no link in %q", m.Text)
	}
	return strings.Fields(after)[0]
}

func invited(t *testing.T, admin *apitest.Client, org iam.OrgID, email string) (token string) {
	t.Helper()
	admin.Do(http.MethodPost, "/invitations", map[string]any{"emails": []string{email}, "organization_id": org}).Want(http.StatusOK, nil)
	return tokenOf(t, mailed(t, admin, email))
}

func acceptance(token string) map[string]string {
	return map[string]string{"token": token, "first_name": "Maria", "last_name": "Ruiz", "password": apitest.Password}
}

// With somebody else's session open in the browser nothing happens, whether or
// not a rule about addresses keeps them out at the moment; looking leaves no
// trace of a refusal. covers E-03
func TestInvitationWithAnotherPersonsSession(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		withAddresses(w)
		admin := w.Tenant("northwind")
		root := admin.Session.Organization.ID
		jo := admin.Person("Jo", iam.TypeAgent)
		token := invited(t, admin, root, "maria@client.example")
		const hotel = "198.51.100.7"
		look := func(c *apitest.Client, address, want string) {
			t.Helper()
			var o api.InvitationOffer
			c.Do(http.MethodPost, "/invitations/lookup", map[string]string{"token": token}, from(address)).Want(http.StatusOK, &o)
			if o.OtherPerson != want {
				t.Errorf("from %s somebody else is %q, want %q", address, o.OtherPerson, want)
			}
		}
		refused := func() int {
			t.Helper()
			var page api.List[api.Event]
			admin.Do(http.MethodGet, "/audit-events?action=access.refused", nil).Want(http.StatusOK, &page)
			return len(page.Items)
		}
		for _, rules := range []string{`{}`, officeOnly} {
			setPolicy(t, admin, root, rules).Want(http.StatusOK, nil)
			for _, address := range []string{"192.0.2.1", hotel} {
				look(jo, address, jo.Session.User.FullName)
				look(w.Anonymous(), address, "")
				jo.Do(http.MethodPost, "/invitations/accept", acceptance(token), from(address)).WantProblem(http.StatusConflict, iam.CodeConflict)
			}
		}
		if n := refused(); n != 0 {
			t.Errorf("%d refusals are in the audit log", n)
		}
		// Nobody's session, but an address that nobody works from: the link stays good.
		w.Anonymous().Do(http.MethodPost, "/invitations/accept", acceptance(token), from(hotel)).WantProblem(http.StatusForbidden, iam.CodeIPRefused)
		w.Anonymous().Do(http.MethodPost, "/invitations/accept", acceptance(token)).Want(http.StatusOK, nil)
	})
}

// The mails of an organization lead to its domain, and the pages behind their
// links show its brand.
func TestPagesBehindMailsShowTheBrand(t *testing.T) {
	a := newAgency(t)
	const host = "help.fabrikam.example"
	a.boss.Do(http.MethodPatch, brandPath(a.client), `{"name":"Fabrikam Care","color":"#aa3300"}`, apitest.IfMatch(1)).Want(http.StatusOK, nil)
	setPolicy(t, a.boss, a.client, `{"password_length":{"value":20}}`).Want(http.StatusOK, nil)
	d := a.claim(t, a.boss, host, a.client)
	a.DNS[d.RecordName] = []string{d.Value}
	a.verify(t, a.boss, d)

	invited(t, a.boss, a.client, "maria@fabrikam.example")
	m := mailed(t, a.boss, "maria@fabrikam.example")
	if !strings.Contains(m.Text, "http://"+host+"/invitation#token=") || !strings.Contains(m.HTML, "#aa3300") || !strings.Contains(m.Text, "Fabrikam Care") {
		t.Errorf("the invitation is %s", m.Text)
	}
	var o api.InvitationOffer
	a.Anonymous().Do(http.MethodPost, "/invitations/lookup", map[string]string{"token": tokenOf(t, m)}).Want(http.StatusOK, &o)
	if o.Brand.Name != "Fabrikam Care" || o.Brand.Color != "#aa3300" || o.PasswordMin != 20 {
		t.Errorf("the offer is %+v", o)
	}
	ina := a.member(t, "Ina", a.client, iam.PermDashboardHome)
	var s api.Session
	ina.Do(http.MethodGet, "/session", nil).Want(http.StatusOK, &s)
	if s.PasswordMinLength != 20 {
		t.Errorf("the session asks for %d characters", s.PasswordMinLength)
	}
	a.Anonymous().Do(http.MethodPost, "/password-reset", map[string]string{"email": ina.Email}).Want(http.StatusAccepted, nil)
	m = mailed(t, a.boss, ina.Email)
	if !strings.Contains(m.Text, "http://"+host+"/reset-password#token=") || !strings.Contains(m.HTML, "#aa3300") {
		t.Errorf("the mail is %s", m.Text)
	}
	var r api.ResetOffer
	reset := map[string]string{"token": tokenOf(t, m)}
	a.Anonymous().Do(http.MethodPost, "/password-reset/lookup", reset).Want(http.StatusOK, &r)
	if r.Brand.Name != "Fabrikam Care" || r.PasswordMin != 20 {
		t.Errorf("the page behind the link is %+v", r)
	}
	a.Anonymous().Do(http.MethodPost, "/password-reset/lookup", map[string]string{"token": "x"}).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
	// Of the company itself they are as the company is.
	invited(t, a.boss, a.boss.Session.Organization.ID, "max@northwind.example")
	if m := mailed(t, a.boss, "max@northwind.example"); !strings.Contains(m.Text, "http://console.example/invitation#token=") || strings.Contains(m.Text, "Fabrikam") {
		t.Errorf("the company's invitation is %s", m.Text)
	}
}

// Many people of the directory are invited at once, each for themselves, also those of
// before a second time.
func TestInvitingMany(t *testing.T) {
	a := newAgency(t)
	ann, bo := a.boss.Person("Ann", iam.TypeMember), a.boss.Person("Bo", iam.TypeMember)
	gone := a.boss.Person("Cy", iam.TypeMember)
	a.boss.Do(http.MethodPost, "/users/"+string(gone.ID)+"/suspend", nil).Want(http.StatusOK, nil)
	elsewhere := a.Tenant("southwind")
	foreign := elsewhere.Person("Di", iam.TypeMember)
	body := api.BulkRequest{Action: "invite", IDs: []iam.UserID{ann.ID, gone.ID, foreign.ID, bo.ID, a.boss.ID}}
	var out api.BulkResponse
	for range 2 {
		a.boss.Do(http.MethodPost, "/users/bulk", body).Want(http.StatusOK, &out)
		for i, want := range []string{"", "person_suspended", "not_found", "", "yourself"} {
			r := out.Results[i]
			if got := r.Error; r.OK != (want == "") || got != nil && want != got.Reason && want != string(got.Code) {
				t.Errorf("%d: %+v, want %q", i, got, want)
			}
		}
	}
	var list api.List[api.Invitation]
	a.boss.Do(http.MethodGet, "/invitations", nil).Want(http.StatusOK, &list)
	if len(list.Items) != 2 || list.Items[0].TimesSent != 2 {
		t.Errorf("invitations: %+v", list.Items)
	}
	elsewhere.Do(http.MethodGet, "/invitations", nil).Want(http.StatusOK, &list)
	if len(list.Items) != 0 {
		t.Errorf("the other tenant has %+v", list.Items)
	}
	for _, to := range []string{"ann", "bo"} {
		tokenOf(t, mailed(t, a.boss, to+"@northwind.example"))
	}

	// The link leads where it is asked to, for who belongs there.
	ina := a.member(t, "Ina", a.client, iam.PermDashboardHome)
	body = api.BulkRequest{Action: "invite", IDs: []iam.UserID{ina.ID, ann.ID}, OrganizationID: a.client}
	a.boss.Do(http.MethodPost, "/users/bulk", body).Want(http.StatusOK, &out)
	if r := out.Results; !r[0].OK || r[1].OK || r[1].Error.Code != iam.CodeConflict {
		t.Errorf("%+v", out.Results)
	}
	a.boss.Do(http.MethodGet, "/invitations?organization_id="+string(a.client), nil).Want(http.StatusOK, &list)
	if len(list.Items) != 1 || list.Items[0].Organization.ID != a.client {
		t.Errorf("of the client: %+v", list.Items)
	}
	body.OrganizationID = "org_none"
	a.boss.Do(http.MethodPost, "/users/bulk", body).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
	body.Action, body.OrganizationID = "suspend", a.client
	a.boss.Do(http.MethodPost, "/users/bulk", body).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
	reader := a.member(t, "Rea", a.client, iam.PermUsersRead)
	p := reader.Do(http.MethodPost, "/users/bulk", api.BulkRequest{Action: "invite", IDs: []iam.UserID{ina.ID}}).WantProblem(http.StatusForbidden, iam.CodeForbidden)
	if p.Missing != iam.PermUsersInvite {
		t.Errorf("missing = %q", p.Missing)
	}
}
