// Package apikeys manages API keys: long-lived secrets by which programs act as
// a user, with some of that user's permissions. People make keys for
// themselves, and those with the permission for it make them for service users.
// Whoever may end somebody's sessions sees and revokes their keys, too.
package apikeys

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/sessions"
	"github.com/retinue/retinue/internal/text"
)

const (
	// MaxKeys is how many keys of one user can work at once.
	MaxKeys = 50
	// maxYears is how far ahead a key may expire, when it does.
	maxYears = 2
	// prefixLength is how much of the secret is kept to recognise it by: the
	// common prefix and eight characters, which leaves 208 bits unknown.
	prefixLength = 12
)

// Deps are what the service works with.
type Deps struct {
	Store iam.Store
	IDs   iam.IDs
	Clock clock.Clock
	// Random is crypto/rand outside of tests.
	Random io.Reader
}

// Service manages API keys.
type Service struct{ Deps }

// New returns the service.
func New(d Deps) *Service {
	if d.Random == nil {
		d.Random = rand.Reader
	}
	return &Service{Deps: d}
}

// View is a key as the caller sees it.
type View struct {
	*iam.APIKey
	State iam.APIKeyState
}

func view(k *iam.APIKey, now time.Time) *View { return &View{APIKey: k, State: k.StateAt(now)} }

// mayOwn refuses a program that deals with its owner's keys without the
// permission for that. People always see and revoke their own.
func mayOwn(c *access.Caller) error {
	if c.Actor == iam.ActorAPIKey {
		return c.Require(iam.PermAPIKeysManage)
	}
	return nil
}

// Filter selects keys.
type Filter struct {
	// User is whose; "" is the caller's own and, with service_keys.manage, those of
	// the service users the caller may see.
	User  iam.UserID
	State iam.APIKeyState // "" for all
	Page  iam.Page
}

// List returns one page of the keys, the newest first. Those of somebody else need
// service_keys.manage for a service user, and for a person sessions.read and that
// they may do no more than the caller.
func (s *Service) List(ctx context.Context, c *access.Caller, f Filter) (iam.List[*View], error) {
	var out iam.List[*View]
	if err := c.Personally(); err != nil {
		return out, err
	}
	manages := c.Has(iam.PermServiceKeysManage)
	if c.IsSelf(f.User) || f.User == "" && !manages {
		if err := mayOwn(c); err != nil {
			return out, err
		}
	}
	in := iam.APIKeyFilter{User: f.User, State: f.State, Page: f.Page}
	if f.User == "" && manages {
		in.Managed = &iam.ManagedKeys{Own: c.User}
		if !c.InRoot {
			in.Managed.Below = c.Org
		}
	} else if f.User == "" {
		in.User = c.User
	}
	err := s.Store.Read(ctx, func(tx iam.Tx) error {
		if f.User != "" && !c.IsSelf(f.User) {
			if err := mayDealWith(ctx, tx, c, f.User, iam.PermSessionsRead, false); err != nil {
				return err
			}
		}
		page, err := tx.APIKeys(ctx, c.Tenant, in)
		if err != nil {
			return err
		}
		out.Next, out.Prev, out.Items = page.Next, page.Prev, make([]*View, 0, len(page.Items))
		for _, k := range page.Items {
			out.Items = append(out.Items, view(k, tx.Now()))
		}
		return nil
	})
	return out, err
}

// serviceUser reads, for update, a user whom the caller makes keys for: a service user in sight
// that may not do more than the caller.
func (s *Service) serviceUser(ctx context.Context, tx iam.Tx, c *access.Caller, id iam.UserID) (*iam.User, error) {
	if err := c.Require(iam.PermServiceKeysManage); err != nil {
		return nil, err
	}
	dir, u, err := authz.InSightForUpdate(ctx, tx, c, id)
	if err != nil {
		return nil, err
	}
	if u.Type != iam.TypeService {
		return nil, iam.InvalidField("/user_id", "not_a_service", "People make their own keys. Choose a service user.")
	}
	return u, dir.MayActOn(c, u)
}

// Create is what a new key is made of.
type Create struct {
	Name        string
	User        iam.UserID // "": the caller
	Permissions []iam.Permission
	ExpiresAt   time.Time // zero: never
}

// Created is a new key and its secret, which is never shown again.
type Created struct {
	APIKey *View
	Secret string
}

