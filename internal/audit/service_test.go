package audit_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tenanttest"
)

func service(k *tenanttest.Kit) *audit.Service {
	return audit.NewService(audit.Deps{Store: k.DB, IDs: k.IDs})
}

// does records that c did something to a user.
func does(k *tenanttest.Kit, c *access.Caller, action string, to *iam.User) {
	often(k, 1, c, action, to)
}

// often records that c did something to a user n times.
func often(k *tenanttest.Kit, n int, c *access.Caller, action string, to *iam.User) {
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		var events []*iam.Event
		for range n {
			events = append(events, audit.New(k.IDs, tx.Now(), c, action, audit.User(to)))
		}
		return tx.AppendEvents(ctx, k.Tenant.ID, events...)
	})
}

func TestWhoReadsTheLog(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	reader := k.CallerWith(iam.PermAuditRead)
	does(k, admin, "user.updated", k.Admin)
	for name, c := range map[string]*access.Caller{"admin": admin, "reader": reader} {
		if page, err := s.List(t.Context(), c, iam.EventFilter{Action: "user.updated"}); err != nil || len(page.Items) != 1 {
			t.Errorf("%s: %v, %v", name, page.Items, err)
		}
	}
	export := func(c *access.Caller) error {
		return s.Export(t.Context(), c, iam.EventFilter{}, "csv", func(*iam.Event) error { return nil })
	}
	nobody := k.CallerWith()
	_, err := s.List(t.Context(), nobody, iam.EventFilter{})
	tenanttest.Refused(t, err, iam.CodeForbidden, "")
	_, err = s.History(t.Context(), nobody, k.Admin.ID, iam.Page{})
	tenanttest.Refused(t, err, iam.CodeForbidden, "")
	tenanttest.Refused(t, export(nobody), iam.CodeForbidden, "")
	tenanttest.Refused(t, export(reader), iam.CodeForbidden, "")
}

func TestListRefuses(t *testing.T) {
	k := tenanttest.New(t)
	now := k.Clock.Now()
	for pointer, f := range map[string]iam.EventFilter{
		"/outcome": {Outcome: "maybe"},
		"/search":  {Search: strings.Repeat("x", 401)},
		"/to":      {From: now, To: now.Add(-1)},
	} {
		_, err := service(k).List(t.Context(), k.Caller(k.Admin), f)
		tenanttest.Refused(t, err, iam.CodeInvalid, pointer)
	}
}

func TestHistory(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	user := k.User(tenanttest.Person{Type: iam.TypeAgent})
	own := k.Caller(user)
	does(k, admin, "user.updated", user)
	does(k, own, "session.created", user)
	does(k, admin, "user.updated", k.Admin) // has nothing to do with the user
	page, err := s.History(t.Context(), own, user.ID, iam.Page{})
	if err != nil || len(page.Items) != 2 {
		t.Fatalf("history = %v, %v", page.Items, err)
	}
	mine, theirs := page.Items[0], page.Items[1]
	if mine.IP != "192.0.2.7" || theirs.IP != "" || theirs.UserAgent != "" || theirs.ActorName != admin.Name {
		t.Errorf("own = %+v, of the admin = %+v", mine, theirs)
	}
	page, err = s.History(t.Context(), admin, user.ID, iam.Page{Limit: 1})
	if err != nil || len(page.Items) != 1 || page.Next == "" || page.Items[0].IP == "" {
		t.Errorf("read by the admin: %+v, %v", page, err)
	}
}

