package storetest

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/retinue/retinue/internal/iam"
)

// side is a tenant with two people in it.
type side struct {
	tenant iam.TenantID
	org    iam.OrgID
	user   iam.UserID
	other  iam.UserID
}

// sides are two tenants in one store: what is done in one must not show in the
// other.
type sides struct {
	db   DB
	a, b side
}

func newSides(t *testing.T, db DB) *sides {
	t.Helper()
	f := &sides{db: db}
	f.a, f.b = f.newSide(t), f.newSide(t)
	return f
}

func (f *sides) newSide(t *testing.T) side {
	t.Helper()
	now := f.db.Clock.Now()
	n := side{tenant: iam.TenantID(f.id(iam.PrefixTenant)), org: iam.OrgID(f.id(iam.PrefixOrg))}
	short := "t" + strings.ToLower(rand.Text())
	f.write(t, func(ctx context.Context, tx iam.Tx) error {
		err := tx.InsertTenant(ctx,
			&iam.Tenant{ID: n.tenant, ShortName: short, Name: short, Status: iam.StatusActive, RootOrg: n.org, CreatedAt: now, UpdatedAt: now},
			&iam.Organization{ID: n.org, ShortName: short, Name: short, Status: iam.StatusActive, CreatedAt: now, UpdatedAt: now}, nil)
		if err != nil {
			return err
		}
		for i, id := range []*iam.UserID{&n.user, &n.other} {
			*id = iam.UserID(f.id(iam.PrefixUser))
			email := fmt.Sprintf("person%d@example.com", i)
			err := tx.InsertUser(ctx, n.tenant, &iam.User{
				ID: *id, Type: iam.TypeAgent, Status: iam.StatusActive, FirstName: "Ada", LastName: fmt.Sprintf("Number %d", i),
				Email: email, EmailKey: email, CreatedAt: now, UpdatedAt: now,
				Memberships: []iam.Membership{{Org: n.org, CreatedAt: now}},
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return n
}

func (f *sides) id(prefix string) string { return f.db.NewID(prefix) }

func (f *sides) write(t *testing.T, fn func(context.Context, iam.Tx) error) {
	t.Helper()
	if err := f.try(t, fn); err != nil {
		t.Fatal(err)
	}
}

func (f *sides) try(t *testing.T, fn func(context.Context, iam.Tx) error) error {
	t.Helper()
	return f.db.Write(t.Context(), func(tx iam.Tx) error { return fn(t.Context(), tx) })
}

func (f *sides) read(t *testing.T, fn func(context.Context, iam.Tx) error) {
	t.Helper()
	if err := f.db.Read(t.Context(), func(tx iam.Tx) error { return fn(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

// answers fails unless err has the code.
func answers(t *testing.T, err error, want iam.Code) {
	t.Helper()
	if got := iam.CodeOf(err); got != want {
		t.Errorf("got error %v, want code %q", err, want)
	}
}

// same fails unless both are equal; nil and empty lists are.
func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// together runs n functions at the same time and returns their answers.
func together[T any](n int, fn func(i int) T) []T {
	out := make([]T, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			out[i] = fn(i)
		})
	}
	close(start)
	wg.Wait()
	return out
}

// countOf says how many answers have the code.
func countOf(errs []error, code iam.Code) (n int) {
	for _, err := range errs {
		if iam.CodeOf(err) == code {
			n++
		}
	}
	return n
}

// services are the promises of everything but the directory itself.
var services = map[string]func(*testing.T, *sides){
	"api key revoked":         testAPIKeyRevoked,
	"api key pages":           testAPIKeyPages,
	"api keys":                testAPIKeys,
	"audit filters":           testEventFilters,
	"audit kept as it is":     testEventsKept,
	"audit long scans":        testEventsLongScan,
	"audit pages":             testEventPages,
	"audit sealing":           testSealing,
	"audit sealing at once":   testSealingAtOnce,
	"audit tampering":         testTampering,
	"audit erasure":           testErasure,
	"erasure under the hash":  testErasureUnderTheHash,
	"erasure leaves others":   testErasureLeavesOthers,
	"erasure everywhere":      testErasureEverywhere,
	"records of namesakes":    testPersonalRecordsOfNamesakes,
	"photo in use":            testPhotoInUse,
	"audit false erasure":     testFalseErasure,
	"review rows":             testReviewRows,
	"reaching people":         testReaching,
	"reviews that stay":       testLeaveReviews,
	"what goes with tabs":     testTabsOnlyBelow,
	"exports":                 testExports,
	"exports claimed":         testExportsClaimed,
	"exports expire":          testExportsExpire,
	"imports":                 testImports,
	"imports claimed":         testImportsClaimed,
	"import rows":             testImportRows,
	"mails":                   testMails,
	"invitations":             testInvitations,
	"invitation lists":        testInvitationLists,
	"invitation used at once": testInvitationRace,
	"invitations in bulk":     testInvitationsInBulk,
	"invitations that end":    testInvitationsEnd,
	"mails cancelled":         testMailsCancelled,
	"mails by organization":   testMailsByOrganization,
	"mails and a wrong clock": testMailsClock,
	"mail texts":              testMailTexts,
	"access notices":          testAccessNotices,
	"role notices":            testRoleNotices,
	"organization notices":    testOrgNotices,
	"mails claimed":           testMailsClaimed,
	"password reset":          testPasswordReset,
	"password reset at once":  testPasswordResetRace,
	"password resets end":     testPasswordResetsEnd,
	"purge":                   testPurge,
	"replays":                 testReplays,
	"replays at once":         testReplaysAtOnce,
	"replays that have begun": testReplayBegun,
	"session expires":         testSessionExpires,
	"session life":            testSessionLife,
	"session of a stranger":   testSessionOfStranger,
	"refused for good":        testRefusedForGood,
	"sessions end":            testSessionsEnd,
	"sessions purged":         testSessionsPurge,
	"sessions touched":        testSessionsTouch,
	"throttles":               testThrottles,
	"announcements":           testAnnouncements,
	"brands":                  testBrands,
	"domains":                 testDomains,
	"domains of sisters":      testSisterClaims,
	"claims to a host":        testClaimsTo,
	"domains of two tenants":  testDomainRace,
	"signing keys":            testSigningKeys,
	"tab apps":                testTabApps,
	"tabs":                    testTabs,
	"throttles at once":       testThrottlesAtOnce,
}

// Services proves sessions, credentials, the audit log, mails, replays,
// imports and exports of an engine, each promise on an empty database with two tenants.
func Services(t *testing.T, open func(testing.TB) DB) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(services)) {
		t.Run(name, func(t *testing.T) { services[name](t, newSides(t, open(t))) })
	}
}
