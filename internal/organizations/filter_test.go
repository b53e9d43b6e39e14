package organizations

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tenanttest"
)

// What is right below an organization, and what stands neither there nor below
// that; of those out of sight and of other tenants nothing is told.
func TestFilter(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	client, sister := k.Org("Client", ""), k.Org("Sister", "")
	below := k.Org("Below", client)
	k.Org("Far below", below)
	own := orgAdmin(k, client)
	for name, test := range map[string]struct {
		c    *access.Caller
		f    Filter
		want []string
	}{
		"right below":      {admin, Filter{Parent: client}, []string{"Below"}},
		"below the root":   {admin, Filter{Parent: k.Root}, []string{"Client", "Sister"}},
		"below nothing":    {admin, Filter{Parent: sister}, []string{}},
		"outside":          {admin, Filter{Outside: client}, []string{"Acme", "Sister"}},
		"outside the root": {admin, Filter{Outside: k.Root}, []string{}},
		"found outside":    {admin, Filter{Outside: below, Search: "l"}, []string{"Client"}},
		"both":             {admin, Filter{Parent: k.Root, Outside: sister}, []string{"Client"}},
		"of one's own":     {own, Filter{Outside: below}, []string{"Client"}},
	} {
		t.Run(name, func(t *testing.T) {
			page, err := s.Page(t.Context(), test.c, test.f, iam.Page{})
			if diff := cmp.Diff(test.want, names(page.Items)); err != nil || diff != "" {
				t.Errorf("%v\n%s", err, diff)
			}
		})
	}
	page, err := s.Page(t.Context(), admin, Filter{Parent: k.Root}, iam.Page{Limit: 1})
	if diff := cmp.Diff([]string{"Client"}, names(page.Items)); err != nil || diff != "" || page.Next == "" {
		t.Errorf("one of two: %q, %v\n%s", page.Next, err, diff)
	}
	theirs := k.Other().Org("Theirs", "")
	for name, hidden := range map[string]struct {
		c  *access.Caller
		id iam.OrgID
	}{"nothing": {admin, "org_none"}, "another tenant's": {admin, theirs}, "a sister": {own, sister}, "above": {own, k.Root}} {
		for _, f := range []Filter{{Parent: hidden.id}, {Outside: hidden.id}} {
			if page, err := s.Page(t.Context(), hidden.c, f, iam.Page{}); iam.CodeOf(err) != iam.CodeNotFound || len(page.Items) > 0 {
				t.Errorf("%s, %+v: %q, %v", name, f, names(page.Items), err)
			}
		}
	}
}
