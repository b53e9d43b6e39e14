package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/retinue/retinue/internal/iam"
)

func (f *sides) invitation(s side, email string) *iam.Invitation {
	now := f.db.Clock.Now()
	return &iam.Invitation{
		ID: iam.InvitationID(f.id(iam.PrefixInvitation)), Tenant: s.tenant, Org: s.org, Email: email, EmailKey: email, Type: iam.TypeMember,
		Permissions: []iam.Permission{iam.PermDashboardHome}, Teams: []iam.TeamID{"team_a", "team_b"}, Locale: "de", State: iam.InvitationPending, TokenHash: []byte(email + string(s.tenant)),
		InvitedBy: s.user, InvitedName: "Ada", CreatedAt: now, SentAt: now, TimesSent: 1, ExpiresAt: now.Add(time.Hour),
	}
}

func (f *sides) invite(t *testing.T, s side, list ...*iam.Invitation) {
	t.Helper()
	f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertInvitations(ctx, s.tenant, list) })
}

func (f *sides) use(t *testing.T, s side, i *iam.Invitation) error {
	return f.try(t, func(ctx context.Context, tx iam.Tx) error {
		return tx.UseInvitation(ctx, s.tenant, i.TokenHash, s.other)
	})
}

// testInvitations: an invitation is kept as it is, is used once, and belongs to
// its tenant.
func testInvitations(t *testing.T, f *sides) {
	one, theirs := f.invitation(f.a, "one@x.example"), f.invitation(f.b, "one@x.example")
	f.invite(t, f.a, one)
	f.invite(t, f.b, theirs)
	again := f.try(t, func(ctx context.Context, tx iam.Tx) error {
		twin := f.invitation(f.a, "one@x.example")
		twin.TokenHash = nil
		return tx.InsertInvitations(ctx, f.a.tenant, []*iam.Invitation{twin})
	})
	answers(t, again, iam.CodeConflict)
	f.read(t, func(ctx context.Context, tx iam.Tx) error {
		got, err := tx.Invitation(ctx, f.a.tenant, one.ID)
		answers(t, err, "")
		same(t, "invitation", got, one)
		got, err = tx.InvitationByToken(ctx, theirs.TokenHash)
		answers(t, err, "")
		same(t, "by token", got, theirs)
		_, err = tx.Invitation(ctx, f.b.tenant, one.ID)
		answers(t, err, iam.CodeNotFound)
		_, err = tx.InvitationByToken(ctx, []byte("nothing"))
		answers(t, err, iam.CodeNotFound)
		pending, err := tx.PendingInvitations(ctx, f.a.tenant, f.a.org, []string{"one@x.example", "two@x.example"})
		same(t, "pending", pending, map[string]iam.PendingInvitation{"one@x.example": {ID: one.ID, ExpiresAt: one.ExpiresAt}})
		return err
	})
	answers(t, f.use(t, f.b, one), iam.CodeNotFound)
	answers(t, f.use(t, f.a, one), "")
	answers(t, f.use(t, f.a, one), iam.CodeNotFound)
	f.db.Clock.Advance(time.Hour)
	answers(t, f.use(t, f.b, theirs), iam.CodeNotFound)

	theirs.Email, theirs.EmailKey = "now@x.example", "now@x.example"
	theirs.State, theirs.TokenHash, theirs.TimesSent, theirs.SentAt, theirs.ExpiresAt = iam.InvitationDeleted, nil, 2, f.db.Clock.Now(), f.db.Clock.Now()
	answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.UpdateInvitation(ctx, f.a.tenant, theirs) }), iam.CodeNotFound)
	f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.UpdateInvitation(ctx, f.b.tenant, theirs) })
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		got, err := tx.InvitationForUpdate(ctx, f.b.tenant, theirs.ID)
		same(t, "deleted", got, theirs)
		return err
	})
}