// Create makes a key. It needs api_keys.manage for one's own and
// service_keys.manage for a service user's; CodeEscalation when the key would
// hold a permission that the caller doesn't, or the service user may do more.
func (s *Service) Create(ctx context.Context, c *access.Caller, in Create) (*Created, error) {
	if err := c.Personally(); err != nil {
		return nil, err
	}
	own := in.User == "" || c.IsSelf(in.User)
	if own {
		if err := c.Require(iam.PermAPIKeysManage); err != nil {
			return nil, err
		}
		if c.User == "" {
			return nil, iam.InvalidField("/user_id", "required", "Choose the service user that the key is for.")
		}
	}
	k := &iam.APIKey{Tenant: c.Tenant, User: in.User, Name: in.Name, CreatedBy: c.User, ExpiresAt: in.ExpiresAt.UTC().Truncate(time.Microsecond)}
	if own {
		k.User = c.User
	}
	secret, err := s.secret(k)
	if err != nil {
		return nil, err
	}
	out := &Created{Secret: secret}
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		if err := check(k, in.Permissions, tx.Now()); err != nil {
			return err
		}
		if own {
			// Before Present shares the same lock: two who both held that would wait for
			// each other in grant.
			if _, err := tx.UserForUpdate(ctx, c.Tenant, c.User); err != nil && iam.CodeOf(err) != iam.CodeNotFound {
				return err
			}
		}
		if err := authz.Present(ctx, tx, c); err != nil {
			return err
		}
		if err := s.grant(ctx, tx, c, k, own); err != nil {
			return err
		}
		k.ID, k.CreatedAt = iam.APIKeyID(s.IDs.NewID(iam.PrefixAPIKey, tx.Now())), tx.Now()
		if err := tx.InsertAPIKey(ctx, k); err != nil {
			return err
		}
		out.APIKey = view(k, tx.Now())
		return record(ctx, tx, s.IDs, c, "api_key.created", k,
			iam.Change{Field: "prefix", After: k.Prefix},
			iam.Change{Field: "permissions", After: k.Permissions},
			iam.Change{Field: "expires_at", After: expiry(k)})
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// secret makes the key's secret of 256 random bits; only its hash is stored.
func (s *Service) secret(k *iam.APIKey) (string, error) {
	var b [32]byte
	if _, err := io.ReadFull(s.Random, b[:]); err != nil {
		return "", fmt.Errorf("make an API key: %w", err)
	}
	secret := sessions.KeyPrefix + base64.RawURLEncoding.EncodeToString(b[:])
	hash := sha256.Sum256([]byte(secret))
	k.Prefix, k.SecretHash = secret[:prefixLength], hash[:]
	return secret, nil
}

// check brings the key into the form it is kept in and refuses what is wrong.
func check(k *iam.APIKey, permissions []iam.Permission, now time.Time) error {
	var v text.Checker
	v.Name("/name", &k.Name)
	for i, p := range permissions {
		if !access.Known(p) {
			v.Add(fmt.Sprintf("/permissions/%d", i), "unknown", "There is no such permission.")
			break
		}
	}
	if len(permissions) == 0 {
		v.Add("/permissions", "required", "Choose at least one permission.")
	}
	switch {
	case k.ExpiresAt.IsZero():
	case !k.ExpiresAt.After(now):
		v.Add("/expires_at", "past", "Choose a time in the future.")
	case k.ExpiresAt.After(now.AddDate(maxYears, 0, 0)):
		v.Add("/expires_at", "too_late", fmt.Sprintf("A key can last at most %d years.", maxYears))
	}
	k.Permissions = access.SetOf(permissions...).Permissions()
	return v.Err()
}

// grant checks that the caller may give the key what it asks for and that its
// owner may do all of that: a key never adds to what its owner may do.
func (s *Service) grant(ctx context.Context, tx iam.Tx, c *access.Caller, k *iam.APIKey, own bool) error {
	owner, err := s.owner(ctx, tx, c, k.User, own)
	if err != nil {
		return err
	}
	k.UserName = owner.FullName()
	wanted := access.SetOf(k.Permissions...)
	if err := access.MayGrant(c.Effective, wanted); err != nil {
		return err
	}
	dir, err := authz.Load(ctx, tx, c.Tenant)
	if err != nil {
		return err
	}
	where := dir.HomeOrg(owner)
	if own {
		where = c.Org // where they see what they may do, and where the key can be used
	}
	has := dir.Subject(owner, where).Effective()
	if missing := (wanted &^ has).Permissions(); len(missing) > 0 {
		p := missing[0]
		return iam.InvalidField("/permissions", "not_held",
			fmt.Sprintf("%s may not do “%s” (%s). Give them a role with it first, or leave it out.", owner.FullName(), access.Label(p), p))
	}
	working, err := Working(ctx, tx, c.Tenant, k.User)
	if err != nil {
		return err
	}
	if len(working) >= MaxKeys {
		return iam.InvalidField("/user_id", "limit", fmt.Sprintf("%s has %d working keys, as many as there can be. Revoke one first.", owner.FullName(), MaxKeys))
	}
	return nil
}

// owner reads whose key it will be, and keeps others out who would make or revoke
// keys of theirs: so there are never more than MaxKeys, nor one left of all that
// were revoked.
func (s *Service) owner(ctx context.Context, tx iam.Tx, c *access.Caller, id iam.UserID, own bool) (*iam.User, error) {
	if own {
		return tx.UserForUpdate(ctx, c.Tenant, c.User)
	}
	u, err := s.serviceUser(ctx, tx, c, id)
	if err != nil {
		return nil, err
	}
	if u.Status != iam.StatusActive {
		return nil, iam.InvalidField("/user_id", "suspended", "This service user is suspended. Reactivate it first.")
	}
	return u, nil
}

func expiry(k *iam.APIKey) string {
	if k.ExpiresAt.IsZero() {
		return "never"
	}
	return k.ExpiresAt.Format(time.RFC3339)
}
