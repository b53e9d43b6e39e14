package imports_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/imports"
	"github.com/retinue/retinue/internal/tenanttest"
)

// allBut is every permission but one.
func allBut(p iam.Permission) []iam.Permission {
	return (access.All &^ access.SetOf(p)).Permissions()
}

// What changes between portions counts for the next: a role that has grown beyond
// what the starter holds is given no more, nor does anybody come into an
// organization that is no longer the starter's. covers D-11
func TestRowsAreJudgedAgainBetweenPortions(t *testing.T) {
	const n = 13_000
	for name, change := range map[string]func(ctx context.Context, f *fixture, tx iam.Tx, role *iam.Role, dept, sister iam.OrgID) error{
		"role": func(ctx context.Context, f *fixture, tx iam.Tx, role *iam.Role, _, _ iam.OrgID) error {
			after := *role
			after.Version, after.Permissions = 1, []iam.Permission{iam.PermUsersRead, iam.PermPoliciesManage}
			return tx.UpdateRole(ctx, f.Tenant.ID, &after)
		},
		"organization": func(ctx context.Context, f *fixture, tx iam.Tx, _ *iam.Role, dept, sister iam.OrgID) error {
			o, err := tx.Org(ctx, f.Tenant.ID, dept)
			if err != nil {
				return err
			}
			o.Parent = sister
			return tx.UpdateOrg(ctx, f.Tenant.ID, o)
		},
		"nothing": func(context.Context, *fixture, iam.Tx, *iam.Role, iam.OrgID, iam.OrgID) error { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			f := setup(t)
			client, sister := f.Org("Client", ""), f.Org("Sister", "")
			dept := f.Org("Dept", client)
			role := f.Role("Usher", iam.PermUsersRead)
			boss := f.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Descendants: true, Permissions: allBut(iam.PermPoliciesManage)})
			f.admin = f.Caller(boss)
			var b strings.Builder
			b.WriteString("first_name,last_name,email,user_type,roles,organization\n")
			for i := range n {
				fmt.Fprintf(&b, "P,N,p.%d@import.example,member,%s,%s\n", i, role.Code, dept)
			}
			imp := f.upload(b.String())
			if _, err := f.s.Start(t.Context(), f.admin, imp.ID); err != nil {
				t.Fatal(err)
			}
			before := f.total()
			if err := f.s.Run(t.Context(), f.Tenant.ID, f.claim(), func(i *iam.Import) {
				if i.State == iam.ImportRunning {
					f.Write(func(ctx context.Context, tx iam.Tx) error { return change(ctx, f, tx, role, dept, sister) })
				}
			}); err != nil {
				t.Fatal(err)
			}
			imp = f.get(imp.ID)
			failed := imp.State == iam.ImportFailed && imp.FailedCode == "importer_may_not" && imp.Created < n
			if failed != (name != "nothing") || f.total() != before+imp.Created || !failed && imp.Created != n {
				t.Errorf("%+v, %d users", imp, f.total())
			}
		})
	}
}

func (f *fixture) claim() (claimed *iam.Import) {
	f.t.Helper()
	f.Write(func(ctx context.Context, tx iam.Tx) (err error) {
		_, claimed, err = tx.ClaimImport(ctx, 0, func(iam.TenantID, *iam.Import) bool { return true })
		return err
	})
	return claimed
}

