package privacy_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/photo"
	"github.com/retinue/retinue/internal/privacy"
	"github.com/retinue/retinue/internal/tenanttest"
	"github.com/retinue/retinue/internal/users"
)

func service(t *testing.T, k *tenanttest.Kit) *privacy.Service {
	t.Helper()
	photos, err := photo.NewDirStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = photos.Close() })
	people := users.New(users.Deps{Store: k.DB, IDs: k.IDs, Directories: authz.NewCache(k.DB, k.Clock), Photos: photos})
	return privacy.New(privacy.Deps{
		Store: k.DB, IDs: k.IDs, Users: people, Photos: photos, Log: audit.NewService(audit.Deps{Store: k.DB, IDs: k.IDs}),
	})
}

func export(t *testing.T, s *privacy.Service, c *access.Caller, id iam.UserID) string {
	t.Helper()
	write, err := s.Export(t.Context(), c, id)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := write(&out); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(out.Bytes()) {
		t.Fatalf("not JSON:\n%s", out.String())
	}
	return out.String()
}

// greta is somebody with a key, a session and a mail, and an event of each side.
func greta(t *testing.T, k *tenanttest.Kit) *iam.User {
	t.Helper()
	u := k.User(tenanttest.Person{Type: iam.TypeAgent, Name: "Greta"})
	now := k.Clock.Now()
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		if err := tx.InsertAPIKey(ctx, &iam.APIKey{ID: "key_1", Tenant: k.Tenant.ID, User: u.ID, Name: "Script", Prefix: "rtn_abc", SecretHash: []byte("s3cret"), CreatedAt: now}); err != nil {
			return err
		}
		if err := tx.InsertSession(ctx, &iam.Session{ID: "sess_1", Tenant: k.Tenant.ID, User: u.ID, Org: k.Root, TokenHash: []byte("t0ken"), IP: "192.0.2.9", CreatedAt: now, LastUsedAt: now, ExpiresAt: now.AddDate(1, 0, 0)}); err != nil {
			return err
		}
		if err := tx.InsertInvitations(ctx, k.Tenant.ID, []*iam.Invitation{{
			ID: "inv_1", Tenant: k.Tenant.ID, Org: k.Root, Email: u.Email, EmailKey: u.EmailKey, Type: u.Type, State: iam.InvitationPending, TokenHash: []byte("l1nk"), CreatedAt: now,
		}}); err != nil {
			return err
		}
		if err := tx.RecordUses(ctx, k.Tenant.ID, []iam.PermissionUse{{User: u.ID, Org: k.Root, Permission: iam.PermUsersRead, Day: 20000}}); err != nil {
			return err
		}
		if err := tx.EnqueueMail(ctx, &iam.Mail{ID: "mail_1", Tenant: k.Tenant.ID, Kind: "welcome", To: u.Email, Subject: "Hello", Text: "l1nk", State: iam.MailSent}); err != nil {
			return err
		}
		for range 250 { // more than a page
			if err := tx.AppendEvents(ctx, k.Tenant.ID, &iam.Event{
				ID: iam.EventID(k.NewID(iam.PrefixEvent)), At: now, Action: "user.updated", ActorID: string(u.ID), ActorName: u.FullName(), TargetID: string(u.ID),
				TargetType: "user", TargetName: u.FullName(), Changes: []iam.Change{{Field: "email", After: u.Email}},
			}); err != nil {
				return err
			}
		}
		return nil
	})
	return u
}

