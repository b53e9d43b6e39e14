package apikeys

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/sessions"
	"github.com/retinue/retinue/internal/tenanttest"
)

func service(k *tenanttest.Kit) *Service {
	return New(Deps{Store: k.DB, IDs: k.IDs, Clock: k.Clock})
}

func create(t *testing.T, s *Service, c *access.Caller, in Create) *Created {
	t.Helper()
	out, err := s.Create(t.Context(), c, in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func perms(ps ...iam.Permission) []iam.Permission { return ps }

// withKey is c, calling with an API key that has the permissions.
func withKey(c *access.Caller, key iam.APIKeyID, permissions ...iam.Permission) *access.Caller {
	k := *c
	k.Actor, k.Session, k.APIKey = iam.ActorAPIKey, "", key
	k.Effective &= access.SetOf(permissions...)
	return &k
}

// authenticator is the service that checks keys on every request.
func authenticator(t *testing.T, k *tenanttest.Kit) *sessions.Service {
	t.Helper()
	a, err := sessions.New(sessions.Deps{Store: k.DB, IDs: k.IDs, Clock: k.Clock, Directories: authz.NewCache(k.DB, k.Clock)})
	if err != nil {
		t.Fatal(err)
	}
	k.OnAccessChanged(a.Invalidate)
	return a
}

func TestKeyWorksUntilItIsRevoked(t *testing.T) {
	k := tenanttest.New(t)
	s, admin, a := service(k), k.Caller(k.Admin), authenticator(t, k)
	made := create(t, s, admin, Create{Name: " CI ", Permissions: perms(iam.PermUsersRead, iam.PermBotsRead)})
	if !strings.HasPrefix(made.Secret, sessions.KeyPrefix) || len(made.Secret) != 4+43 || made.APIKey.Prefix != made.Secret[:12] {
		t.Errorf("secret %q, prefix %q", made.Secret, made.APIKey.Prefix)
	}
	if want := sha256.Sum256([]byte(made.Secret)); !cmp.Equal(want[:], made.APIKey.SecretHash) {
		t.Error("the secret is not stored as its SHA-256")
	}
	if made.APIKey.Name != "CI" || made.APIKey.User != k.Admin.ID || made.APIKey.UserName != k.Admin.FullName() || made.APIKey.State != iam.APIKeyActive {
		t.Errorf("key = %+v", made.APIKey)
	}
	p, err := a.Authenticate(t.Context(), made.Secret)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Caller.Effective; got != access.SetOf(iam.PermUsersRead, iam.PermBotsRead) {
		t.Errorf("the key may do %v", got.Permissions())
	}
	if err := s.Revoke(t.Context(), admin, made.APIKey.ID); err != nil {
		t.Fatal(err)
	}
	_, err = a.Authenticate(t.Context(), made.Secret)
	tenanttest.Refused(t, err, iam.CodeUnauthenticated, "")
	if err := s.Revoke(t.Context(), admin, made.APIKey.ID); err != nil {
		t.Errorf("once more: %v", err)
	}
	list, err := s.List(t.Context(), admin, Filter{User: k.Admin.ID})
	if err != nil || len(list.Items) != 1 || list.Items[0].State != iam.APIKeyRevoked {
		t.Errorf("list = %+v, %v", list, err)
	}
	if list, err := s.List(t.Context(), admin, Filter{State: iam.APIKeyActive}); err != nil || len(list.Items) != 0 {
		t.Errorf("it counts as active: %+v, %v", list, err)
	}
	if n := len(k.Events("api_key.revoked")); n != 1 {
		t.Errorf("%d events", n)
	}
}

// The secret is in the answer and nowhere else.
func TestSecretIsNotKept(t *testing.T) {
	k := tenanttest.New(t)
	made := create(t, service(k), k.Caller(k.Admin), Create{Name: "CI", Permissions: perms(iam.PermUsersRead)})
	events := k.Events("api_key.created")
	if len(events) != 1 || events[0].TargetName != "CI" {
		t.Fatalf("events = %+v", events)
	}
	rest := made.Secret[prefixLength:]
	list, err := service(k).List(t.Context(), k.Caller(k.Admin), Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if told := fmt.Sprintf("%+v %+v %+v", *events[0], *list.Items[0].APIKey, *made.APIKey.APIKey); strings.Contains(told, rest) {
		t.Error("the secret is kept")
	}
}

func TestExpiry(t *testing.T) {
	k := tenanttest.New(t)
	s, admin, a := service(k), k.Caller(k.Admin), authenticator(t, k)
	now := k.Clock.Now()
	for name, at := range map[string]time.Time{"now": now, "past": now.Add(-time.Hour), "too late": now.AddDate(2, 0, 0).Add(time.Second)} {
		_, err := s.Create(t.Context(), admin, Create{Name: name, Permissions: perms(iam.PermUsersRead), ExpiresAt: at})
		tenanttest.Refused(t, err, iam.CodeInvalid, "/expires_at")
	}
	made := create(t, s, admin, Create{Name: "CI", Permissions: perms(iam.PermUsersRead), ExpiresAt: now.Add(time.Hour)})
	if _, err := a.Authenticate(t.Context(), made.Secret); err != nil {
		t.Fatal(err)
	}
	k.Clock.Advance(time.Hour)
	_, err := a.Authenticate(t.Context(), made.Secret)
	tenanttest.Refused(t, err, iam.CodeUnauthenticated, "")
	if list, err := s.List(t.Context(), admin, Filter{User: k.Admin.ID}); err != nil || list.Items[0].State != iam.APIKeyExpired {
		t.Errorf("list = %+v, %v", list, err)
	}
}

// covers D-06
func TestEscalation(t *testing.T) {
	k := tenanttest.New(t)
	s := service(k)
	weak := k.User(tenanttest.Person{Type: iam.TypeService, Permissions: perms(iam.PermBotsRead)})
	strong := k.User(tenanttest.Person{Type: iam.TypeService, Permissions: perms(iam.PermBotsRead, iam.PermUsersDelete)})
	asleep := k.User(tenanttest.Person{Type: iam.TypeService, Permissions: perms(iam.PermBotsRead), Suspended: true})
	org := k.Org("Client", "")
	away := k.User(tenanttest.Person{Type: iam.TypeService, Org: org, Permissions: perms(iam.PermBotsRead)})
	own := k.CallerWith(iam.PermAPIKeysManage, iam.PermBotsRead)
	keeper := k.CallerWith(iam.PermServiceKeysManage, iam.PermBotsRead, iam.PermReportsRead)
	clientKeeper := k.Caller(k.User(tenanttest.Person{
		Type: iam.TypeAgent, Org: org, Permissions: perms(iam.PermServiceKeysManage, iam.PermBotsRead),
	}))
	viewer := k.Caller(k.User(tenanttest.Person{Type: iam.TypeViewer, Permissions: perms(iam.PermAPIKeysManage)}))
	key := create(t, s, own, Create{Name: "Key", Permissions: perms(iam.PermBotsRead)}).APIKey.ID
	bots, deletes := perms(iam.PermBotsRead), perms(iam.PermUsersDelete)
	for _, test := range []struct {
		name    string
		c       *access.Caller
		in      Create
		code    iam.Code
		pointer string
	}{
		{"own", own, Create{Permissions: bots}, "", ""},
		{"own, by id", own, Create{User: own.User, Permissions: bots}, "", ""},
		{"own without api_keys.manage", keeper, Create{Permissions: bots}, iam.CodeForbidden, ""},
		{"own of a type that may not", viewer, Create{Permissions: bots}, iam.CodeForbidden, ""},
		{"own with more than one holds", own, Create{Permissions: deletes}, iam.CodeEscalation, ""},
		{"by a key, what the key has", withKey(own, key, iam.PermAPIKeysManage, iam.PermBotsRead), Create{Permissions: bots}, "", ""},
		{"by a key, what only its owner has", withKey(own, key, iam.PermAPIKeysManage), Create{Permissions: bots}, iam.CodeEscalation, ""},
		{"by a key without api_keys.manage", withKey(own, key, iam.PermBotsRead), Create{Permissions: bots}, iam.CodeForbidden, ""},
		{"for a service user", keeper, Create{User: weak.ID, Permissions: bots}, "", ""},
		{"for a service user without service_keys.manage", own, Create{User: weak.ID, Permissions: bots}, iam.CodeForbidden, ""},
		{"for one that may do more", keeper, Create{User: strong.ID, Permissions: bots}, iam.CodeEscalation, ""},
		{"for one with what it may not do", keeper, Create{User: weak.ID, Permissions: perms(iam.PermReportsRead)}, iam.CodeInvalid, "/permissions"},
		{"for a suspended one", keeper, Create{User: asleep.ID, Permissions: bots}, iam.CodeInvalid, "/user_id"},
		{"for a person", keeper, Create{User: own.User, Permissions: bots}, iam.CodeInvalid, "/user_id"},
		{"for one out of sight", clientKeeper, Create{User: weak.ID, Permissions: bots}, iam.CodeNotFound, ""},
		{"for one in sight", clientKeeper, Create{User: away.ID, Permissions: bots}, "", ""},
		{"for nobody", keeper, Create{User: "user_nobody", Permissions: bots}, iam.CodeNotFound, ""},
		{"by the operator for nobody", access.Operator(k.Tenant.ID, k.Root), Create{Permissions: bots}, iam.CodeInvalid, "/user_id"},
		{"by the operator", access.Operator(k.Tenant.ID, k.Root), Create{User: strong.ID, Permissions: deletes}, "", ""},
		{"without permissions", own, Create{}, iam.CodeInvalid, "/permissions"},
		{"with an unknown permission", own, Create{Permissions: perms(iam.PermBotsRead, "bots.fly")}, iam.CodeInvalid, "/permissions/1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.in.Name = "Key"
			made, err := s.Create(t.Context(), test.c, test.in)
			tenanttest.Refused(t, err, test.code, test.pointer)
			if (made != nil) != (err == nil) {
				t.Errorf("made %v with %v", made, err)
			}
		})
	}
	_, err := s.Create(t.Context(), own, Create{Permissions: bots})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/name")
}

func TestWhoSeesAndRevokesWhich(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	org := k.Org("Client", "")
	bot := k.User(tenanttest.Person{Type: iam.TypeService, Permissions: perms(iam.PermBotsRead)})
	clientBot := k.User(tenanttest.Person{Type: iam.TypeService, Org: org, Permissions: perms(iam.PermBotsRead)})
	person := k.CallerWith(iam.PermAPIKeysManage, iam.PermBotsRead)
	clientKeeper := k.Caller(k.User(tenanttest.Person{Type: iam.TypeAgent, Org: org, Permissions: perms(iam.PermServiceKeysManage, iam.PermBotsRead)}))
	keys := map[string]*Created{
		"admin":     create(t, s, admin, Create{Name: "admin", Permissions: perms(iam.PermBotsRead)}),
		"bot":       create(t, s, admin, Create{Name: "bot", User: bot.ID, Permissions: perms(iam.PermBotsRead)}),
		"clientBot": create(t, s, admin, Create{Name: "clientBot", User: clientBot.ID, Permissions: perms(iam.PermBotsRead)}),
		"person":    create(t, s, person, Create{Name: "person", Permissions: perms(iam.PermBotsRead)}),
	}
	for _, test := range []struct {
		who  string
		c    *access.Caller
		sees []string
	}{
		{"admin", admin, []string{"admin", "bot", "clientBot"}}, // people's keys are on their own pages
		{"person", person, []string{"person"}},
		{"clientKeeper", clientKeeper, []string{"clientBot"}},
		{"somebody without keys", k.CallerWith(), nil},
	} {
		list, err := s.List(t.Context(), test.c, Filter{})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]bool{}
		for _, v := range list.Items {
			got[v.Name] = true
		}
		want := map[string]bool{}
		for _, name := range test.sees {
			want[name] = true
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s sees (-want +got):\n%s", test.who, diff)
		}
		for name, key := range keys {
			if !want[name] && test.who != "admin" {
				tenanttest.Refused(t, s.Revoke(t.Context(), test.c, key.APIKey.ID), iam.CodeNotFound, "")
			}
		}
	}
	_, err := s.List(t.Context(), person, Filter{User: bot.ID})
	tenanttest.Refused(t, err, iam.CodeForbidden, "")
	_, err = s.List(t.Context(), withKey(person, "key_x", iam.PermBotsRead), Filter{})
	tenanttest.Refused(t, err, iam.CodeForbidden, "")
	tenanttest.Refused(t, s.Revoke(t.Context(), withKey(person, "key_x", iam.PermBotsRead), keys["person"].APIKey.ID), iam.CodeForbidden, "")
	if err := s.Revoke(t.Context(), clientKeeper, keys["clientBot"].APIKey.ID); err != nil {
		t.Error(err)
	}
	if err := s.Revoke(t.Context(), person, keys["person"].APIKey.ID); err != nil {
		t.Error(err)
	}
}

// Whoever may end the sessions of a person sees and revokes their keys, too, as
// long as that person may do no more than they. covers D-06
func TestKeysOfPeople(t *testing.T) {
	k := tenanttest.New(t)
	s := service(k)
	org, sister := k.Org("Client", ""), k.Org("Sister", "")
	member := func(org iam.OrgID, p ...iam.Permission) *access.Caller {
		return k.Caller(k.User(tenanttest.Person{Type: iam.TypeAgent, Org: org, Permissions: p}))
	}
	owner := member(org, iam.PermAPIKeysManage, iam.PermBotsRead)
	keeper := member(org, iam.PermAPIKeysManage, iam.PermBotsRead, iam.PermSessionsRead, iam.PermSessionsRevoke)
	key := create(t, s, owner, Create{Name: "K", Permissions: perms(iam.PermBotsRead)}).APIKey.ID
	both := k.User(tenanttest.Person{Type: iam.TypeAgent, Org: org, Permissions: perms(iam.PermAPIKeysManage, iam.PermBotsRead)})
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		u, err := tx.UserForUpdate(ctx, k.Tenant.ID, both.ID)
		if err != nil {
			return err
		}
		after := *u
		after.Memberships = append([]iam.Membership{{Org: sister}}, u.Memberships...)
		return tx.UpdateUser(ctx, k.Tenant.ID, u, &after)
	})
	elsewhere := create(t, s, k.Caller(both), Create{Name: "Elsewhere", Permissions: perms(iam.PermBotsRead)}).APIKey.ID
	for _, test := range []struct {
		name         string
		c            *access.Caller
		of           iam.UserID
		key          iam.APIKeyID
		list, revoke iam.Code
	}{
		{"without the permission", member(org, iam.PermAPIKeysManage, iam.PermBotsRead), owner.User, key, iam.CodeForbidden, iam.CodeNotFound},
		{"with service keys only", member(org, iam.PermServiceKeysManage, iam.PermAPIKeysManage, iam.PermBotsRead), owner.User, key, iam.CodeForbidden, iam.CodeNotFound},
		{"who may do less", member(org, iam.PermSessionsRead, iam.PermSessionsRevoke), owner.User, key, iam.CodeEscalation, iam.CodeEscalation},
		{"of a sister", member(sister, iam.PermAPIKeysManage, iam.PermBotsRead, iam.PermSessionsRead, iam.PermSessionsRevoke), owner.User, key, iam.CodeNotFound, iam.CodeNotFound},
		{"of one organization of two", keeper, both.ID, elsewhere, iam.CodeEscalation, iam.CodeEscalation},
		{"by a key without the permission", withKey(keeper, "key_x", iam.PermBotsRead), owner.User, key, iam.CodeForbidden, iam.CodeNotFound},
	} {
		t.Run(test.name, func(t *testing.T) {
			list, err := s.List(t.Context(), test.c, Filter{User: test.of})
			tenanttest.Refused(t, err, test.list, "")
			if len(list.Items) > 0 {
				t.Errorf("it tells of %+v", list.Items)
			}
			tenanttest.Refused(t, s.Revoke(t.Context(), test.c, test.key), test.revoke, "")
		})
	}
	list, err := s.List(t.Context(), keeper, Filter{User: owner.User})
	if err != nil || len(list.Items) != 1 || list.Items[0].State != iam.APIKeyActive {
		t.Fatalf("list = %+v, %v", list, err)
	}
	_, err = s.Create(t.Context(), keeper, Create{Name: "Mine, really", User: owner.User, Permissions: perms(iam.PermBotsRead)})
	tenanttest.Refused(t, err, iam.CodeForbidden, "")
	if err := s.Revoke(t.Context(), keeper, key); err != nil {
		t.Fatal(err)
	}
	if e := k.Events("api_key.revoked"); len(e) != 1 || e[0].ActorID != string(keeper.User) {
		t.Errorf("events = %+v", e)
	}
}

