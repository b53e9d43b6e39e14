package exports_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/exports"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/invitations"
	"github.com/retinue/retinue/internal/tenanttest"
	"github.com/retinue/retinue/internal/users"
)

// plainRows write of each row what tells it apart, one a line below a head.
type plainRows struct{}

func (plainRows) Columns(iam.ExportKind, []*iam.CustomField) []string { return []string{"id", "email"} }

func (plainRows) Writer(spec exports.Spec, w io.Writer) exports.RowWriter {
	head := "head"
	for _, f := range spec.Fields {
		head += " " + f.Key
	}
	return plainWriter{w, head}
}

type plainWriter struct {
	w    io.Writer
	head string
}

func (p plainWriter) Head() error  { return p.line(p.head) }
func (p plainWriter) Flush() error { return nil }

func (p plainWriter) line(s string) error {
	_, err := fmt.Fprintln(p.w, s)
	return err
}

func (p plainWriter) Write(row any) error {
	switch r := row.(type) {
	case *users.View:
		return p.line(r.Email)
	case *users.MembershipRow:
		return p.line(r.User.Email + " in " + strings.Join(r.Path, "/"))
	case *invitations.View:
		return p.line(r.Email)
	case *iam.Event:
		return p.line(r.Action + " " + r.TargetName)
	}
	return fmt.Errorf("%T", row)
}

// people is the list of users with something that happens while a page is read.
type people struct {
	*users.Service
	pages int
	on    func(page int) error
}

func (p *people) List(ctx context.Context, c *access.Caller, f iam.UserFilter, role string) (iam.List[*users.View], error) {
	p.pages++
	if f.Page.Limit > iam.MaxPageSize || f.Page.Limit == 0 {
		return iam.List[*users.View]{}, fmt.Errorf("a page of %d", f.Page.Limit)
	}
	if p.on != nil {
		if err := p.on(p.pages); err != nil {
			return iam.List[*users.View]{}, err
		}
	}
	return p.Service.List(ctx, c, f, role)
}

type fixture struct {
	*tenanttest.Kit
	s      *exports.Service
	people *people
	admin  *access.Caller
	dir    string
	t      *testing.T
}

func setup(t *testing.T) *fixture {
	t.Helper()
	return setupIn(t, tenanttest.New(t))
}

func setupIn(t *testing.T, k *tenanttest.Kit) *fixture {
	t.Helper()
	directories := authz.NewCache(k.Store, k.Clock)
	k.OnAccessChanged(directories.Invalidate)
	f := &fixture{Kit: k, t: t, dir: t.TempDir(), people: &people{Service: users.New(users.Deps{Store: k.Store, IDs: k.IDs, Directories: directories})}}
	f.s = exports.New(exports.Deps{
		Store: k.Store, IDs: k.IDs, Clock: k.Clock, Directories: directories, Users: f.people,
		Invitations: invitations.New(invitations.Deps{Store: k.Store, IDs: k.IDs, Clock: k.Clock, Directories: directories}),
		Audit:       audit.NewService(audit.Deps{Store: k.Store, IDs: k.IDs}), Rows: plainRows{}, Dir: f.dir,
	})
	f.admin = k.Caller(k.Admin)
	return f
}

// crowd adds n people to an organization, in one transaction.
func (f *fixture) crowd(n int, org iam.OrgID) {
	f.t.Helper()
	list, events := make([]*iam.User, n), make([]*iam.Event, n)
	now := f.Clock.Now()
	for i := range n {
		email := fmt.Sprintf("crowd%06d@example.com", i)
		list[i] = &iam.User{
			ID: iam.UserID(f.NewID(iam.PrefixUser)), Type: iam.TypeMember, Status: iam.StatusActive, FirstName: "Crowd", LastName: fmt.Sprint(i), Email: email,
			EmailKey: email, CreatedAt: now, UpdatedAt: now, Version: 1, Memberships: []iam.Membership{{Org: org, CreatedAt: now}},
		}
		events[i] = audit.New(f.IDs, now, f.admin, "user.imported", audit.User(list[i]))
	}
	f.Write(func(ctx context.Context, tx iam.Tx) error {
		return tx.InsertUsers(ctx, f.Tenant.ID, list, events, func() error { return nil })
	})
}

func (f *fixture) create(c *access.Caller, in exports.Create) *iam.Export {
	f.t.Helper()
	e, err := f.s.Create(f.t.Context(), c, in)
	if err != nil {
		f.t.Fatal(err)
	}
	return e
}

func (f *fixture) get(e *iam.Export) *iam.Export {
	f.t.Helper()
	e, err := f.s.Get(f.t.Context(), f.admin, e.ID)
	if err != nil {
		f.t.Fatal(err)
	}
	return e
}

func (f *fixture) work() {
	f.t.Helper()
	if did, err := f.s.Work(f.t.Context()); err != nil || !did {
		f.t.Fatalf("worked: %t, %v", did, err)
	}
}

// lines are those of the file after its head.
func (f *fixture) lines(c *access.Caller, e *iam.Export) []string {
	f.t.Helper()
	_, file, err := f.s.Download(f.t.Context(), c, e.ID)
	if err != nil {
		f.t.Fatal(err)
	}
	defer file.Close()
	var b bytes.Buffer
	if _, err := io.Copy(&b, file); err != nil {
		f.t.Fatal(err)
	}
	all := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	if int64(b.Len()) != e.Size || all[0] != "head" || int64(len(all)-1) != e.RowsDone {
		f.t.Fatalf("%d bytes beginning with %q and %d lines of %+v", b.Len(), all[0], len(all)-1, e)
	}
	return all[1:]
}

// complete fails unless the file has everybody once.
func (f *fixture) complete(e *iam.Export, n int) {
	f.t.Helper()
	if e.State != iam.ExportReady || e.RowsDone != int64(n) {
		f.t.Fatalf("%+v", e)
	}
	lines := f.lines(f.admin, e)
	slices.Sort(lines)
	if len(slices.Compact(lines)) != n {
		f.t.Fatalf("%d of %d are there", len(slices.Compact(lines)), n)
	}
}

func (f *fixture) files() []string {
	f.t.Helper()
	found, err := filepath.Glob(filepath.Join(f.dir, "*", "*"))
	if err != nil {
		f.t.Fatal(err)
	}
	return found
}