func testInvitationLists(t *testing.T, f *sides) {
	now := f.db.Clock.Now()
	child := iam.OrgID(f.id(iam.PrefixOrg))
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		return tx.InsertOrg(ctx, f.a.tenant, &iam.Organization{ID: child, Parent: f.a.org, Name: "Child", ShortName: "child", Status: iam.StatusActive})
	})
	var all []*iam.Invitation
	for n, state := range []iam.InvitationState{iam.InvitationPending, iam.InvitationPending, iam.InvitationAccepted, iam.InvitationExpired, iam.InvitationDeleted} {
		i := f.invitation(f.a, fmt.Sprintf("p%d_100%%@x.example", n))
		i.State = state
		if n == 1 {
			i.ExpiresAt, i.Org = now, child
		}
		if n == 0 || n == 4 {
			i.Roles = []iam.RoleID{"role_one", "role_two"}
		}
		f.invite(t, f.a, i)
		all = append([]*iam.Invitation{i}, all...)
	}
	theirs := f.invitation(f.b, "p9@x.example")
	theirs.Roles = []iam.RoleID{"role_two"}
	f.invite(t, f.b, theirs)
	list := func(filter iam.InvitationFilter) (page iam.List[*iam.Invitation]) {
		f.read(t, func(ctx context.Context, tx iam.Tx) (err error) {
			page, err = tx.Invitations(ctx, f.a.tenant, filter)
			return err
		})
		return page
	}
	same(t, "all", list(iam.InvitationFilter{}).Items, all)
	same(t, "below the root", list(iam.InvitationFilter{Below: f.a.org}).Items, all)
	same(t, "below the child", list(iam.InvitationFilter{Below: child}).Items, all[3:4])
	same(t, "below somebody else's", list(iam.InvitationFilter{Below: f.b.org}).Items, []*iam.Invitation(nil))
	same(t, "pending", list(iam.InvitationFilter{State: iam.InvitationPending}).Items, all[4:])
	same(t, "expired", list(iam.InvitationFilter{State: iam.InvitationExpired}).Items, []*iam.Invitation{all[1], all[3]})
	same(t, "accepted", list(iam.InvitationFilter{State: iam.InvitationAccepted}).Items, all[2:3])
	same(t, "with a role", list(iam.InvitationFilter{Role: "role_two"}).Items, []*iam.Invitation{all[0], all[4]})
	same(t, "pending with a role", list(iam.InvitationFilter{Role: "role_one", State: iam.InvitationPending}).Items, all[4:])
	for _, part := range []iam.RoleID{"role", "role%two", "one role"} {
		same(t, "with a part of a role", list(iam.InvitationFilter{Role: part}).Items, []*iam.Invitation(nil))
	}
	same(t, "search", list(iam.InvitationFilter{Search: "p3_100%"}).Items, all[1:2])
	same(t, "search for a joker", list(iam.InvitationFilter{Search: "p%x"}).Items, []*iam.Invitation(nil))
	count := func(filter iam.InvitationFilter, most int) (n int) {
		f.read(t, func(ctx context.Context, tx iam.Tx) (err error) {
			n, err = tx.CountInvitations(ctx, f.a.tenant, filter, most)
			return err
		})
		return n
	}
	same(t, "counted", []int{
		count(iam.InvitationFilter{}, 10), count(iam.InvitationFilter{}, 3), count(iam.InvitationFilter{Below: child}, 10), count(iam.InvitationFilter{Below: f.b.org}, 10),
		count(iam.InvitationFilter{State: iam.InvitationPending}, 10), count(iam.InvitationFilter{State: iam.InvitationPending, Below: child}, 10),
	}, []int{5, 3, 1, 0, 1, 0})
	first := list(iam.InvitationFilter{Page: iam.Page{Limit: 2}})
	second := list(iam.InvitationFilter{Page: iam.Page{Limit: 2, Cursor: first.Next}})
	same(t, "second page", second.Items, all[2:4])
	same(t, "back", list(iam.InvitationFilter{Page: iam.Page{Limit: 2, Cursor: second.Prev}}).Items, first.Items)
}