func TestExport(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	const n = iam.MaxPageSize + 30 // more than a page
	often(k, n, admin, "user.updated", k.Admin)
	does(k, admin, "session.created", k.Admin)
	seen := map[iam.EventID]bool{}
	err := s.Export(t.Context(), admin, iam.EventFilter{Action: "user.updated"}, "ndjson", func(e *iam.Event) error {
		if e.Action != "user.updated" {
			t.Errorf("exported %+v", e)
		}
		seen[e.ID] = true
		return nil
	})
	if err != nil || len(seen) != n {
		t.Errorf("exported %d, %v", len(seen), err)
	}
	events := k.Events("audit.exported")
	if len(events) != 1 {
		t.Fatalf("%d events", len(events))
	}
	want := []iam.Change{{Field: "format", After: "ndjson"}, {Field: "action", Before: "", After: "user.updated"}}
	if diff := cmp.Diff(want, events[0].Changes); diff != "" {
		t.Error(diff)
	}
	stop := errors.New("the download was given up")
	if err := s.Export(t.Context(), admin, iam.EventFilter{}, "csv", func(*iam.Event) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("error = %v", err)
	}
}

func TestSealAndVerify(t *testing.T) {
	k := tenanttest.New(t)
	other := k.Other()
	s := service(k)
	often(k, 1005, k.Caller(k.Admin), "user.updated", k.Admin) // more than one portion
	does(other, other.Caller(other.Admin), "user.updated", other.Admin)
	if n := k.SealAll(t); n != 1006 {
		t.Errorf("sealed %d", n)
	}
	if n := k.SealAll(t); n != 0 {
		t.Errorf("sealed %d more", n)
	}
	for tenant, want := range map[iam.TenantID]int64{k.Tenant.ID: 1005, other.Tenant.ID: 1} {
		v, err := s.Verify(t.Context(), tenant, audit.Mark{})
		if err != nil || v.Sealed != want || v.Breach != nil || v.Missed != "" || v.Head.Seq != want || len(v.Head.Hash) != sha256.Size {
			t.Errorf("verified %+v, %v; want %d events", v, err, want)
		}
	}
}

// A log without events was cut off, one whose events are still to be sealed was not.
func TestVerifyNothing(t *testing.T) {
	k := tenanttest.New(t)
	s := service(k)
	v, err := s.Verify(t.Context(), k.Tenant.ID, audit.Mark{})
	if diff := cmp.Diff(&iam.ChainBreach{Seq: 1, Kind: "truncated"}, v.Breach); err != nil || diff != "" || v.Head.Hash != nil {
		t.Errorf("no events: %+v, %v\n%s", v, err, diff)
	}
	does(k, k.Caller(k.Admin), "user.updated", k.Admin)
	if v, err := s.Verify(t.Context(), k.Tenant.ID, audit.Mark{}); err != nil || v.Breach != nil || v.Sealed != 0 || len(v.Head.Hash) != sha256.Size {
		t.Errorf("one that waits: %+v, %v", v, err)
	}
}

// A head that was kept is found again when the log has grown, and not in the log
// of another tenant, nor with another hash.
func TestVerifyExpects(t *testing.T) {
	k := tenanttest.New(t)
	other := k.Other()
	s := service(k)
	grow := func(events int) {
		often(k, events, k.Caller(k.Admin), "user.updated", k.Admin)
		often(other, events, other.Caller(other.Admin), "user.updated", other.Admin)
		k.SealAll(t)
	}
	verify := func(tenant iam.TenantID, expect audit.Mark) *audit.Verification {
		t.Helper()
		v, err := s.Verify(t.Context(), tenant, expect)
		if err != nil || v.Breach != nil {
			t.Fatalf("%+v, %v", v, err)
		}
		return v
	}
	none := audit.Mark{Hash: make([]byte, sha256.Size)}
	grow(3)
	head := verify(k.Tenant.ID, audit.Mark{}).Head
	grow(2)
	changed := audit.Mark{Seq: head.Seq, Hash: slices.Clone(head.Hash)}
	changed.Hash[31] ^= 1
	const anew, cut = "event 3 has the hash ", "event 9 is expected and is not there"
	for _, c := range []struct {
		tenant iam.TenantID
		expect audit.Mark
		want   string
	}{
		{k.Tenant.ID, none, ""},
		{k.Tenant.ID, head, ""},
		{k.Tenant.ID, changed, anew},
		{k.Tenant.ID, audit.Mark{Seq: 9, Hash: head.Hash}, cut},
		{other.Tenant.ID, head, anew},
	} {
		if v := verify(c.tenant, c.expect); !strings.HasPrefix(v.Missed, c.want) || (v.Missed == "") != (c.want == "") {
			t.Errorf("%v in %v: %q, want %q", c.expect, c.tenant, v.Missed, c.want)
		}
	}
}

