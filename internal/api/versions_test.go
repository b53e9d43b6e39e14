package api_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
)

// stale sends a change without a version, with one that is old and with one that there
// never was: none is made, and the second tells what there is now.
func stale(t *testing.T, c *apitest.Client, method, path, body string, old int64, current any) {
	t.Helper()
	c.Do(method, path, body).WantProblem(http.StatusPreconditionRequired, iam.CodePreconditionRequired)
	c.Do(method, path, body, apitest.IfMatch(old+100)).WantProblem(http.StatusPreconditionFailed, iam.CodePreconditionFailed)
	refusal := c.Do(method, path, body, apitest.IfMatch(old)).WantProblem(http.StatusPreconditionFailed, iam.CodePreconditionFailed)
	if err := json.Unmarshal(refusal.Current, current); err != nil {
		t.Fatal(err)
	}
}

// Of two who change from whom mails come the second is told.
func TestMailSettingsHaveVersions(t *testing.T) {
	a := newAgency(t)
	const path = "/mail-settings"
	body := func(name string) string {
		return `{"organization_id":"` + string(a.client) + `","sender_name":"` + name + `","reply_to":"","notices":true}`
	}
	var m, now api.MailSettings
	got := a.boss.Do(http.MethodGet, path+"?organization_id="+string(a.client), nil)
	if got.Want(http.StatusOK, &m); m.Version != 1 || got.Header.Get("ETag") != `"1"` {
		t.Fatalf("%+v, %s", m, got.Header.Get("ETag"))
	}
	got = a.boss.Do(http.MethodPut, path, body("Fabrikam Care"), apitest.IfMatch(1))
	if got.Want(http.StatusOK, &m); m.Version != 2 || got.Header.Get("ETag") != `"2"` {
		t.Fatalf("%+v, %s", m, got.Header.Get("ETag"))
	}
	if stale(t, a.boss, http.MethodPut, path, body("Late"), 1, &now); now != m {
		t.Errorf("there is %+v, want %+v", now, m)
	}
	a.boss.Do(http.MethodPut, path, body("Fabrikam Care"), apitest.IfMatch(2)).Want(http.StatusOK, &m) // nothing changes
	a.boss.Do(http.MethodPut, path, body("Fabrikam"), apitest.IfMatch(m.Version)).Want(http.StatusOK, &m)
	if m.SenderName != "Fabrikam" || m.Version != 3 || !m.Notices {
		t.Errorf("%+v", m)
	}
	limited := a.member(t, "Lim", a.other, iam.PermBrandingManage)
	limited.Do(http.MethodPut, path, body("Mine"), apitest.IfMatch(1)).WantProblem(http.StatusNotFound, iam.CodeNotFound)
	limited.Do(http.MethodPut, path, body("Mine"), apitest.IfMatch(3)).WantProblem(http.StatusNotFound, iam.CodeNotFound)
	elsewhere := a.Tenant("southwind")
	elsewhere.Do(http.MethodPut, path, body("Mine"), apitest.IfMatch(3)).WantProblem(http.StatusNotFound, iam.CodeNotFound)
}