// testInvitationRace: of several who accept one link at the same instant, one
// succeeds.
func testInvitationRace(t *testing.T, f *sides) {
	for round := range 5 {
		i := f.invitation(f.a, fmt.Sprintf("p%d@x.example", round))
		f.invite(t, f.a, i)
		errs := together(6, func(int) error { return f.use(t, f.a, i) })
		if won, lost := countOf(errs, ""), countOf(errs, iam.CodeNotFound); won != 1 || lost != 5 {
			t.Errorf("%d accepted, %d were refused: %v", won, lost, errs)
		}
	}
}

func testInvitationsInBulk(t *testing.T, f *sides) {
	var list []*iam.Invitation
	var mails []*iam.Mail
	for n := range 700 {
		i := f.invitation(f.a, fmt.Sprintf("p%d@x.example", n))
		m := f.mail(f.a, i.Email)
		m.Org, i.Mail = f.a.org, m.ID
		list, mails = append(list, i), append(mails, m)
	}
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		if err := tx.EnqueueMails(ctx, f.a.tenant, mails); err != nil {
			return err
		}
		return tx.InsertInvitations(ctx, f.a.tenant, list)
	})
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		m := *mails[3]
		m.State, m.LastError, m.Problem = iam.MailFailed, "550 no such mailbox", iam.MailRefused
		if err := tx.UpdateMail(ctx, &m); err != nil {
			return err
		}
		got, err := tx.Invitation(ctx, f.a.tenant, list[3].ID)
		same(t, "bounce", []string{string(got.MailState), got.MailError, string(got.MailProblem)}, []string{"failed", "550 no such mailbox", "refused"})
		return err
	})
	f.read(t, func(ctx context.Context, tx iam.Tx) error {
		got, err := tx.Invitation(ctx, f.a.tenant, list[699].ID)
		list[699].MailState = iam.MailQueued
		same(t, "the last one", got, list[699])
		return err
	})
	unknown := f.invitation(f.a, "q@x.example")
	unknown.Org = f.b.org
	answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error {
		return tx.InsertInvitations(ctx, f.a.tenant, []*iam.Invitation{unknown})
	}), iam.CodeInvalid)
}

func testMailsCancelled(t *testing.T, f *sides) {
	one, sent, theirs := f.mail(f.a, "one"), f.mail(f.a, "sent"), f.mail(f.b, "theirs")
	one.Text, sent.State = "link", iam.MailSent
	f.enqueue(t, one, sent, theirs)
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		return tx.CancelMails(ctx, f.a.tenant, []iam.MailID{one.ID, sent.ID, theirs.ID})
	})
	states := map[iam.MailID]iam.MailState{}
	for _, s := range []side{f.a, f.b} {
		for _, m := range f.mails(t, s.tenant, iam.Page{}).Items {
			states[m.ID] = m.State
			if m.ID == one.ID && m.Text != "" {
				t.Error("a cancelled mail keeps its text")
			}
		}
	}
	same(t, "states", states, map[iam.MailID]iam.MailState{one.ID: iam.MailCancelled, sent.ID: iam.MailSent, theirs.ID: iam.MailQueued})
	after := *one
	after.State = iam.MailQueued
	answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.UpdateMail(ctx, &after) }), iam.CodeNotFound)
	after.State = iam.MailSent // it was on its way
	answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.UpdateMail(ctx, &after) }), "")
}

