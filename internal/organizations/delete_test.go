package organizations

import (
	"context"
	"testing"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tenanttest"
)

// A tab for nobody but an organization goes with it, where it was made knows of
// that; one that others have, too, stays.
func TestDeleteTakesTabs(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, k *tenanttest.Kit) {
		s, other := service(k), k.Other()
		client, sister := k.Org("Client", ""), k.Org("Sister", "")
		below := k.Org("Below", client)
		boss := k.Caller(k.User(tenanttest.Person{Type: iam.TypeMember, Org: client, Roles: []iam.RoleID{access.RoleOrgAdmin}, Descendants: true}))
		tab := func(k *tenanttest.Kit, title string, owner iam.OrgID, orgs ...iam.OrgID) iam.TabID {
			v := &iam.Tab{ID: iam.TabID(k.NewID(iam.PrefixTab)), Owner: owner, Title: title, Audience: iam.AudienceEverybody, TabPage: iam.TabPage{Mode: iam.TabFrame}}
			for _, o := range orgs {
				v.Orgs = append(v.Orgs, iam.TabOrg{Org: o})
			}
			k.Write(func(ctx context.Context, tx iam.Tx) error { return tx.InsertTab(ctx, k.Tenant.ID, v) })
			return v.ID
		}
		made := tab(k, "Made there", below, below)
		only := tab(k, "Only for it", k.Root, below)
		both := tab(k, "For both", k.Root, below, sister)
		theirs := tab(other, "Theirs", other.Root, other.Root)
		if d, err := s.DeletionPreview(t.Context(), boss, below); err != nil || d.Tabs != 2 {
			t.Errorf("preview: %+v, %v", d, err)
		}
		if err := s.Delete(t.Context(), boss, below, Delete{Version: 1}); err != nil {
			t.Fatal(err)
		}
		where := map[string]iam.OrgID{}
		for _, e := range k.Events("tab.deleted") {
			where[e.TargetID] = e.Org
		}
		if len(where) != 2 || where[string(made)] != client || where[string(only)] != k.Root {
			t.Errorf("events: %v", where)
		}
		for _, kept := range []struct {
			k  *tenanttest.Kit
			id iam.TabID
		}{{k, both}, {other, theirs}} {
			kept.k.Read(func(ctx context.Context, tx iam.Tx) error {
				_, err := tx.Tab(ctx, kept.k.Tenant.ID, kept.id)
				return err
			})
		}
	})
}
