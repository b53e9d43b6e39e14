package api_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
)

// days lets time pass with the daily checks of domains in it.
func (a *agency) days(t *testing.T, n int) {
	t.Helper()
	for range n {
		a.Clock.Advance(25 * time.Hour)
		if _, err := a.Branding.Recheck(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// warned are the recipients of mails about domains whose proof is gone.
func (a *agency) warned(t *testing.T, of iam.TenantID) (to []string) {
	t.Helper()
	err := a.Store.Read(t.Context(), func(tx iam.Tx) error {
		page, err := tx.Mails(t.Context(), of, iam.MailFilter{Page: iam.Page{Limit: iam.MaxPageSize}})
		for _, m := range page.Items {
			if m.Kind == "domain_failing" && strings.Contains(m.Text, "help.fabrikam.example") && strings.Contains(m.Text, "5 days") {
				to = append(to, m.To)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return to
}

// A domain that was proved by a file goes on serving when it leads here, where
// nobody can put a file any more.
func TestDomainProvedByFileKeepsServing(t *testing.T) {
	a := newAgency(t)
	d := a.claim(t, a.boss, "help.fabrikam.example", a.client)
	file := "http://" + d.Host + d.Path
	a.Web[file] = d.Value
	if d = a.verify(t, a.boss, d); d.State != "verified" {
		t.Fatalf("with its file it is %+v", d)
	}
	delete(a.Web, file)
	a.LedHere[d.Host] = true
	a.days(t, 10)
	if !a.serves(t, d.Host) || len(a.warned(t, a.boss.Tenant)) != 0 {
		t.Errorf("ten days later it serves: %t, warned: %v", a.serves(t, d.Host), a.warned(t, a.boss.Tenant))
	}
	// It leads elsewhere: now nothing proves it.
	delete(a.LedHere, d.Host)
	a.days(t, 9)
	if a.serves(t, d.Host) {
		t.Error("it serves without a proof")
	}
	// Back here, the claim that it is by now does not prove itself.
	a.LedHere[d.Host] = true
	a.boss.SignIn(a.boss.Email, apitest.Password)
	if d = a.verify(t, a.boss, d); d.State != "pending" || d.Problem != "no_record" {
		t.Errorf("it proves itself: %+v", d)
	}
}

// A host that leads here proves nothing for those who merely claim it.
func TestClaimIsNotProvedByLeadingHere(t *testing.T) {
	a := newAgency(t)
	a.LedHere["help.fabrikam.example"] = true
	d := a.claim(t, a.boss, "help.fabrikam.example", a.client)
	theirs := a.World.Tenant("fabrikam")
	var root api.Session
	theirs.Do(http.MethodGet, "/session", nil).Want(http.StatusOK, &root)
	rival := a.claim(t, theirs, d.Host, root.Organization.ID)
	check := func(c *apitest.Client, d api.Domain, problem string) {
		t.Helper()
		if d = a.verify(t, c, d); d.State != "pending" || d.Problem != problem {
			t.Errorf("it proves itself: %+v", d)
		}
	}
	check(a.boss, d, "no_record")
	a.DNS[d.RecordName] = []string{d.Value}
	if d = a.verify(t, a.boss, d); d.State != "verified" {
		t.Fatalf("with its record it is %+v", d)
	}
	check(theirs, rival, "wrong_value") // the record is that of the other
	// It answers with the proof of the one who has it, and to that token alone.
	for path, want := range map[string]string{d.Path: d.Value, rival.Path: "", d.Path + "x": ""} {
		token := path[strings.LastIndexByte(path, '/')+1:]
		if got, err := a.Branding.Answer(t.Context(), d.Host, token); err != nil || got != want {
			t.Errorf("%s answers %q, %v", path, got, err)
		}
	}
	if got, _ := a.Branding.Answer(t.Context(), "other.example", d.Path[strings.LastIndexByte(d.Path, '/')+1:]); got != "" {
		t.Errorf("another host answers %q", got)
	}
}

// Whoever proves by a TXT record that a domain is theirs gets it, though it
// still leads here for somebody who has no such proof any more.
func TestDomainGoesToItsNewOwner(t *testing.T) {
	a := newAgency(t)
	d := a.claim(t, a.boss, "help.fabrikam.example", a.client)
	a.Web["http://"+d.Host+d.Path] = d.Value
	d = a.verify(t, a.boss, d)
	delete(a.Web, "http://"+d.Host+d.Path)
	a.LedHere[d.Host] = true
	theirs := a.World.Tenant("fabrikam")
	var root api.Session
	theirs.Do(http.MethodGet, "/session", nil).Want(http.StatusOK, &root)
	rival := a.claim(t, theirs, d.Host, root.Organization.ID)
	a.DNS[rival.RecordName] = []string{rival.Value}
	if rival = a.verify(t, theirs, rival); rival.State != "pending" || rival.Problem != "taken" {
		t.Errorf("the rival's is %+v", rival)
	}
	a.days(t, 3)
	if got := a.warned(t, a.boss.Tenant); len(got) != 1 || !a.serves(t, d.Host) {
		t.Errorf("warned: %v", got)
	}
	a.days(t, 6)
	theirs.SignIn(theirs.Email, apitest.Password)
	if rival = a.verify(t, theirs, rival); rival.State != "verified" {
		t.Errorf("the rival's is %+v", rival)
	}
}

// Those who manage the brand are told once that the proof is gone, before the
// domain stops to serve; nobody elsewhere is.
func TestMissingProofIsToldOf(t *testing.T) {
	a := newAgency(t)
	inside := a.member(t, "Ina", a.client, iam.PermBrandingManage)
	a.member(t, "Noa", a.client, iam.PermUsersRead)
	a.member(t, "Sia", a.other, iam.PermBrandingManage)
	other := a.World.Tenant("fabrikam")
	d := a.claim(t, a.boss, "help.fabrikam.example", a.client)
	a.DNS[d.RecordName] = []string{d.Value}
	a.verify(t, a.boss, d)
	a.days(t, 2)
	delete(a.DNS, d.RecordName)
	a.days(t, 1)
	if got := a.warned(t, a.boss.Tenant); len(got) != 0 {
		t.Errorf("one failed check is told of: %v", got)
	}
	a.days(t, 4)
	want := map[string]bool{a.boss.Email: true, inside.Email: true}
	got := a.warned(t, a.boss.Tenant)
	if len(got) != len(want) || !want[got[0]] || !want[got[1]] || got[0] == got[1] {
		t.Errorf("told: %v", got)
	}
	if !a.serves(t, d.Host) || len(a.warned(t, other.Tenant)) != 0 {
		t.Error("it stopped too early, or another tenant was told")
	}
	a.days(t, 4)
	if a.serves(t, d.Host) || len(a.warned(t, a.boss.Tenant)) != len(want) {
		t.Errorf("serves: %t, told: %v", a.serves(t, d.Host), a.warned(t, a.boss.Tenant))
	}
}

// mute is a mailer that does not work.
type mute struct{}

func (mute) Enqueue(context.Context, iam.Tx, *iam.Tenant, *iam.User, string, map[string]string) error {
	return errors.New("out of order")
}

// A domain whose check goes wrong on our side keeps the others from nothing.
func TestDomainsAreCheckedEachForItself(t *testing.T) {
	a := newAgency(t)
	bad, good := a.claim(t, a.boss, "bad.fabrikam.example", a.client), a.claim(t, a.boss, "good.fabrikam.example", a.client)
	for _, d := range []api.Domain{bad, good} {
		a.DNS[d.RecordName] = []string{d.Value}
		a.verify(t, a.boss, d)
	}
	delete(a.DNS, bad.RecordName)
	a.days(t, 1)
	a.Branding.Mailer = mute{}
	a.Clock.Advance(25 * time.Hour)
	if more, err := a.Branding.Recheck(t.Context()); more || err == nil || !strings.Contains(err.Error(), bad.Host) {
		t.Errorf("the check answers %t, %v", more, err)
	}
	err := a.Store.Read(t.Context(), func(tx iam.Tx) error {
		d, err := tx.Domain(t.Context(), a.boss.Tenant, good.ID)
		if err == nil && !d.CheckedAt.Equal(tx.Now()) {
			t.Errorf("the other was checked at %s, now is %s", d.CheckedAt, tx.Now())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