func testMailsByOrganization(t *testing.T, f *sides) {
	child := iam.OrgID(f.id(iam.PrefixOrg))
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		return tx.InsertOrg(ctx, f.a.tenant, &iam.Organization{ID: child, Parent: f.a.org, Name: "Child", ShortName: "child", Status: iam.StatusActive})
	})
	company, ours, failed := f.mail(f.a, "company"), f.mail(f.a, "ours"), f.mail(f.a, "failed")
	ours.Org, ours.FromName, ours.ReplyTo = child, "Child", "help@child.example"
	failed.Org, failed.State = child, iam.MailFailed
	f.enqueue(t, company, ours, failed)
	list := func(filter iam.MailFilter) (got []*iam.Mail) {
		f.read(t, func(ctx context.Context, tx iam.Tx) error {
			page, err := tx.Mails(ctx, f.a.tenant, filter)
			got = page.Items
			return err
		})
		return got
	}
	same(t, "of the child", list(iam.MailFilter{Below: child}), []*iam.Mail{failed, ours})
	same(t, "failed", list(iam.MailFilter{State: iam.MailFailed}), []*iam.Mail{failed})
	same(t, "all", list(iam.MailFilter{}), []*iam.Mail{failed, ours, company})
}

// testMailsClock: mails that were written or claimed while the clock was ahead
// do not wait until it gets there again.
func testMailsClock(t *testing.T, f *sides) {
	m := f.mail(f.a, "one")
	m.NextAttemptAt = f.db.Clock.Now().Add(24 * time.Hour)
	soon := f.mail(f.a, "soon")
	soon.NextAttemptAt = f.db.Clock.Now().Add(7 * time.Hour) // as a retry is
	f.enqueue(t, m, soon)
	got, err := f.claimMails(t, 10, time.Minute)
	if err != nil || len(got) != 1 || got[0].ID != m.ID {
		t.Errorf("claimed %v, %v", got, err)
	}
	if got, err := f.claimMails(t, 10, time.Minute); err != nil || len(got) != 0 {
		t.Errorf("claimed twice: %v, %v", got, err)
	}
}

func testMailTexts(t *testing.T, f *sides) {
	text := &iam.MailTemplate{Kind: "invitation", Locale: "de", Subject: "S", Body: "B", Button: "C", Note: "N", Own: true}
	settings := &iam.MailSettings{Org: f.a.org, SenderName: "Acme", ReplyTo: "help@x.example", NoticesOff: true}
	set := func(s side, settings *iam.MailSettings, text *iam.MailTemplate) error {
		return f.try(t, func(ctx context.Context, tx iam.Tx) error {
			if settings != nil {
				if err := tx.SetMailSettings(ctx, s.tenant, settings); err != nil {
					return err
				}
			}
			return tx.SetMailTemplate(ctx, s.tenant, text)
		})
	}
	for _, subject := range []string{"first", "S"} {
		text.Subject = subject
		answers(t, set(f.a, settings, text), "")
	}
	for version := range int64(2) { // of who has not seen the last one
		old, theirs := *settings, *text
		old.SenderName, old.Version, theirs.Subject, theirs.Version = "Other", version, "Other", version
		fresh := *text
		answers(t, set(f.a, &old, &fresh), iam.CodePreconditionFailed)
		answers(t, set(f.a, nil, &theirs), iam.CodePreconditionFailed)
	}
	check := func(s side, want []*iam.MailTemplate, wantSettings []*iam.MailSettings) {
		f.read(t, func(ctx context.Context, tx iam.Tx) error {
			got, err := tx.MailTemplates(ctx, s.tenant)
			answers(t, err, "")
			same(t, "texts", got, want)
			all, err := tx.AllMailSettings(ctx, s.tenant)
			same(t, "settings", all, wantSettings)
			return err
		})
	}
	check(f.a, []*iam.MailTemplate{text}, []*iam.MailSettings{settings})
	check(f.b, nil, nil)
	foreign := *settings
	foreign.Version = 0
	answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) error { return tx.SetMailSettings(ctx, f.b.tenant, &foreign) }), iam.CodeNotFound)
	mine := *text
	mine.Version = 0
	answers(t, set(f.b, nil, &mine), "")
	text.Own = false
	answers(t, set(f.a, nil, text), "")
	if check(f.a, []*iam.MailTemplate{text}, []*iam.MailSettings{settings}); text.Version != 3 || settings.Version != 2 {
		t.Errorf("versions %d and %d", text.Version, settings.Version)
	}
	check(f.b, []*iam.MailTemplate{&mine}, nil)
}

