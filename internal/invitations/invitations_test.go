package invitations

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/mail"
	"github.com/retinue/retinue/internal/mailbox"
	"github.com/retinue/retinue/internal/password"
	"github.com/retinue/retinue/internal/sessions"
	"github.com/retinue/retinue/internal/store/storetest"
	"github.com/retinue/retinue/internal/tenanttest"
)

const chosen = "plum jacket seven rivers"

// kit is a tenant with a client organization and the service.
type kit struct {
	*tenanttest.Kit
	t        testing.TB
	s        *Service
	sessions *sessions.Service
	client   iam.OrgID
	admin    *access.Caller
}

func newKit(t testing.TB, db storetest.DB) *kit {
	t.Helper()
	k := &kit{Kit: tenanttest.In(t, db), t: t}
	hasher, err := password.NewHasher(password.Config{MemoryKiB: 64, Iterations: 1})
	if err != nil {
		t.Fatal(err)
	}
	link := func(*iam.Tenant) string { return "https://x.example" }
	directories := authz.NewCache(db.Store, db.Clock)
	db.OnAccessChanged(directories.Invalidate)
	mails := mailbox.New(mailbox.Deps{Store: db.Store, IDs: db.IDs, Renderer: &mail.Renderer{}, From: "people@example.com", PublicURL: link})
	k.sessions, err = sessions.New(sessions.Deps{
		Store: db.Store, IDs: db.IDs, Clock: db.Clock, Hasher: hasher, Policy: &password.Policy{}, Mailer: mails, Directories: directories,
		Config: sessions.Config{Lifetime: 12 * time.Hour, Idle: time.Hour, ResetLifetime: time.Hour},
	})
	if err != nil {
		t.Fatal(err)
	}
	k.s = New(Deps{Store: db.Store, IDs: db.IDs, Clock: db.Clock, Directories: directories, Mailbox: mails, Sessions: k.sessions, Hasher: hasher})
	k.client = k.Org("Client", "")
	k.admin = k.Caller(k.Admin)
	return k
}

func each(t *testing.T, test func(t *testing.T, k *kit)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db storetest.DB) { test(t, newKit(t, db)) })
}

// invite invites addresses and returns the outcomes.
func (k *kit) invite(c *access.Caller, in Create) []Outcome {
	k.t.Helper()
	results, err := k.s.Create(k.t.Context(), c, in)
	if err != nil {
		k.t.Fatal(err)
	}
	var out []Outcome
	for _, r := range results {
		out = append(out, r.Outcome)
	}
	return out
}

// mails are those to an address, the newest first.
func (k *kit) mails(to string) (out []*iam.Mail) {
	k.t.Helper()
	k.Read(func(ctx context.Context, tx iam.Tx) error {
		page, err := tx.Mails(ctx, k.Tenant.ID, iam.MailFilter{Page: iam.Page{Limit: iam.MaxPageSize}})
		for _, m := range page.Items {
			if m.To == to {
				out = append(out, m)
			}
		}
		return err
	})
	return out
}

// token is that of the latest mail to an address.
func (k *kit) token(to string) string {
	k.t.Helper()
	list := k.mails(to)
	if len(list) == 0 {
		k.t.Fatalf("no mail to %s", to)
	}
	_, after, found := strings.Cut(list[0].Text, "/invitation#token=")
	if !found {
		k.t.Fatalf("no link in %q", list[0].Text)
	}
	return strings.Fields(after)[0]
}

func (k *kit) accept(token string, in Accept) (*sessions.SignedIn, error) {
	return k.s.Accept(k.t.Context(), token, in, sessions.Client{IP: "192.0.2.9"})
}

func (k *kit) accepted(token string, in Accept) *sessions.SignedIn {
	k.t.Helper()
	done, err := k.accept(token, in)
	if err != nil {
		k.t.Fatal(err)
	}
	return done
}

func (k *kit) list(f iam.InvitationFilter) []*View {
	k.t.Helper()
	page, err := k.s.List(k.t.Context(), k.admin, f)
	if err != nil {
		k.t.Fatal(err)
	}
	return page.Items
}

func (k *kit) bulk(c *access.Caller, action Action, ids ...iam.InvitationID) []Changed {
	k.t.Helper()
	out, err := k.s.Bulk(k.t.Context(), c, action, ids)
	if err != nil {
		k.t.Fatal(err)
	}
	return out
}

