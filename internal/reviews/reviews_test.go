package reviews

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/mail"
	"github.com/retinue/retinue/internal/mailbox"
	"github.com/retinue/retinue/internal/teams"
	"github.com/retinue/retinue/internal/tenanttest"
	"github.com/retinue/retinue/internal/tokens"
	"github.com/retinue/retinue/internal/users"
)

func service(t *testing.T, k *tenanttest.Kit) *Service {
	t.Helper()
	box, err := tokens.NewBox(make([]byte, tokens.SecretSize))
	if err != nil {
		t.Fatal(err)
	}
	link := func(*iam.Tenant) string { return "https://console.example" }
	mails := mailbox.New(mailbox.Deps{Store: k.DB.Store, IDs: k.IDs, Renderer: &mail.Renderer{}, From: "retinue@example.com", PublicURL: link})
	directories := authz.NewCache(k.DB.Store, k.Clock)
	k.OnAccessChanged(directories.Invalidate)
	return New(Deps{
		Store: k.DB.Store, IDs: k.IDs, Clock: k.Clock, Directories: directories, Mailbox: mails, PublicURL: link,
		Users:  users.New(users.Deps{Store: k.DB.Store, IDs: k.IDs, Directories: directories, Mailer: mails}),
		Teams:  teams.New(teams.Deps{Store: k.DB.Store, IDs: k.IDs}),
		Tokens: tokens.New(tokens.Deps{Store: k.DB.Store, Clock: k.Clock, Box: box}),
	})
}

func start(t *testing.T, s *Service, c *access.Caller, in Start) *View {
	t.Helper()
	v, err := s.Start(t.Context(), c, in)
	if err != nil {
		t.Fatal(err)
	}
	if v.State != iam.ReviewOpen {
		t.Fatalf("the review is %s", v.State)
	}
	return v
}

// rowOf is the row of a user.
func rowOf(t *testing.T, s *Service, c *access.Caller, id iam.ReviewID, user iam.UserID) *Row {
	t.Helper()
	page, err := s.Rows(t.Context(), c, id, iam.ReviewRowFilter{Page: iam.Page{Limit: iam.MaxPageSize}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range page.Items {
		if r.User == user {
			return r
		}
	}
	t.Fatalf("%s is not listed", user)
	return nil
}

func decided(t *testing.T, s *Service, c *access.Caller, id iam.ReviewID, user iam.UserID, d Decide) {
	t.Helper()
	if _, err := s.Decide(t.Context(), c, id, rowOf(t, s, c, id, user).N, d); err != nil {
		t.Fatal(err)
	}
}

// watched records something long ago, so that uses count as watched.
func watched(k *tenanttest.Kit, uses ...iam.PermissionUse) {
	long := iam.PermissionUse{User: k.Admin.ID, Org: k.Root, Permission: iam.PermUsersRead, Day: k.Clock.Now().Unix()/86400 - 100}
	k.Write(func(ctx context.Context, tx iam.Tx) error { return tx.RecordUses(ctx, k.Tenant.ID, append(uses, long)) })
}

func today(k *tenanttest.Kit) int64 { return k.Clock.Now().Unix() / 86400 }

// What is held and was not used is pointed out, and what could go is suggested.
//
func TestUnused(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(t, k), k.Caller(k.Admin)
	client := k.Org("Client", "")
	reader := k.Role("Reader", iam.PermAuditRead)
	// Whether chats are answered is not seen here: nothing says that the role is not needed.
	chats := k.Role("Chats", iam.PermAuditRead, iam.PermConversationsHandle)
	ann := k.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Roles: []iam.RoleID{reader.ID, chats.ID}, Permissions: []iam.Permission{
		iam.PermDashboardHome, iam.PermDashboardKnowledge, iam.PermKnowledgeRead, iam.PermKnowledgeManage, iam.PermBotsPublish,
	}})
	early := start(t, s, admin, Start{Org: client})
	if r := rowOf(t, s, admin, early.ID, ann.ID); len(r.Held.Idle)+len(r.Held.IdleRoles) != 0 || len(r.Held.Unused) == 0 {
		t.Errorf("suggested at once: %+v", r.Held)
	}
	k.Clock.Advance(100 * day)
	watched(k, iam.PermissionUse{User: ann.ID, Org: client, Permission: iam.PermDashboardHome, Day: today(k) - 5},
		iam.PermissionUse{User: ann.ID, Org: client, Permission: iam.PermAuditRead, Day: today(k) - 91})
	v := start(t, s, admin, Start{Org: client, Name: " Spring  review "})
	r := rowOf(t, s, admin, v.ID, ann.ID)
	want := iam.ReviewHeld{
		Roles:       []iam.ReviewRole{{ID: reader.ID, Name: "Reader"}, {ID: chats.ID, Name: "Chats"}},
		Permissions: r.Held.Permissions, Unused: access.SetOf(iam.PermAuditRead, iam.PermDashboardKnowledge, iam.PermKnowledgeRead, iam.PermKnowledgeManage).Permissions(),
		IdleRoles: []iam.RoleID{reader.ID}, Idle: r.Held.Idle, WatchedDays: 90, OnlyOrg: true,
	}
	if diff := cmp.Diff(want, r.Held); diff != "" || v.Name != "Spring review" || v.Counts.Total != 2 || v.Counts.Unused != 2 { // the admin acts there, too
		t.Errorf("%+v %s", v, diff)
	}
	if got := access.SetOf(r.Held.Idle...); got != access.SetOf(iam.PermDashboardKnowledge, iam.PermKnowledgeRead, iam.PermKnowledgeManage) {
		t.Errorf("suggested %v", got.Permissions())
	}
	_, err := s.Start(t.Context(), admin, Start{Org: "org_none"})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/organization_id")
	_, err = s.Start(t.Context(), admin, Start{RepeatMonths: 5})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/repeat_months")
	_, err = s.Start(t.Context(), admin, Start{DueAt: k.Clock.Now().Add(-day)})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/due_at")
	_, err = s.Start(t.Context(), k.CallerWith(iam.PermUsersRead), Start{})
	tenanttest.Refused(t, err, iam.CodeForbidden, "")
}