func TestExport(t *testing.T) {
	k := tenanttest.New(t)
	s, admin, u := service(t, k), k.Caller(k.Admin), greta(t, k)
	out := export(t, s, admin, u.ID)
	var got struct {
		Profile struct {
			Email string `json:"email"`
		} `json:"profile"`
		Memberships, Sessions, Mails []any
		APIKeys                      []any `json:"api_keys"`
		Events                       []any `json:"events"`
		Records                      map[string][]any
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	// The export is an event of its own.
	if got.Profile.Email != u.Email || len(got.Memberships) != 1 || len(got.Sessions) != 1 || len(got.Mails) != 1 || len(got.APIKeys) != 1 || len(got.Events) != 251 {
		t.Errorf("%d events, %+v", len(got.Events), got)
	}
	for kind, want := range map[string]int{"sessions": 1, "invitations_received": 1, "invitations_sent": 0, "imports": 0, "permission_uses": 1, "reviewed": 0} {
		if list, ok := got.Records[kind]; !ok || len(list) != want {
			t.Errorf("%s: %v", kind, list)
		}
	}
	for _, secret := range []string{"s3cret", "t0ken", "l1nk", "password_hash"} {
		if strings.Contains(out, secret) {
			t.Errorf("%s is in the export", secret)
		}
	}
	if n := len(k.Events("user.data_exported")); n != 1 {
		t.Errorf("%d events", n)
	}
	fresh := k.User(tenanttest.Person{Type: iam.TypeAgent})
	export(t, s, admin, fresh.ID)
}

// A client's people get what is known of their own: not who of the company did it
// and from where, nor what was in organizations beside theirs.
func TestExportForAClient(t *testing.T) {
	k := tenanttest.New(t)
	s, client, sister := service(t, k), k.Org("Client", ""), k.Org("Sister", "")
	u := k.User(tenanttest.Person{Type: iam.TypeMember, Org: client})
	staff := k.User(tenanttest.Person{Type: iam.TypeAgent, Name: "Ottilie"})
	boss := k.Caller(k.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Permissions: []iam.Permission{iam.PermUsersErase}}))
	now := k.Clock.Now()
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		for i, org := range []iam.OrgID{client, sister} {
			if err := tx.AppendEvents(ctx, k.Tenant.ID, &iam.Event{
				ID: iam.EventID(k.NewID(iam.PrefixEvent)), At: now, Action: "user.updated", Outcome: iam.OutcomeSuccess, Org: org, IP: "192.0.2.77",
				ActorType: iam.ActorUser, ActorID: string(staff.ID), ActorName: staff.FullName(), TargetType: "user", TargetID: string(u.ID), TargetName: u.FullName(),
				Changes: []iam.Change{{Field: "nickname", After: []string{"Here", "There"}[i]}},
			}); err != nil {
				return err
			}
			if err := tx.InsertSession(ctx, &iam.Session{
				ID: iam.SessionID(fmt.Sprint("sess_", i)), Tenant: k.Tenant.ID, User: u.ID, Org: org, TokenHash: []byte{byte(i)}, Actor: staff.ID, ActorOrg: k.Root,
				CreatedAt: now, LastUsedAt: now, ExpiresAt: now.AddDate(1, 0, 0),
			}); err != nil {
				return err
			}
		}
		return nil
	})
	out := export(t, s, boss, u.ID)
	for _, hidden := range []string{"Ottilie", string(staff.ID), "192.0.2.77", "There", string(sister)} {
		if strings.Contains(out, hidden) {
			t.Errorf("%s is in a client's export", hidden)
		}
	}
	for _, shown := range []string{"Here", "Acme", `"sess_0"`} {
		if !strings.Contains(out, shown) {
			t.Errorf("%s is not in a client's export", shown)
		}
	}
	whole := export(t, s, k.Caller(k.Admin), u.ID)
	for _, shown := range []string{"Ottilie", string(staff.ID), "192.0.2.77", "There", string(sister)} {
		if !strings.Contains(whole, shown) {
			t.Errorf("%s is not in the company's export", shown)
		}
	}
}