// testAccessNotices: the first notice of a person stays until it is due, and is
// taken by one node.
func testAccessNotices(t *testing.T, f *sides) {
	now := f.db.Clock.Now()
	add := func(s side, user iam.UserID, before string, due time.Time) error {
		return f.try(t, func(ctx context.Context, tx iam.Tx) error {
			return tx.AddAccessNotice(ctx, &iam.AccessNotice{Tenant: s.tenant, User: user, Before: before, DueAt: due})
		})
	}
	answers(t, add(f.a, f.a.user, "first", now.Add(time.Minute)), "")
	answers(t, add(f.a, f.a.user, "second", now.Add(time.Hour)), "")
	answers(t, add(f.a, f.a.other, "later", now.Add(time.Hour)), "")
	answers(t, add(f.b, f.b.user, "theirs", now.Add(time.Minute)), "")
	answers(t, add(f.b, f.a.user, "x", now), iam.CodeNotFound)
	f.db.Clock.Advance(time.Minute)
	var taken []*iam.AccessNotice
	for _, got := range together(3, func(int) (got []*iam.AccessNotice) {
		answers(t, f.try(t, func(ctx context.Context, tx iam.Tx) (err error) {
			got, err = tx.TakeAccessNotices(ctx, 1)
			return err
		}), "")
		return got
	}) {
		taken = append(taken, got...)
	}
	want := []*iam.AccessNotice{
		{Tenant: f.a.tenant, User: f.a.user, Before: "first", DueAt: now.Add(time.Minute)},
		{Tenant: f.b.tenant, User: f.b.user, Before: "theirs", DueAt: now.Add(time.Minute)},
	}
	if d := cmp.Diff(want, taken, cmpopts.SortSlices(func(x, y *iam.AccessNotice) bool { return x.Before < y.Before })); d != "" {
		t.Errorf("taken (-want +got):\n%s", d)
	}
}

func testRoleNotices(t *testing.T, f *sides) {
	role := &iam.Role{ID: iam.RoleID(f.id(iam.PrefixRole)), Code: "night", Name: "Night", Scope: iam.ScopeOrganization, Permissions: []iam.Permission{iam.PermUsersRead}}
	f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertRole(ctx, f.a.tenant, role) })
	note := func(s side, p ...iam.Permission) error {
		return f.try(t, func(ctx context.Context, tx iam.Tx) error {
			return tx.AddRoleNotice(ctx, &iam.RoleNotice{Tenant: s.tenant, Role: role.ID, Permissions: p})
		})
	}
	answers(t, note(f.a, iam.PermUsersRead), "")
	answers(t, note(f.a, iam.PermAuditRead), "")
	answers(t, note(f.b), iam.CodeNotFound)
	for _, next := range []string{"page 2", ""} {
		f.write(t, func(ctx context.Context, tx iam.Tx) error {
			n, err := tx.RoleNoticeForUpdate(ctx)
			if err != nil || n == nil || len(n.Permissions) != 1 || n.Permissions[0] != iam.PermUsersRead || n.Role != role.ID || n.Tenant != f.a.tenant {
				t.Fatalf("notice = %+v, %v", n, err)
			}
			if next == "" && n.Next != "page 2" {
				t.Errorf("next = %q", n.Next)
			}
			n.Next = next
			return tx.AdvanceRoleNotice(ctx, n)
		})
	}
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		n, err := tx.RoleNoticeForUpdate(ctx)
		if n != nil {
			t.Errorf("there is still %+v", n)
		}
		return err
	})
}