var maria = Accept{FirstName: "María", LastName: "Ruiz", Password: chosen}

// Several addresses at once, one outcome a line; the link makes an account with
// what the invitation carries, signs in there, and works once. covers E-02 E-03
func TestInviting(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		member := k.User(tenanttest.Person{Type: iam.TypeMember, Org: k.client})
		gone := k.User(tenanttest.Person{Type: iam.TypeMember, Org: k.client, Suspended: true})
		elsewhere := k.User(tenanttest.Person{Type: iam.TypeAgent})
		program := k.User(tenanttest.Person{Type: iam.TypeService})
		in := Create{
			Org: k.client, Roles: []string{"org_admin"}, Access: []string{"home"}, Permissions: []iam.Permission{iam.PermReportsRead}, Locale: "es",
			Addresses: []string{" maria@client.example ", "nonsense", "MARIA@client.example", member.Email, gone.Email, elsewhere.Email, program.Email},
		}
		want := []Outcome{Sent, Invalid, Duplicate, AlreadyMember, Suspended, Sent, Invalid}
		if d := cmp.Diff(want, k.invite(k.admin, in)); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
		if got := k.invite(k.admin, in); got[0] != AlreadyInvited || got[5] != AlreadyInvited {
			t.Errorf("again: %v", got)
		}
		m := k.mails("maria@client.example")[0]
		if m.Kind != "invitation" || m.Org != k.client || !strings.Contains(m.Subject, "Client") || !strings.Contains(m.Text, "7 días") {
			t.Errorf("mail = %+v", m)
		}
		token := k.token("maria@client.example")
		for range 3 { // a scanner of mails
			o, err := k.s.Lookup(t.Context(), token, "")
			if err != nil || o.User != nil || !o.NeedsPassword() || o.Org.ID != k.client {
				t.Fatalf("offer = %+v, %v", o, err)
			}
		}
		weak := maria
		weak.Password = "weak"
		_, err := k.accept(token, weak)
		tenanttest.Refused(t, err, iam.CodeInvalid, "/password")
		_, err = k.accept(token, Accept{Password: chosen})
		tenanttest.Refused(t, err, iam.CodeInvalid, "/first_name")
		done := k.accepted(token, maria)
		p := done.Principal
		if p.Org.ID != k.client || p.User.Type != iam.TypeMember || p.User.Locale != "es" || p.MustChangePassword() ||
			!p.Caller.Has(iam.PermDashboardHome) || !p.Caller.Has(iam.PermReportsRead) || !p.Caller.Has(iam.PermUsersInvite) {
			t.Errorf("signed in as %+v in %s", p.Caller, p.Org.Name)
		}
		_, err = k.s.Lookup(t.Context(), token, "")
		tenanttest.Refused(t, err, iam.CodeInvalid, "/token")
		_, err = k.accept(token, maria)
		tenanttest.Refused(t, err, iam.CodeInvalid, "/token")
		if _, err := k.sessions.SignIn(t.Context(), sessions.SignIn{Tenant: k.Tenant.ShortName, Email: "maria@client.example", Password: chosen}); err != nil {
			t.Error(err)
		}
		for action, n := range map[string]int{"invitation.created": 2, "invitation.accepted": 1, "user.created": 1} {
			if got := len(k.Events(action)); got != n {
				t.Errorf("%d events %s, want %d", got, action, n)
			}
		}
		for _, e := range k.Events("invitation.created") {
			if strings.Contains(e.TargetName+e.TargetID, token) {
				t.Error("the link is in the audit log")
			}
		}
		if accepted := k.list(iam.InvitationFilter{State: iam.InvitationAccepted}); len(accepted) != 1 || accepted[0].AcceptedBy != p.User.ID {
			t.Errorf("accepted = %+v", accepted)
		}
	})
}