// Finishing keeps, reduces and removes as was decided, leaves alone what changed
// after its decision, and gives a report that shows tampering.
func TestFinish(t *testing.T) {
	k := tenanttest.New(t)
	s, admin, client, other := service(t, k), k.Caller(k.Admin), k.Org("Client", ""), k.Org("Other", "")
	role := k.Role("Reader", iam.PermAuditRead)
	member := func(name string) *iam.User {
		return k.User(tenanttest.Person{Type: iam.TypeMember, Name: name, Org: client, Roles: []iam.RoleID{role.ID}, Permissions: []iam.Permission{iam.PermDashboardHome}})
	}
	keep, less, gone, moved, changed, late := member("=Keep"), member("Less"), member("Gone"), member("Moved"), member("Changed"), member("Late")
	_, err := s.Users.(*users.Service).SetMembership(t.Context(), admin, moved.ID, other, users.SetMembership{Version: 1})
	if err != nil {
		t.Fatal(err)
	}
	v := start(t, s, admin, Start{Org: client, RepeatMonths: 3})
	decided(t, s, admin, v.ID, keep.ID, Decide{Decision: iam.DecisionKeep})
	decided(t, s, admin, v.ID, less.ID, Decide{Decision: iam.DecisionReduce, Roles: &[]iam.RoleID{role.ID}})
	decided(t, s, admin, v.ID, gone.ID, Decide{Decision: iam.DecisionRemove})
	decided(t, s, admin, v.ID, moved.ID, Decide{Decision: iam.DecisionRemove})
	decided(t, s, admin, v.ID, changed.ID, Decide{Decision: iam.DecisionRemove})
	_, err = s.Users.(*users.Service).SetMembership(t.Context(), admin, changed.ID, client, users.SetMembership{Permissions: &[]iam.Permission{}, Version: 1})
	if err != nil {
		t.Fatal(err)
	}
	if r := rowOf(t, s, admin, v.ID, changed.ID); !r.Changed {
		t.Error("nobody sees that access has changed")
	}
	_, err = s.Decide(t.Context(), admin, v.ID, rowOf(t, s, admin, v.ID, late.ID).N, Decide{Decision: iam.DecisionReduce})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/role_ids")
	_, err = s.Finish(t.Context(), admin, v.ID, false)
	tenanttest.Refused(t, err, iam.CodeConflict, "")
	if v, err = s.Finish(t.Context(), admin, v.ID, true); err != nil || v.State != iam.ReviewFinished || v.NextDueAt.IsZero() {
		t.Fatalf("%+v, %v", v, err)
	}
	for user, want := range map[*iam.User]iam.ReviewResult{
		keep: iam.ResultKept, less: iam.ResultReduced, gone: iam.ResultDeleted, moved: iam.ResultRemoved, changed: iam.ResultChanged, late: iam.ResultUndecided,
	} {
		if r := rowOf(t, s, admin, v.ID, user.ID); r.Result != want || r.Problem != "" {
			t.Errorf("%s: %s %s", r.FullName, r.Result, r.Problem)
		}
	}
	k.Read(func(ctx context.Context, tx iam.Tx) error {
		if _, err := tx.User(ctx, k.Tenant.ID, gone.ID); iam.CodeOf(err) != iam.CodeNotFound {
			t.Errorf("still there: %v", err)
		}
		u, err := tx.User(ctx, k.Tenant.ID, less.ID)
		if err == nil && (len(u.Memberships[0].Roles) != 0 || len(u.Memberships[0].Permissions) != 1) {
			t.Errorf("reduced to %+v", u.Memberships)
		}
		return err
	})
	_, err = s.Decide(t.Context(), admin, v.ID, 1, Decide{Decision: iam.DecisionKeep})
	tenanttest.Refused(t, err, iam.CodeConflict, "")
	verify(t, k, s, admin, v)
}