// Of two who change the text of a mail the second is told, also where one goes back to
// the built-in text, and the log has what it said before. covers E-12
func TestMailTextsHaveVersions(t *testing.T) {
	a := newAgency(t)
	const path, name = "/mail-templates", `"kind":"invitation","locale":"en"`
	body := func(subject string) string {
		return `{` + name + `,"subject":"` + subject + `","body":"B","button":"C","note":"N"}`
	}
	var text, now api.MailTemplate
	a.boss.Do(http.MethodPut, path, body("First"), apitest.IfMatch(1)).Want(http.StatusOK, &text)
	if !text.Own || text.Version != 2 || text.Text.Subject != "First" || text.UpdatedAt == nil {
		t.Fatalf("%+v", text)
	}
	stale(t, a.boss, http.MethodPut, path, body("Late"), 1, &now)
	if stale(t, a.boss, http.MethodPost, path+"/reset", `{`+name+`}`, 1, &now); now.Text != text.Text || now.Version != 2 {
		t.Errorf("there is %+v", now)
	}
	a.boss.Do(http.MethodPost, path+"/reset", `{`+name+`}`, apitest.IfMatch(2)).Want(http.StatusOK, &text)
	if text.Own || text.Version != 3 || text.Text.Subject == "First" || text.UpdatedAt != nil {
		t.Fatalf("%+v", text)
	}
	// Whoever saw the text of before finds that it is another one.
	stale(t, a.boss, http.MethodPut, path, body("Late"), 2, &now)
	a.boss.Do(http.MethodPut, path, body("Second"), apitest.IfMatch(3)).Want(http.StatusOK, &text)
	var list api.Items[api.MailTemplate]
	a.boss.Do(http.MethodGet, path, nil).Want(http.StatusOK, &list)
	for _, is := range list.Items {
		if own := is.Kind == text.Kind && is.Locale == text.Locale; is.Own != own || own != (is.Version == 4) || !own && is.Version != 1 {
			t.Errorf("%s in %s has version %d, own %t", is.Kind, is.Locale, is.Version, is.Own)
		}
	}
	var events api.List[api.Event]
	a.boss.Do(http.MethodGet, "/audit-events?action=mail_template.reset", nil).Want(http.StatusOK, &events)
	if len(events.Items) != 1 || len(events.Items[0].Changes) == 0 || events.Items[0].Changes[0].Before != "First" {
		t.Errorf("the log has %+v", events.Items)
	}
	var theirs api.MailTemplate
	elsewhere := a.Tenant("southwind")
	elsewhere.Do(http.MethodPut, path, body("Theirs"), apitest.IfMatch(1)).Want(http.StatusOK, &theirs)
	a.boss.Do(http.MethodPut, path, body("Second"), apitest.IfMatch(4)).Want(http.StatusOK, &text)
	if text.Version != 4 || text.Text.Subject != "Second" {
		t.Errorf("another company's text changed ours: %+v", text)
	}
}

// Of two who set up a built-in tab the second is told, also where one takes again what
// is set further up.
func TestTabAppsHaveVersions(t *testing.T) {
	a := newAgency(t)
	path := "/organizations/" + string(a.client) + "/tab-apps/analytics"
	body := func(host string) string {
		return `{"url":"https://` + host + `.example/","mode":"frame","identify":false}`
	}
	var app, now api.TabApp
	got := a.boss.Do(http.MethodGet, path, nil)
	if got.Want(http.StatusOK, &app); app.Version != 1 || app.Own.Value != nil || got.Header.Get("ETag") != `"1"` {
		t.Fatalf("%+v", app)
	}
	a.boss.Do(http.MethodPut, path, body("first"), apitest.IfMatch(1)).Want(http.StatusOK, &app)
	if app.Version != 2 || app.Own.Value == nil || app.Effective.Value == nil || app.Effective.Value.URL != "https://first.example/" {
		t.Fatalf("%+v", app)
	}
	stale(t, a.boss, http.MethodPut, path, body("late"), 1, &now)
	if stale(t, a.boss, http.MethodDelete, path, "", 1, &now); now.Version != 2 || now.Own.Value.URL != "https://first.example/" {
		t.Errorf("there is %+v", now)
	}
	a.boss.Do(http.MethodDelete, path, nil, apitest.IfMatch(2)).Want(http.StatusOK, &app)
	if app.Version != 3 || app.Own.Value != nil || app.Effective.Value != nil {
		t.Fatalf("%+v", app)
	}
	stale(t, a.boss, http.MethodPut, path, body("late"), 2, &now)
	a.boss.Do(http.MethodDelete, path, nil, apitest.IfMatch(3)).Want(http.StatusOK, &app) // nothing changes
	a.boss.Do(http.MethodPut, path, body("second"), apitest.IfMatch(3)).Want(http.StatusOK, &app)
	if app.Version != 4 {
		t.Errorf("version %d", app.Version)
	}
	a.boss.Do(http.MethodGet, "/organizations/"+string(a.client)+"/tab-apps/none", nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
	limited := a.member(t, "Lim", a.other, iam.PermTabsManage)
	elsewhere := a.Tenant("southwind")
	for _, c := range []*apitest.Client{limited, elsewhere} {
		c.Do(http.MethodGet, path, nil).WantProblem(http.StatusNotFound, iam.CodeNotFound)
		c.Do(http.MethodPut, path, body("mine"), apitest.IfMatch(4)).WantProblem(http.StatusNotFound, iam.CodeNotFound)
		c.Do(http.MethodDelete, path, nil, apitest.IfMatch(4)).WantProblem(http.StatusNotFound, iam.CodeNotFound)
	}
}