// A key of one's own has what one may do where one makes it, also where that is
// not one's first organization.
func TestKeyOfWhereOneActs(t *testing.T) {
	k := tenanttest.New(t)
	s, first, second := service(k), k.Org("First", ""), k.Org("Second", "")
	u := k.User(tenanttest.Person{Type: iam.TypeMember, Org: second, Permissions: perms(iam.PermAPIKeysManage, iam.PermBotsRead)})
	c := k.Caller(u)
	k.Change(u.ID, func(u *iam.User) { u.Memberships = append([]iam.Membership{{Org: first}}, u.Memberships...) })
	create(t, s, c, Create{Name: "K", Permissions: perms(iam.PermBotsRead)})
}

func TestAsManyAsThereCanBe(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	for range MaxKeys {
		create(t, s, admin, Create{Name: "Key", Permissions: perms(iam.PermBotsRead), ExpiresAt: k.Clock.Now().Add(time.Hour)})
	}
	_, err := s.Create(t.Context(), admin, Create{Name: "One more", Permissions: perms(iam.PermBotsRead)})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/user_id")
	k.Clock.Advance(time.Hour) // those that have expired don't count
	create(t, s, admin, Create{Name: "One more", Permissions: perms(iam.PermBotsRead)})
}

func TestOtherTenant(t *testing.T) {
	k := tenanttest.New(t)
	other := k.Other()
	s, admin := service(k), k.Caller(k.Admin)
	bot := other.User(tenanttest.Person{Type: iam.TypeService, Permissions: perms(iam.PermBotsRead)})
	theirs := create(t, s, other.Caller(other.Admin), Create{Name: "Theirs", User: bot.ID, Permissions: perms(iam.PermBotsRead)})
	tenanttest.Refused(t, s.Revoke(t.Context(), admin, theirs.APIKey.ID), iam.CodeNotFound, "")
	_, err := s.List(t.Context(), admin, Filter{User: bot.ID})
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
	if list, err := s.List(t.Context(), admin, Filter{}); err != nil || len(list.Items) != 0 {
		t.Errorf("list = %v, %v", list, err)
	}
	_, err = s.Create(t.Context(), admin, Create{Name: "Mine", User: bot.ID, Permissions: perms(iam.PermBotsRead)})
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
	other.Read(func(ctx context.Context, tx iam.Tx) error {
		key, err := tx.APIKey(ctx, other.Tenant.ID, theirs.APIKey.ID)
		if err == nil && !key.RevokedAt.IsZero() {
			t.Error("their key was revoked")
		}
		return err
	})
}
