package exports_test

import (
	"context"
	"slices"
	"testing"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/exports"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tenanttest"
)

// A key of the owner sees, fetches and deletes what it may export, of what it has
// been given, now, and nothing else of what the owner made.
func TestKeysOfTheOwner(t *testing.T) {
	f := setup(t)
	people := f.create(f.admin, exports.Create{Kind: iam.ExportUsers, Filter: iam.ExportFilter{Search: "secret"}})
	invited := f.create(f.admin, exports.Create{Kind: iam.ExportInvitations})
	log := f.create(f.admin, exports.Create{Kind: iam.ExportAudit})
	key := func(permissions ...iam.Permission) *access.Caller {
		c := *f.admin
		c.Actor, c.APIKey, c.Session, c.Effective = iam.ActorAPIKey, "key_1", "", c.Effective&access.SetOf(permissions...)
		return &c
	}
	for name, tc := range map[string]struct {
		c    *access.Caller
		sees []*iam.Export
	}{
		"all":             {key(iam.PermUsersExport, iam.PermUsersRead, iam.PermUsersInvite, iam.PermAuditExport), []*iam.Export{log, invited, people}},
		"people":          {key(iam.PermUsersExport, iam.PermUsersRead), []*iam.Export{people}},
		"to read people":  {key(iam.PermUsersRead), nil},
		"to take people":  {key(iam.PermUsersExport), nil},
		"the log":         {key(iam.PermAuditExport), []*iam.Export{log}},
		"to read the log": {key(iam.PermAuditRead), nil},
		"nothing":         {key(), nil},
	} {
		list, err := f.s.List(t.Context(), tc.c)
		if err != nil || len(list) != len(tc.sees) {
			t.Errorf("%s: sees %v, %v", name, list, err)
		}
		for _, e := range []*iam.Export{people, invited, log} {
			if slices.Contains(tc.sees, e) {
				f.lines(tc.c, e)
				continue
			}
			got, err := f.s.Get(t.Context(), tc.c, e.ID)
			tenanttest.Refused(t, err, iam.CodeForbidden, "")
			_, file, downloaded := f.s.Download(t.Context(), tc.c, e.ID)
			tenanttest.Refused(t, downloaded, iam.CodeForbidden, "")
			tenanttest.Refused(t, f.s.Remove(t.Context(), tc.c, e.ID), iam.CodeForbidden, "")
			if got != nil || file != nil {
				t.Errorf("%s: refused, but has %v, %v", name, got, file)
			}
		}
	}
	if left := f.files(); len(left) != 3 {
		t.Errorf("left: %q", left)
	}
	// In person, what may no longer be fetched can be deleted still.
	self := key()
	self.Actor, self.APIKey = iam.ActorUser, ""
	if err := f.s.Remove(t.Context(), self, people.ID); err != nil {
		t.Error(err)
	}
}

// An export of an API key stops with the key.
func TestRevokedKey(t *testing.T) {
	f := setup(t)
	f.crowd(3000, f.Root)
	key := &iam.APIKey{ID: "key_1", Tenant: f.Tenant.ID, User: f.Admin.ID, Name: "Key", Prefix: "rtn_x", SecretHash: []byte("x"), CreatedBy: f.Admin.ID, CreatedAt: f.Clock.Now()}
	f.Write(func(ctx context.Context, tx iam.Tx) error { return tx.InsertAPIKey(ctx, key) })
	f.admin.APIKey, f.admin.Actor = key.ID, iam.ActorAPIKey
	e := f.create(f.admin, exports.Create{Kind: iam.ExportUsers})
	f.Write(func(ctx context.Context, tx iam.Tx) error { return tx.RevokeAPIKey(ctx, f.Tenant.ID, key.ID) })
	f.work()
	if e = f.get(e); e.State != iam.ExportFailed || e.FailedCode != "key_stopped" || e.FailedReason == "" {
		t.Errorf("%+v", e)
	}
}