// A picture that two people have stays for the other.
func TestErasedPicture(t *testing.T) {
	k := tenanttest.New(t)
	photos, err := photo.NewDirStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = photos.Close() })
	people := users.New(users.Deps{Store: k.DB, IDs: k.IDs, Directories: authz.NewCache(k.DB, k.Clock), Photos: photos})
	s := privacy.New(privacy.Deps{
		Store: k.DB, IDs: k.IDs, Users: people, Photos: photos, Log: audit.NewService(audit.Deps{Store: k.DB, IDs: k.IDs}),
	})
	const large, small = "0000000000000000000000000000000000000000000000000000000000000001.jpg", "0000000000000000000000000000000000000000000000000000000000000002.jpg"
	for _, key := range []string{large, small} {
		if err := photos.Put(t.Context(), string(k.Tenant.ID), key, []byte("\xff\xd8\xff\xe0 a picture"), "image/jpeg"); err != nil {
			t.Fatal(err)
		}
	}
	var both [2]*iam.User
	for i := range both {
		both[i] = k.User(tenanttest.Person{Type: iam.TypeAgent})
		k.Write(func(ctx context.Context, tx iam.Tx) error {
			before, err := tx.UserForUpdate(ctx, k.Tenant.ID, both[i].ID)
			if err != nil {
				return err
			}
			after := *before
			after.PhotoKey = large + " " + small
			return tx.UpdateUser(ctx, k.Tenant.ID, before, &after)
		})
	}
	for i, want := range []error{nil, photo.ErrNotFound} {
		if _, err := s.Erase(t.Context(), k.Caller(k.Admin), both[i].ID, ""); err != nil {
			t.Fatal(err)
		}
		if _, _, err := photos.Get(t.Context(), string(k.Tenant.ID), large); !errors.Is(err, want) {
			t.Errorf("after %d erased: %v, want %v", i+1, err, want)
		}
	}
}

func TestErase(t *testing.T) {
	k := tenanttest.New(t)
	s, admin, u := service(t, k), k.Caller(k.Admin), greta(t, k)
	name, err := s.Erase(t.Context(), admin, u.ID, "")
	if err != nil || name != iam.Pseudonym(string(u.ID)) {
		t.Fatalf("%s, %v", name, err)
	}
	k.Read(func(ctx context.Context, tx iam.Tx) error {
		if _, err := tx.User(ctx, k.Tenant.ID, u.ID); iam.CodeOf(err) != iam.CodeNotFound {
			t.Errorf("the account: %v", err)
		}
		f := iam.EventFilter{Page: iam.Page{Limit: iam.MaxPageSize}}
		for range 3 {
			page, err := tx.Events(ctx, k.Tenant.ID, f)
			if err != nil {
				return err
			}
			for _, e := range page.Items {
				if text, _ := json.Marshal(e); strings.Contains(string(text), "Greta") || strings.Contains(string(text), u.Email) {
					t.Fatalf("still named: %s", text)
				}
			}
			f.Page.Cursor = page.Next
		}
		sealed, breach, err := tx.VerifyEvents(ctx, k.Tenant.ID)
		if sealed < 250 || breach != nil {
			t.Errorf("%d events, breach %+v", sealed, breach)
		}
		return err
	})
	if e := k.Events("user.erased"); len(e) != 1 || e[0].TargetID != string(u.ID) || e[0].TargetName != name {
		t.Errorf("%+v", e)
	}
	// The address is free, and the second time there is nothing to do.
	again := *u
	again.ID, again.Memberships = iam.UserID(k.NewID(iam.PrefixUser)), []iam.Membership{{Org: k.Root}}
	k.Write(func(ctx context.Context, tx iam.Tx) error { return tx.InsertUser(ctx, k.Tenant.ID, &again) })
	if _, err := s.Erase(t.Context(), admin, u.ID, ""); err != nil {
		t.Error(err)
	}
}

