package notices

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/mail"
	"github.com/retinue/retinue/internal/mailbox"
	"github.com/retinue/retinue/internal/store/storetest"
	"github.com/retinue/retinue/internal/tenanttest"
)

type kit struct {
	*tenanttest.Kit
	t *testing.T
	s *Service
}

func each(t *testing.T, test func(t *testing.T, k *kit)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		test(t, &kit{tenanttest.In(t, db), t, &Service{Store: db.Store, Mailbox: mailbox.New(mailbox.Deps{
			Store: db.Store, IDs: db.IDs, Renderer: &mail.Renderer{}, PublicURL: func(*iam.Tenant) string { return "https://x.example" },
		})}})
	})
}

// change changes somebody's memberships as a use case does.
func (k *kit) change(id iam.UserID, fn func(*iam.User)) {
	k.t.Helper()
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		dir, err := authz.Load(ctx, tx, k.Tenant.ID)
		if err != nil {
			return err
		}
		before, err := tx.UserForUpdate(ctx, k.Tenant.ID, id)
		if err != nil {
			return err
		}
		if err := Note(ctx, tx, k.Tenant.ID, dir, before); err != nil {
			return err
		}
		after := *before
		after.Memberships = append([]iam.Membership(nil), before.Memberships...)
		fn(&after)
		return tx.UpdateUser(ctx, k.Tenant.ID, before, &after)
	})
}

// work runs the job until it has nothing more to do, and returns what was sent.
func (k *kit) work() (mails []*iam.Mail) {
	k.t.Helper()
	for more := true; more; {
		var err error
		if more, err = k.s.Work(k.t.Context()); err != nil {
			k.t.Fatal(err)
		}
	}
	k.Read(func(ctx context.Context, tx iam.Tx) error {
		page, err := tx.Mails(ctx, k.Tenant.ID, iam.MailFilter{Page: iam.Page{Limit: iam.MaxPageSize}})
		mails = page.Items
		return err
	})
	return mails
}

// What changes within five minutes is told once, in the person's language, and
// what was taken back is not told.
func TestChangesAreToldOnce(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		client := k.Org("Client", "")
		u := k.User(tenanttest.Person{Type: iam.TypeAgent, Permissions: []iam.Permission{iam.PermReportsRead}})
		calm := k.User(tenanttest.Person{Type: iam.TypeAgent})
		k.change(u.ID, func(u *iam.User) { u.Locale, u.Memberships[0].Permissions = "de", []iam.Permission{iam.PermUsersRead} })
		k.change(calm.ID, func(u *iam.User) { u.Memberships[0].Permissions = []iam.Permission{iam.PermAuditRead} })
		k.Clock.Advance(4 * time.Minute)
		k.change(u.ID, func(u *iam.User) {
			u.Memberships = append(u.Memberships, iam.Membership{Org: client, Permissions: []iam.Permission{iam.PermDashboardHome}})
		})
		k.change(calm.ID, func(u *iam.User) { u.Memberships[0].Permissions = nil })
		if mails := k.work(); len(mails) != 0 {
			t.Fatalf("told too early: %+v", mails)
		}
		k.Clock.Advance(time.Minute)
		mails := k.work()
		if len(mails) != 1 || mails[0].To != u.Email || mails[0].Kind != "access_changed" {
			t.Fatalf("mails = %+v", mails)
		}
		text := mails[0].Text
		can, cannot, _ := strings.Cut(text, "Sie können nicht mehr:")
		for _, want := range []string{"- Benutzer sehen", "- In Client arbeiten", "(Client)"} {
			if !strings.Contains(can, want) {
				t.Errorf("it lacks %q:\n%s", want, text)
			}
		}
		if !strings.Contains(cannot, "- Berichte ") || strings.Contains(cannot, "Client") {
			t.Errorf("what was lost:\n%s", cannot)
		}
		if again := k.work(); len(again) != 1 {
			t.Errorf("told again: %d mails", len(again))
		}
	})
}

// Everybody who holds a role is told when it changes, and nobody else.
func TestARoleChanges(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		role := k.Role("Night shift", iam.PermUsersRead)
		want := map[string]bool{}
		for range portion + 7 {
			want[k.User(tenanttest.Person{Type: iam.TypeAgent, Roles: []iam.RoleID{role.ID}}).Email] = true
		}
		k.User(tenanttest.Person{Type: iam.TypeAgent})
		k.Write(func(ctx context.Context, tx iam.Tx) error {
			if err := NoteRole(ctx, tx, k.Tenant.ID, role.ID, role.Permissions); err != nil {
				return err
			}
			role.Permissions = []iam.Permission{iam.PermUsersRead, iam.PermAuditRead}
			return tx.UpdateRole(ctx, k.Tenant.ID, role)
		})
		k.work()
		k.Clock.Advance(Delay)
		got := map[string]bool{}
		for _, m := range k.work() {
			got[m.To] = true
			if !strings.Contains(m.Text, "- Read the audit log\n") || strings.Contains(m.Text, "See users") {
				t.Fatalf("text = %s", m.Text)
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("told (-want +got):\n%s", d)
		}
	})
}

// Nobody is told who can't sign in, or in a tenant that does not want it.
func TestWhoIsNotTold(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		more := func(u *iam.User) { u.Memberships[0].Permissions = []iam.Permission{iam.PermUsersRead} }
		suspended := k.User(tenanttest.Person{Type: iam.TypeAgent})
		deleted := k.User(tenanttest.Person{Type: iam.TypeAgent})
		program := k.User(tenanttest.Person{Type: iam.TypeService})
		for _, u := range []*iam.User{suspended, deleted, program} {
			k.change(u.ID, more)
		}
		k.change(suspended.ID, func(u *iam.User) { u.Status = iam.StatusSuspended })
		k.Write(func(ctx context.Context, tx iam.Tx) error {
			u, err := tx.UserForUpdate(ctx, k.Tenant.ID, deleted.ID)
			if err != nil {
				return err
			}
			return tx.DeleteUser(ctx, k.Tenant.ID, u, "x")
		})
		k.Clock.Advance(Delay)
		if mails := k.work(); len(mails) != 0 {
			t.Errorf("told: %+v", mails)
		}
		k.Write(func(ctx context.Context, tx iam.Tx) error {
			return tx.SetMailSettings(ctx, k.Tenant.ID, &iam.MailSettings{Org: k.Root, NoticesOff: true})
		})
		k.change(k.User(tenanttest.Person{Type: iam.TypeAgent}).ID, more)
		k.Clock.Advance(Delay)
		if mails := k.work(); len(mails) != 0 {
			t.Errorf("told although it is off: %+v", mails)
		}
	})
}