// An import that is handed over while it runs is not ended by that: whoever takes it
// up next goes on in the other's name.
func TestHandedOverWhileItRuns(t *testing.T) {
	const n = 13_000
	f := setup(t)
	first, second := f.Caller(f.User(tenanttest.Person{Type: iam.TypeTenantAdmin, Descendants: true})), f.admin
	f.admin = first
	imp := f.upload(file(n))
	if _, err := f.s.Start(t.Context(), first, imp.ID); err != nil {
		t.Fatal(err)
	}
	handed := false
	if err := f.s.Run(t.Context(), f.Tenant.ID, f.claim(), func(*iam.Import) {
		if handed {
			return
		}
		handed = true
		f.Write(func(ctx context.Context, tx iam.Tx) error {
			from, err := tx.UserForUpdate(ctx, f.Tenant.ID, first.User)
			if err != nil {
				return err
			}
			to, err := tx.User(ctx, f.Tenant.ID, second.User)
			if err != nil {
				return err
			}
			if err := tx.HandOver(ctx, f.Tenant.ID, from, to, nil); err != nil {
				return err
			}
			return tx.DeleteUser(ctx, f.Tenant.ID, from, second.Name)
		})
	}); err != nil {
		t.Fatal(err)
	}
	if imp = f.get(imp.ID); imp.State != iam.ImportRunning || imp.Created == 0 || imp.Created == n || imp.CreatedBy != second.User {
		t.Fatalf("%+v", imp)
	}
	f.Clock.Advance(imports.Lease)
	f.work()
	if imp = f.get(imp.ID); imp.State != iam.ImportDone || imp.Created != n {
		t.Errorf("%+v", imp)
	}
}

// A worker that comes late with a failure leaves what is over as it is.
func TestLateFailureEndsNothing(t *testing.T) {
	f := setup(t)
	imp := f.upload(file(2))
	if _, err := f.s.Start(t.Context(), f.admin, imp.ID); err != nil {
		t.Fatal(err)
	}
	late := *f.claim()
	f.Clock.Advance(imports.Lease)
	f.work()
	if imp = f.get(imp.ID); imp.State != iam.ImportDone {
		t.Fatalf("%+v", imp)
	}
	// Its file is gone by now, which is why the late one fails.
	if err := f.s.Run(t.Context(), f.Tenant.ID, &late, nil); err != nil {
		t.Fatal(err)
	}
	if imp = f.get(imp.ID); imp.State != iam.ImportDone || imp.FailedCode != "" || len(f.Events("import.failed")) != 0 {
		t.Errorf("%+v", imp)
	}
}

// An import by an API key ends with the key, as exports do, and the log says that it
// was the key.
func TestImportByAKey(t *testing.T) {
	for name, revoked := range map[string]bool{"works": false, "revoked": true} {
		t.Run(name, func(t *testing.T) {
			f := setup(t)
			owner := f.Caller(f.User(tenanttest.Person{Type: iam.TypeTenantAdmin, Descendants: true}))
			key := &iam.APIKey{
				ID: "key_1", Tenant: f.Tenant.ID, User: owner.User, Name: "Key", Prefix: "rtn_x", SecretHash: []byte("x"),
				Permissions: []iam.Permission{iam.PermUsersImport, iam.PermUsersCreate}, CreatedAt: f.Clock.Now(),
			}
			f.Write(func(ctx context.Context, tx iam.Tx) error { return tx.InsertAPIKey(ctx, key) })
			owner.Actor, owner.APIKey, owner.Session = iam.ActorAPIKey, key.ID, ""
			owner.Effective &= access.SetOf(append(key.Permissions, access.Baseline(iam.TypeMember).Permissions()...)...)
			f.admin = owner
			imp := f.upload("first_name,last_name,email,user_type\nA,A,a@import.example,member\n")
			if _, err := f.s.Start(t.Context(), owner, imp.ID); err != nil {
				t.Fatal(err)
			}
			if revoked {
				f.Write(func(ctx context.Context, tx iam.Tx) error { return tx.RevokeAPIKey(ctx, f.Tenant.ID, key.ID) })
			}
			f.work()
			imp = f.get(imp.ID)
			if revoked {
				if imp.State != iam.ImportFailed || imp.FailedCode != "importer_may_not" || imp.Created != 0 {
					t.Errorf("%+v", imp)
				}
				return
			}
			if imp.State != iam.ImportDone || imp.Created != 1 {
				t.Fatalf("%+v", imp)
			}
			if e := f.Events("user.imported"); len(e) != 1 || e[0].ActorType != iam.ActorAPIKey {
				t.Errorf("%+v", e)
			}
			if u := f.byEmail("a@import.example"); !u.EmailProvenAt.IsZero() {
				t.Error("a key that may not do everything vouches for addresses")
			}
		})
	}
}
