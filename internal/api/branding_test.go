package api_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
)

func brandPath(org iam.OrgID) string { return "/organizations/" + string(org) + "/branding" }

// What an organization sets is seen below it, and nowhere else. covers A-16, E-12
func TestBrandIsInherited(t *testing.T) {
	a := newAgency(t)
	var below api.Organization
	a.boss.Do(http.MethodPost, "/organizations", `{"name":"Below","parent_id":"`+string(a.client)+`"}`).Want(http.StatusCreated, &below)
	var b api.OrganizationBrand
	a.boss.Do(http.MethodPatch, brandPath(a.client), `{"name":"Fabrikam Care","color":"#AA3300","support_email":"help@fabrikam.example","powered_by":"hide"}`, apitest.IfMatch(1)).
		Want(http.StatusOK, &b)
	if b.Effective.Name != "Fabrikam Care" || b.Effective.Color != "#aa3300" || b.Effective.PoweredBy || b.Version != 2 {
		t.Errorf("brand = %+v", b)
	}
	a.boss.Do(http.MethodPatch, brandPath(a.client), `{"name":"Late"}`, apitest.IfMatch(1)).WantProblem(http.StatusPreconditionFailed, iam.CodePreconditionFailed)
	var picture bytes.Buffer
	logo := image.NewRGBA(image.Rect(0, 0, 1000, 200))
	logo.Set(3, 3, color.RGBA{200, 0, 0, 255})
	if err := png.Encode(&picture, logo); err != nil {
		t.Fatal(err)
	}
	a.boss.Do(http.MethodPut, brandPath(a.client)+"/logo", picture.Bytes(), apitest.Header("Content-Type", "image/png")).Want(http.StatusOK, &b)
	if b.Own.LogoURL == nil || !strings.HasPrefix(*b.Own.LogoURL, "/logos/"+string(a.boss.Tenant)+"/") {
		t.Errorf("logo = %v", b.Own.LogoURL)
	}
	a.boss.Do(http.MethodPut, brandPath(a.client)+"/logo", []byte("<svg onload=alert(1)>"), apitest.Header("Content-Type", "image/svg+xml")).
		WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
	look := func(c *apitest.Client) api.Brand {
		t.Helper()
		var s api.Session
		c.Do(http.MethodGet, "/session", nil).Want(http.StatusOK, &s)
		return s.Brand
	}
	inside := look(a.member(t, "Ina", below.ID, iam.PermDashboardHome))
	if inside.Name != "Fabrikam Care" || inside.LogoURL == nil || inside.PoweredBy || inside.SupportEmail != "help@fabrikam.example" {
		t.Errorf("below it looks like %+v", inside)
	}
	if sister := look(a.member(t, "Sia", a.other, iam.PermDashboardHome)); sister.Name != "The northwind company" || sister.LogoURL != nil || !sister.PoweredBy {
		t.Errorf("the sister looks like %+v", sister)
	}
	for _, bad := range []string{`{"color":"red"}`, `{"color":"#fffffe"}`, `{"support_email":"x"}`, `{"support_url":"javascript:alert(1)"}`, `{"support_url":"http://a.example"}`, `{"powered_by":"maybe"}`} {
		a.boss.Do(http.MethodPatch, brandPath(a.client), bad, apitest.IfMatch(b.Version)).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
	}
	// Who manages the brand of one organization reaches no sister.
	limited := a.member(t, "Lim", a.client, iam.PermBrandingManage)
	limited.Do(http.MethodGet, brandPath(below.ID), nil).Want(http.StatusOK, nil)
	limited.Do(http.MethodGet, brandPath(a.other), nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
	limited.Do(http.MethodPatch, brandPath(a.other), `{"name":"Mine"}`, apitest.IfMatch(1)).WantProblem(http.StatusNotFound, iam.CodeNotFound)
	limited.Do(http.MethodPost, "/domains", `{"host":"a.example","organization_id":"`+string(a.other)+`"}`).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
}

func (a *agency) claim(t *testing.T, c *apitest.Client, host string, org iam.OrgID) api.Domain {
	t.Helper()
	var d api.Domain
	c.Do(http.MethodPost, "/domains", `{"host":"`+host+`","organization_id":"`+string(org)+`"}`).Want(http.StatusCreated, &d)
	return d
}

func (a *agency) verify(t *testing.T, c *apitest.Client, d api.Domain) api.Domain {
	t.Helper()
	a.Clock.Advance(10 * time.Second)
	c.Do(http.MethodPost, "/domains/"+string(d.ID)+"/verify", nil).Want(http.StatusOK, &d)
	return d
}

func (a *agency) serves(t *testing.T, host string) bool {
	t.Helper()
	ok, err := a.Branding.Serves(t.Context(), host)
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

// A domain serves nobody before it is proved, then leads to its organization
// with its brand; another tenant can't have it meanwhile.
func TestDomains(t *testing.T) {
	a := newAgency(t)
	const host = "help.fabrikam.example"
	a.boss.Do(http.MethodPatch, brandPath(a.client), `{"name":"Fabrikam Care"}`, apitest.IfMatch(1)).Want(http.StatusOK, nil)
	d := a.claim(t, a.boss, host, a.client)
	options := func() (out api.SignInOptions) {
		a.Anonymous().Do(http.MethodGet, "/sign-in-options", nil, func(r *http.Request) { r.Host = host }).Want(http.StatusOK, &out)
		return out
	}
	if a.serves(t, host) || options().Brand.Value.Name != "The northwind company" {
		t.Error("it serves before it is proved")
	}
	if d = a.verify(t, a.boss, d); d.State != "pending" || d.Problem != "no_record" {
		t.Errorf("without a proof it is %+v", d)
	}
	a.boss.Do(http.MethodPost, "/domains/"+string(d.ID)+"/verify", nil).WantProblem(http.StatusTooManyRequests, iam.CodeThrottled)
	a.DNS[d.RecordName] = []string{"v=spf1 -all", "something else"}
	if d = a.verify(t, a.boss, d); d.State != "pending" || d.Problem != "wrong_value" {
		t.Errorf("with another value it is %+v", d)
	}
	a.DNS[d.RecordName] = []string{d.Value}
	if d = a.verify(t, a.boss, d); d.State != "verified" || !a.serves(t, host) || !a.serves(t, "HELP.Fabrikam.example.") {
		t.Errorf("with its proof it is %+v", d)
	}
	if got := options().Brand.Value.Name; got != "Fabrikam Care" {
		t.Errorf("signing in there shows %q", got)
	}
	// Staff of the agency who sign in there land in that organization.
	signIn := `{"email":"` + a.boss.Email + `","password":"` + apitest.Password + `"}`
	var s api.Session
	a.Anonymous().Do(http.MethodPost, "/session", signIn, func(r *http.Request) { r.Host = host }).Want(http.StatusOK, &s)
	if s.Organization.ID != a.client || s.Brand.Name != "Fabrikam Care" {
		t.Errorf("lands in %+v as %q", s.Organization, s.Brand.Name)
	}
	// Another tenant may claim it, and even prove it, but does not get it.
	theirs := a.World.Tenant("fabrikam")
	var root api.Session
	theirs.Do(http.MethodGet, "/session", nil).Want(http.StatusOK, &root)
	rival := a.claim(t, theirs, host, root.Organization.ID)
	a.Web["http://"+host+rival.Path] = rival.Value
	if rival = a.verify(t, theirs, rival); rival.State != "pending" || rival.Problem != "taken" {
		t.Errorf("the rival's is %+v", rival)
	}
	// Removed, it is free at once.
	a.boss.Do(http.MethodDelete, "/domains/"+string(d.ID), nil).Want(http.StatusNoContent, nil)
	if a.serves(t, host) {
		t.Error("it serves after it was removed")
	}
	if rival = a.verify(t, theirs, rival); rival.State != "verified" {
		t.Errorf("the rival's is %+v", rival)
	}
}

// A domain whose proof is gone serves for a week more; a claim that is never
// proved expires.
func TestDomainsLapse(t *testing.T) {
	a := newAgency(t)
	d := a.claim(t, a.boss, "help.fabrikam.example", a.client)
	a.claim(t, a.boss, "never.fabrikam.example", a.client)
	a.DNS[d.RecordName] = []string{d.Value}
	a.verify(t, a.boss, d)
	recheck := func(after time.Duration) {
		t.Helper()
		a.Clock.Advance(after)
		if _, err := a.Branding.Recheck(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	recheck(25 * time.Hour)
	delete(a.DNS, d.RecordName)
	recheck(25 * time.Hour)
	if !a.serves(t, d.Host) {
		t.Error("one failed check is enough to stop it")
	}
	for range 8 {
		recheck(25 * time.Hour)
	}
	if a.serves(t, d.Host) {
		t.Error("it serves without a proof for ever")
	}
	a.boss.SignIn(a.boss.Email, apitest.Password)
	var list api.Items[api.Domain]
	a.boss.Do(http.MethodGet, "/domains", nil).Want(http.StatusOK, &list)
	if len(list.Items) != 1 || list.Items[0].State != "pending" {
		t.Errorf("domains = %+v", list.Items)
	}
	for _, bad := range []string{"", "localhost", "10.0.0.1", "[::1]", "a", "-a.example", "a..example", "https://a.example", "a.example/x", "printer.local", "x.internal", "bücher.example", strings.Repeat("a", 64) + ".example"} {
		a.boss.Do(http.MethodPost, "/domains", map[string]string{"host": bad}).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
	}
}