// Somebody who has an account joins with it, keeps what they have, and lands in
// the new organization. With another person's session open nothing happens.
// covers E-03
func TestJoiningWithAnAccount(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		u := k.User(tenanttest.Person{Type: iam.TypeAgent, Permissions: []iam.Permission{iam.PermReportsRead}})
		k.Change(u.ID, func(u *iam.User) { u.PasswordHash = "$2b$04$abcdefghijklmnopqrstuuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ01" })
		k.invite(k.admin, Create{Org: k.client, Access: []string{"analytics"}, Addresses: []string{u.Email}})
		token := k.token(u.Email)
		o, err := k.s.Lookup(t.Context(), token, "")
		if err != nil || o.User == nil || o.User.ID != u.ID || o.NeedsPassword() {
			t.Fatalf("offer = %+v, %v", o, err)
		}
		_, err = k.accept(token, Accept{SignedIn: k.Admin.ID})
		tenanttest.Refused(t, err, iam.CodeConflict, "")
		p := k.accepted(token, Accept{SignedIn: u.ID}).Principal
		if p.Org.ID != k.client || p.User.Type != iam.TypeAgent || len(p.User.Memberships) != 2 || !p.Caller.Has(iam.PermDashboardAnalytics) ||
			p.User.FullName() != u.FullName() || p.User.PasswordHash == "" {
			t.Errorf("principal = %+v", p.User)
		}
		if root := p.User.Membership(k.Root); root == nil || len(root.Permissions) != 1 {
			t.Errorf("the membership in the company is %+v", root)
		}
	})
}

// Nobody is invited as what their account is not and never becomes; where the
// inviter does not see the account, joining gives what its own type has.
func TestInvitedAsAnotherType(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		u := k.User(tenanttest.Person{Type: iam.TypeMember, Org: k.client})
		in := Create{Org: k.Root, Type: iam.TypeTenantAdmin, Addresses: []string{u.Email}}
		results, err := k.s.Create(t.Context(), k.admin, in)
		if err != nil || results[0].Outcome != OtherType || results[0].Type != iam.TypeMember || !strings.Contains(results[0].Detail, "member") || len(k.mails(u.Email)) != 0 {
			t.Fatalf("%+v, %v", results, err)
		}
		agent := k.User(tenanttest.Person{Type: iam.TypeAgent, Org: k.client})
		for who, as := range map[*iam.User]iam.UserType{u: "", agent: iam.TypeMember} {
			if got := k.invite(k.admin, Create{Org: k.Root, Type: as, Addresses: []string{who.Email}}); got[0] != Sent {
				t.Errorf("as %q: %v", as, got)
			}
			k.bulk(k.admin, ActionDelete, k.list(iam.InvitationFilter{State: iam.InvitationPending})[0].ID)
		}

		// The account came after the invitation.
		in.Addresses = []string{"late@client.example"}
		if got := k.invite(k.admin, in); got[0] != Sent {
			t.Fatal(got)
		}
		late := k.User(tenanttest.Person{Type: iam.TypeMember, Org: k.client})
		k.Change(late.ID, func(u *iam.User) { u.Email, u.EmailKey = in.Addresses[0], in.Addresses[0] })
		p := k.accepted(k.token(in.Addresses[0]), Accept{Password: chosen}).Principal
		if m := p.User.Membership(k.Root); p.User.Type != iam.TypeMember || m == nil || m.IncludesDescendants {
			t.Errorf("%s has %+v", p.User.Type, m)
		}
	})
}