// Who may not, in this tenant and others.
func TestRefusals(t *testing.T) {
	k := tenanttest.New(t)
	s, admin, other := service(t, k), k.Caller(k.Admin), k.Other()
	u, org := k.User(tenanttest.Person{Type: iam.TypeAgent}), k.Org("Client", "")
	away := k.User(tenanttest.Person{Type: iam.TypeMember, Org: org})
	eraser := k.CallerWith(iam.PermUsersErase)
	both := k.CallerWith(iam.PermUsersErase, iam.PermUsersDelete)
	inClient := k.Caller(k.User(tenanttest.Person{Type: iam.TypeMember, Org: org, Permissions: []iam.Permission{iam.PermUsersErase, iam.PermUsersDelete}}))
	for _, test := range []struct {
		name       string
		c          *access.Caller
		id         iam.UserID
		get, erase iam.Code
	}{
		{"without the permission", k.CallerWith(iam.PermUsersDelete), u.ID, iam.CodeForbidden, iam.CodeForbidden},
		{"without that for deleting", eraser, u.ID, "", iam.CodeForbidden},
		{"somebody who may do more", both, k.Admin.ID, iam.CodeEscalation, iam.CodeEscalation},
		{"oneself", admin, k.Admin.ID, "", iam.CodeEscalation},
		{"of the company, from a client", inClient, u.ID, iam.CodeNotFound, iam.CodeNotFound},
		{"of another tenant", admin, other.Admin.ID, iam.CodeNotFound, iam.CodeNotFound},
		{"nobody", admin, "user_none", iam.CodeNotFound, iam.CodeNotFound},
		{"one of theirs", inClient, away.ID, "", ""},
		{"a tombstone, from a client", inClient, away.ID, iam.CodeNotFound, iam.CodeNotFound},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := s.Export(t.Context(), test.c, test.id)
			tenanttest.Refused(t, err, test.get, "")
			_, err = s.Erase(t.Context(), test.c, test.id, "")
			tenanttest.Refused(t, err, test.erase, "")
		})
	}
}

// What a company keeps of a person in fields of its own is told, and erased from
// the log as well. covers E-12
func TestCustomValues(t *testing.T) {
	k := tenanttest.New(t)
	s, admin, u := service(t, k), k.Caller(k.Admin), k.User(tenanttest.Person{Type: iam.TypeAgent, Name: "Greta"})
	f := &iam.CustomField{ID: "field_1", Key: "union", Label: "Union", Kind: iam.KindText}
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		if err := tx.InsertCustomField(ctx, k.Tenant.ID, f); err != nil {
			return err
		}
		before, err := tx.UserForUpdate(ctx, k.Tenant.ID, u.ID)
		if err != nil {
			return err
		}
		after := *before
		after.CustomValues = map[iam.FieldID]string{f.ID: "Steelworkers"}
		if err := tx.UpdateUser(ctx, k.Tenant.ID, before, &after); err != nil {
			return err
		}
		return tx.AppendEvents(ctx, k.Tenant.ID, &iam.Event{
			ID: iam.EventID(k.NewID(iam.PrefixEvent)), At: k.Clock.Now(), Action: "user.updated", ActorID: string(k.Admin.ID), TargetID: string(u.ID),
			TargetType: "user", TargetName: u.FullName(), Changes: []iam.Change{{Field: iam.CustomChange + "union", After: "Steelworkers"}},
		})
	})
	if out := export(t, s, admin, u.ID); !strings.Contains(out, `"Union": "Steelworkers"`) {
		t.Errorf("the export has no custom fields:\n%s", out)
	}
	if _, err := s.Erase(t.Context(), admin, u.ID, ""); err != nil {
		t.Fatal(err)
	}
	for _, e := range append(k.Events("user.updated"), k.Events("user.deleted")...) {
		for _, c := range e.Changes {
			if c.Before == "Steelworkers" || c.After == "Steelworkers" {
				t.Errorf("%s still tells %+v", e.Action, c)
			}
		}
	}
	k.Read(func(ctx context.Context, tx iam.Tx) error {
		_, breach, err := tx.VerifyEvents(ctx, k.Tenant.ID)
		if breach != nil {
			t.Errorf("the chain is broken: %+v", breach)
		}
		return err
	})
}