// testInvitationsEnd: with a person or an organization end the invitations that
// were sent from the person's row, or to the organization, and nothing of the
// other tenant's.
func testInvitationsEnd(t *testing.T, f *sides) {
	child := iam.OrgID(f.id(iam.PrefixOrg))
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		return tx.InsertOrg(ctx, f.a.tenant, &iam.Organization{ID: child, Parent: f.a.org, Name: "Child", ShortName: "child", Status: iam.StatusActive})
	})
	mail := func(s side, i *iam.Invitation) *iam.Invitation {
		m := &iam.Mail{
			ID: iam.MailID(f.id(iam.PrefixMail)), Tenant: s.tenant, Kind: "invitation", To: i.Email, Subject: "s", Text: "t", State: iam.MailQueued,
			CreatedAt: f.db.Clock.Now(), NextAttemptAt: f.db.Clock.Now(),
		}
		f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.EnqueueMail(ctx, m) })
		i.Mail = m.ID
		return i
	}
	person, address, below, theirs := f.invitation(f.a, "p@x.example"), f.invitation(f.a, "a@x.example"), f.invitation(f.a, "b@x.example"), f.invitation(f.b, "p@x.example")
	person.User, theirs.User, below.Org = f.a.other, f.a.other, child
	for _, i := range []*iam.Invitation{person, address, below} {
		f.invite(t, f.a, mail(f.a, i))
	}
	f.invite(t, f.b, mail(f.b, theirs))
	f.read(t, func(ctx context.Context, tx iam.Tx) error {
		got, err := tx.PersonInvitations(ctx, f.a.tenant, f.a.other)
		if len(got) != 1 || got[0].ID != person.ID {
			t.Errorf("the person's are %v", got)
		}
		return err
	})
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		u, err := tx.UserForUpdate(ctx, f.a.tenant, f.a.other)
		if err != nil {
			return err
		}
		return tx.DeleteUser(ctx, f.a.tenant, u, "x")
	})
	f.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.DeleteOrg(ctx, f.a.tenant, child) })
	f.read(t, func(ctx context.Context, tx iam.Tx) error {
		for i, want := range map[*iam.Invitation]iam.MailState{person: iam.MailCancelled, address: iam.MailQueued, below: iam.MailCancelled, theirs: iam.MailQueued} {
			m, err := tx.Mail(ctx, i.Tenant, i.Mail)
			if err != nil || m.State != want {
				t.Errorf("the mail to %s of %s is %v, %v, want %s", i.Email, i.Tenant, m, err, want)
			}
		}
		got, err := tx.Invitation(ctx, f.a.tenant, person.ID)
		if err != nil || got.State != iam.InvitationDeleted || got.TokenHash != nil {
			t.Errorf("the person's is %+v, %v", got, err)
		}
		got, err = tx.Invitation(ctx, f.b.tenant, theirs.ID)
		if err != nil || got.State != iam.InvitationPending {
			t.Errorf("the other tenant's is %+v, %v", got, err)
		}
		return nil
	})
}

func testOrgNotices(t *testing.T, f *sides) {
	note := func(s side, features []string) error {
		return f.try(t, func(ctx context.Context, tx iam.Tx) error {
			return tx.AddOrgNotice(ctx, &iam.OrgNotice{Tenant: s.tenant, Org: f.a.org, Parent: "above", Features: features})
		})
	}
	answers(t, note(f.a, nil), "")
	answers(t, note(f.a, []string{"analytics"}), "") // the first one counts
	answers(t, note(f.b, nil), iam.CodeNotFound)
	for _, next := range []string{"page 2", ""} {
		f.write(t, func(ctx context.Context, tx iam.Tx) error {
			n, err := tx.OrgNoticeForUpdate(ctx)
			if err != nil || n == nil || n.Features != nil || n.Org != f.a.org || n.Parent != "above" || n.Tenant != f.a.tenant {
				t.Fatalf("notice = %+v, %v", n, err)
			}
			if next == "" && n.Next != "page 2" {
				t.Errorf("next = %q", n.Next)
			}
			n.Next = next
			return tx.AdvanceOrgNotice(ctx, n)
		})
	}
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		n, err := tx.OrgNoticeForUpdate(ctx)
		if n != nil {
			t.Errorf("there is still %+v", n)
		}
		return err
	})
}