// What can't be done any more when a review is finished says why, for people and
// for programs.
func TestRefusedWhenFinished(t *testing.T) {
	k := tenanttest.New(t)
	second := k.User(tenanttest.Person{Type: iam.TypeTenantAdmin, Descendants: true})
	s, reviewer := service(t, k), k.Caller(k.User(tenanttest.Person{Type: iam.TypeAgent, Roles: []iam.RoleID{access.RoleAdmin}}))
	v := start(t, s, reviewer, Start{})
	for _, u := range []*iam.User{k.Admin, second} {
		decided(t, s, reviewer, v.ID, u.ID, Decide{Decision: iam.DecisionRemove})
	}
	if _, err := s.Finish(t.Context(), reviewer, v.ID, true); err != nil {
		t.Fatal(err)
	}
	refused := 0
	for _, u := range []*iam.User{k.Admin, second} {
		switch r := rowOf(t, s, reviewer, v.ID, u.ID); r.Result {
		case iam.ResultRefused:
			refused++
			if r.ProblemCode != "last_tenant_admin" || r.Problem == "" {
				t.Errorf("%+v", r)
			}
		default:
			if r.Result != iam.ResultDeleted || r.Problem != "" || r.ProblemCode != "" {
				t.Errorf("%+v", r)
			}
		}
	}
	if refused != 1 {
		t.Errorf("%d were refused", refused)
	}
}

func TestProblemsHaveCodes(t *testing.T) {
	for _, tt := range []struct {
		err  *iam.Error
		want string
	}{
		{iam.Errorf(iam.CodeEscalation, "No.").Because("holds_more"), "holds_more"},
		{iam.Errorf(iam.CodeForbidden, "No."), "finisher_may_not"},
		{iam.NotFound("user"), "not_there_any_more"},
		{iam.Stale("user"), "access_changed"},
		{iam.InvalidField("/roles", "unknown", "There is no such role."), "refused"},
		{iam.Errorf(iam.CodeConflict, "No.").Because("a_new_one"), "refused"},
	} {
		code, text := problemOf(tt.err)
		if code != tt.want || !slices.Contains(Problems, code) || text == "" {
			t.Errorf("%v: %q, %q", tt.err, code, text)
		}
	}
}