func TestMarks(t *testing.T) {
	const hash = "00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00fa"
	var m audit.Mark
	if err := m.UnmarshalText([]byte("12:" + strings.ToUpper(hash))); err != nil || m.String() != "12:"+hash {
		t.Errorf("%v, %v", m, err)
	}
	for _, text := range []string{"", "12", ":" + hash, "-1:" + hash, "12:" + hash[2:], "12:" + hash + "00", "12:zz" + hash[2:], hash} {
		if err := m.UnmarshalText([]byte(text)); err == nil || !strings.Contains(err.Error(), "write it as audit verify prints a head") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestOtherTenant(t *testing.T) {
	k := tenanttest.New(t)
	other := k.Other()
	s, admin := service(k), k.Caller(k.Admin)
	does(other, other.Caller(other.Admin), "user.updated", other.Admin)
	if page, err := s.List(t.Context(), admin, iam.EventFilter{}); err != nil || len(page.Items) != 0 {
		t.Errorf("list = %v, %v", page.Items, err)
	}
	if page, err := s.History(t.Context(), admin, other.Admin.ID, iam.Page{}); iam.CodeOf(err) != iam.CodeNotFound || len(page.Items) != 0 {
		t.Errorf("history = %v, %v", page.Items, err)
	}
	err := s.Export(t.Context(), admin, iam.EventFilter{Actor: string(other.Admin.ID)}, "csv", func(e *iam.Event) error {
		return fmt.Errorf("exported %+v", e)
	})
	if err != nil {
		t.Error(err)
	}
	does(k, admin, "user.updated", k.Admin)
	does(k, admin, "user.updated", k.Admin)
	page, err := s.List(t.Context(), admin, iam.EventFilter{Page: iam.Page{Limit: 1}})
	if err != nil || page.Next == "" {
		t.Fatal(page, err)
	}
	_, err = s.List(t.Context(), other.Caller(other.Admin), iam.EventFilter{Page: iam.Page{Cursor: page.Next}})
	tenanttest.Refused(t, err, iam.CodeInvalidCursor, "")
}

// dotted is how actions of events are spelled. Permissions are, too, and names of
// files: what is neither is an action, whatever its noun, so that a new one can't
// be forgotten in the list.
var (
	dotted    = regexp.MustCompile(`^[a-z_]+\.[a-z_]+$`)
	fileNames = regexp.MustCompile(`\.(go|html|db|key|csv|json|png|pem)$`)
)

func TestActionsAreThoseThatAreRecorded(t *testing.T) {
	permissions := map[string]bool{}
	for _, p := range access.All.Permissions() {
		permissions[string(p)] = true
	}
	found := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		// The list itself, and packages that record nothing.
		for _, not := range []string{"../audit/service.go", "../store/", "../demo/", "../people/", "../api/", "../arch/"} {
			if strings.HasPrefix(path, not) {
				return nil
			}
		}
		return literals(path, func(s string) {
			if dotted.MatchString(s) && !permissions[s] && !fileNames.MatchString(s) {
				found[s] = true
			}
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	found["audit.exported"] = true // recorded beside the list
	if diff := cmp.Diff(slices.Sorted(maps.Keys(found)), audit.Actions()); diff != "" {
		t.Errorf("Actions() is not what the sources record (-recorded +listed):\n%s", diff)
	}
}

func literals(path string, fn func(string)) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, text, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if s, err := strconv.Unquote(lit.Value); err == nil {
				fn(s)
			}
		}
		return true
	})
	return nil
}