// A link stops when the invitation is sent again, deleted or expired, and for a
// suspended person or organization; a deleted person's address can be invited
// again. covers E-04 E-07
func TestLinksThatStop(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		const to = "maria@client.example"
		k.invite(k.admin, Create{Org: k.client, Addresses: []string{to}})
		first := k.token(to)
		id := k.list(iam.InvitationFilter{})[0].ID
		if r := k.bulk(k.admin, ActionResend, id); r[0].Err != nil || r[0].Invitation.TimesSent != 2 {
			t.Fatalf("resent: %+v", r[0])
		}
		second := k.token(to)
		dead := func(token string, code iam.Code) {
			t.Helper()
			_, err := k.s.Lookup(t.Context(), token, "")
			tenanttest.Refused(t, err, code, "")
			_, err = k.accept(token, maria)
			tenanttest.Refused(t, err, code, "")
		}
		dead(first, iam.CodeInvalid)
		dead("", iam.CodeInvalid)
		dead(strings.Repeat("x", 500), iam.CodeInvalid)
		if mails := k.mails(to); len(mails) != 2 || mails[1].State != iam.MailCancelled || mails[1].Text != "" {
			t.Errorf("the first mail is %+v", mails[1])
		}
		k.suspend(k.client, iam.StatusSuspended)
		dead(second, iam.CodeOrganizationSuspended)
		k.suspend(k.client, iam.StatusActive)
		k.Clock.Advance(Lifetime)
		dead(second, iam.CodeInvalid)
		if expired := k.list(iam.InvitationFilter{State: iam.InvitationExpired}); len(expired) != 1 || expired[0].State != iam.InvitationExpired {
			t.Errorf("expired = %+v", expired)
		}
		// An expired one makes room for a new one.
		if got := k.invite(k.admin, Create{Org: k.client, Addresses: []string{to}}); got[0] != Sent {
			t.Errorf("after expiry: %v", got)
		}
		third := k.token(to)
		latest := k.list(iam.InvitationFilter{State: iam.InvitationPending})[0].ID
		if r := k.bulk(k.admin, ActionDelete, latest, latest, id); len(r) != 2 || r[0].Err != nil || r[1].Err != nil {
			t.Fatalf("deleted: %+v", r)
		}
		dead(third, iam.CodeInvalid)
		if r := k.bulk(k.admin, ActionResend, latest); iam.CodeOf(r[0].Err) != iam.CodeConflict {
			t.Errorf("a deleted one was sent again: %+v", r)
		}
		// Accepted, then deleted, then invited anew.
		k.invite(k.admin, Create{Org: k.client, Addresses: []string{to}})
		u := k.accepted(k.token(to), maria).Principal.User
		if r := k.bulk(k.admin, ActionDelete, k.list(iam.InvitationFilter{State: iam.InvitationAccepted})[0].ID); iam.CodeOf(r[0].Err) != iam.CodeConflict {
			t.Errorf("an accepted one was deleted: %+v", r)
		}
		k.Write(func(ctx context.Context, tx iam.Tx) error {
			now, err := tx.UserForUpdate(ctx, k.Tenant.ID, u.ID)
			if err != nil {
				return err
			}
			return tx.DeleteUser(ctx, k.Tenant.ID, now, "x")
		})
		if got := k.invite(k.admin, Create{Org: k.client, Addresses: []string{to}}); got[0] != Sent {
			t.Fatalf("after deletion: %v", got)
		}
		if again := k.accepted(k.token(to), maria).Principal.User; again.ID == u.ID {
			t.Error("the deleted person came back")
		}
	})
}

// suspend sets the status of an organization.
func (k *kit) suspend(org iam.OrgID, status iam.Status) {
	k.t.Helper()
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		o, err := tx.Org(ctx, k.Tenant.ID, org)
		if err != nil {
			return err
		}
		o.Status = status
		tx.AccessChanged(k.Tenant.ID)
		return tx.UpdateOrg(ctx, k.Tenant.ID, o)
	})
}

// Two people press the button at the same instant: one comes in.
func TestAcceptedAtOnce(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		k.invite(k.admin, Create{Org: k.client, Addresses: []string{"maria@client.example"}})
		token := k.token("maria@client.example")
		errs := make([]error, 6)
		start := make(chan struct{})
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() {
				<-start
				_, errs[i] = k.accept(token, maria)
			})
		}
		close(start)
		all.Wait()
		won := 0
		for _, err := range errs {
			switch iam.CodeOf(err) {
			case "":
				won++
			case iam.CodeInvalid, iam.CodeConflict:
			default:
				t.Errorf("unexpected: %v", err)
			}
		}
		if won != 1 {
			t.Errorf("%d came in: %v", won, errs)
		}
	})
}

// A suspended person whom the inviter can't see is told so by the page.
func TestSuspendedElsewhere(t *testing.T) {
	each(t, func(t *testing.T, k *kit) {
		hidden := k.User(tenanttest.Person{Type: iam.TypeAgent, Suspended: true})
		boss := k.Caller(k.User(tenanttest.Person{Type: iam.TypeMember, Org: k.client, Roles: []iam.RoleID{access.RoleOrgAdmin}}))
		if got := k.invite(boss, Create{Addresses: []string{hidden.Email}}); got[0] != Sent {
			t.Errorf("the inviter learns of somebody elsewhere: %v", got)
		}
		_, err := k.accept(k.token(hidden.Email), Accept{Password: chosen})
		tenanttest.Refused(t, err, iam.CodeAccountSuspended, "")
	})
}