// verify reads the signed report as an auditor does.
func verify(t *testing.T, k *tenanttest.Kit, s *Service, c *access.Caller, v *View) {
	t.Helper()
	var buf bytes.Buffer
	out := bufio.NewWriter(&buf)
	if err := s.WriteCSV(t.Context(), c, v.ID, out); err != nil {
		t.Fatal(err)
	}
	_ = out.Flush()
	text := buf.String()
	at := strings.LastIndex(text, "signature,")
	content, token := text[:at], strings.TrimSpace(text[at+len("signature,"):])
	set, err := s.Tokens.KeySet(t.Context(), c.Tenant)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		t.Fatal(err)
	}
	var claims tokens.Attestation
	if err := parsed.Claims(set, &claims); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(content))
	if hash := hex.EncodeToString(sum[:]); claims.SHA256 != hash || v.ReportSHA256 != hash || claims.Rows != v.Counts.Total {
		t.Errorf("signed %+v, recorded %s, is %s", claims, v.ReportSHA256, hash)
	}
	if !strings.Contains(content, ",'=Keep Example,") {
		t.Errorf("a formula is left in %s", content)
	}
	if events := k.Events("access_review.finished"); len(events) != 1 {
		t.Errorf("%d events", len(events))
	}
	rows := 0
	var shown *Printable
	err = s.Print(t.Context(), c, v.ID, func(p *Printable) error { shown = p; return nil }, func(*iam.ReviewRow) error { rows++; return nil })
	if err != nil || rows != int(v.Counts.Total) || shown.SHA256 != v.ReportSHA256 {
		t.Errorf("printed %d rows, %+v, %v", rows, shown, err)
	}
}

// Nobody decides on themselves, on people with more access, or takes the last
// one in charge away.
func TestBlocked(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(t, k), k.Caller(k.Admin)
	strong := k.User(tenanttest.Person{Type: iam.TypeAgent, Permissions: []iam.Permission{iam.PermPoliciesManage}})
	reviewer := k.CallerWith(iam.PermReviewsManage, iam.PermRolesAssign)
	v := start(t, s, reviewer, Start{})
	for user, want := range map[iam.UserID]Block{reviewer.User: BlockSelf, strong.ID: BlockMoreAccess, k.Admin.ID: BlockMoreAccess} {
		r := rowOf(t, s, reviewer, v.ID, user)
		if r.Blocked != want {
			t.Errorf("%s: blocked by %q, want %q", user, r.Blocked, want)
		}
		for _, d := range []iam.ReviewDecision{iam.DecisionReduce, iam.DecisionRemove} {
			_, err := s.Decide(t.Context(), reviewer, v.ID, r.N, Decide{Decision: d})
			tenanttest.Refused(t, err, iam.CodeEscalation, "")
		}
		decided(t, s, reviewer, v.ID, user, Decide{Decision: iam.DecisionKeep})
	}
	operator := access.Operator(k.Tenant.ID, k.Root)
	if r := rowOf(t, s, operator, v.ID, k.Admin.ID); r.Blocked != BlockLastAdmin {
		t.Errorf("the last admin is blocked by %q", r.Blocked)
	} else if _, err := s.Decide(t.Context(), operator, v.ID, r.N, Decide{Decision: iam.DecisionRemove}); iam.CodeOf(err) != iam.CodeLastAdmin || reasonOf(err) != "last_in_charge" {
		t.Errorf("removing the last admin: %v", err)
	}
	results, err := s.DecideMany(t.Context(), admin, v.ID, []int64{rowOf(t, s, admin, v.ID, strong.ID).N, rowOf(t, s, admin, v.ID, k.Admin.ID).N, 99}, Decide{Decision: iam.DecisionRemove})
	if err != nil || len(results) != 3 || results[0].Err != nil || iam.CodeOf(results[1].Err) != iam.CodeEscalation || iam.CodeOf(results[2].Err) != iam.CodeNotFound {
		t.Errorf("%+v, %v", results, err)
	}
}

// A reviewer of one organization sees and touches nothing beside it, and what
// another tenant has is not there.
func TestScope(t *testing.T) {
	k := tenanttest.New(t)
	other := k.Other()
	s, admin := service(t, k), k.Caller(k.Admin)
	mine, sister := k.Org("Mine", ""), k.Org("Sister", "")
	boss := k.Caller(k.User(tenanttest.Person{Type: iam.TypeMember, Org: mine, Roles: []iam.RoleID{access.RoleOrgAdmin}, Permissions: []iam.Permission{iam.PermReviewsManage}, Descendants: true}))
	v := start(t, s, admin, Start{Org: sister})
	for who, c := range map[string]*access.Caller{"sister": boss, "tenant": other.Caller(other.Admin)} {
		_, err := s.Get(t.Context(), c, v.ID)
		tenanttest.Refused(t, err, iam.CodeNotFound, "")
		_, err = s.Rows(t.Context(), c, v.ID, iam.ReviewRowFilter{})
		tenanttest.Refused(t, err, iam.CodeNotFound, "")
		_, err = s.Decide(t.Context(), c, v.ID, 1, Decide{Decision: iam.DecisionKeep})
		tenanttest.Refused(t, err, iam.CodeNotFound, "")
		_, err = s.Finish(t.Context(), c, v.ID, true)
		tenanttest.Refused(t, err, iam.CodeNotFound, "")
		_, err = s.Cancel(t.Context(), c, v.ID)
		tenanttest.Refused(t, err, iam.CodeNotFound, "")
		if page, err := s.List(t.Context(), c, iam.Page{}); err != nil || len(page.Items) != 0 {
			t.Errorf("another %s lists %v, %v", who, page.Items, err)
		}
	}
	_, err := s.Start(t.Context(), boss, Start{Org: sister})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/organization_id")
	if got := start(t, s, boss, Start{}); got.Org != mine || got.Counts.Total != 1 || !got.Partial || got.Hidden != 0 {
		t.Errorf("reviews %+v", got)
	}
	if v, err = s.Cancel(t.Context(), admin, v.ID); err != nil || v.State != iam.ReviewCancelled {
		t.Errorf("%+v, %v", v, err)
	}
}

// Large lists go on in the background, and those who may review are reminded
// once when the next review is due.
func TestBackground(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(t, k), k.Caller(k.Admin)
	client := k.Org("Client", "")
	const people = portion*atOnce + 20
	for range people {
		k.User(tenanttest.Person{Type: iam.TypeMember, Org: client})
	}
	v, err := s.Start(t.Context(), admin, Start{Org: client, RepeatMonths: 3})
	if err != nil || v.State != iam.ReviewPreparing || v.Counts.Total != portion*atOnce {
		t.Fatalf("%+v, %v", v, err)
	}
	_, err = s.Finish(t.Context(), admin, v.ID, true)
	tenanttest.Refused(t, err, iam.CodeConflict, "")
	work := func() {
		t.Helper()
		k.Clock.Advance(2 * lease)
		if _, err := s.Work(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	work()
	if v, err = s.Finish(t.Context(), admin, v.ID, true); err != nil || v.State != iam.ReviewFinishing || v.Counts.Total != people+1 { // and the admin
		t.Fatalf("%+v, %v", v, err)
	}
	work()
	if v, err = s.Get(t.Context(), admin, v.ID); err != nil || v.State != iam.ReviewFinished || v.Counts.Done != people+1 {
		t.Fatalf("%+v, %v", v, err)
	}
	reminders := func() (n int) {
		k.Read(func(ctx context.Context, tx iam.Tx) error {
			page, err := tx.Mails(ctx, k.Tenant.ID, iam.MailFilter{})
			for _, m := range page.Items {
				if m.Kind == string(mail.ReviewDue) && m.To == k.Admin.Email {
					n++
				}
			}
			return err
		})
		return n
	}
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{80 * day, 0}, {20 * day, 1}, {day, 1}} {
		k.Clock.Advance(step.after)
		if _, err := s.Remind(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := reminders(); n != step.want {
			t.Errorf("%d reminders, want %d", n, step.want)
		}
	}
}

func TestNextReviewIsOnADayThatTheMonthHas(t *testing.T) {
	for finished, want := range map[string]string{
		"2026-11-29": "2027-02-28", "2026-11-30": "2027-02-28", "2027-11-29": "2028-02-29", "2026-08-31": "2026-11-30",
		"2026-10-15": "2027-01-15", "2026-12-31": "2027-03-31",
	} {
		at, err := time.Parse(time.DateOnly, finished)
		if err != nil {
			t.Fatal(err)
		}
		if got := inMonths(at, 3).Format(time.DateOnly); got != want {
			t.Errorf("three months after %s: %s, want %s", finished, got, want)
		}
	}
}

// reasonOf is the reason that a refusal gives.
func reasonOf(err error) string {
	if e, ok := errors.AsType[*iam.Error](err); ok {
		return e.Reason
	}
	return ""
}
