package apikeys

import (
	"context"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

// Revoke stops a key at once: one's own, that of a service user with
// service_keys.manage, or with sessions.revoke that of a person who may do no more
// than the caller. A key that is revoked already stays as it is.
func (s *Service) Revoke(ctx context.Context, c *access.Caller, id iam.APIKeyID) error {
	if err := c.Personally(); err != nil {
		return err
	}
	return s.Store.Write(ctx, func(tx iam.Tx) error {
		k, err := tx.APIKey(ctx, c.Tenant, id)
		if err != nil {
			return err
		}
		if err := mayRevoke(ctx, tx, c, k); err != nil || !k.RevokedAt.IsZero() {
			return err
		}
		return revoke(ctx, tx, s.IDs, c, k)
	})
}

// RevokeAll stops all working keys of a user in a transaction of the caller's, who
// has made sure that they may act on that user. It tells how many there were. No
// other comes while it does: see Service.Create.
func RevokeAll(ctx context.Context, tx iam.Tx, ids iam.IDs, c *access.Caller, user iam.UserID) (int, error) {
	if _, err := tx.UserForUpdate(ctx, c.Tenant, user); err != nil {
		return 0, err
	}
	for n := 0; ; {
		keys, err := Working(ctx, tx, c.Tenant, user)
		if err != nil || len(keys) == 0 {
			return n, err
		}
		for _, k := range keys {
			if err := revoke(ctx, tx, ids, c, k); err != nil {
				return 0, err
			}
		}
		n += len(keys)
	}
}

// Working returns the keys of a user that work, MaxKeys of them at most.
func Working(ctx context.Context, tx iam.Tx, tenant iam.TenantID, user iam.UserID) ([]*iam.APIKey, error) {
	list, err := tx.APIKeys(ctx, tenant, iam.APIKeyFilter{User: user, State: iam.APIKeyActive, Page: iam.Page{Limit: MaxKeys}})
	return list.Items, err
}

func revoke(ctx context.Context, tx iam.Tx, ids iam.IDs, c *access.Caller, k *iam.APIKey) error {
	if err := tx.RevokeAPIKey(ctx, c.Tenant, k.ID); err != nil {
		return err
	}
	tx.AccessChanged(c.Tenant)
	return record(ctx, tx, ids, c, "api_key.revoked", k, iam.Change{Field: "prefix", Before: k.Prefix})
}

// mayRevoke answers CodeNotFound for keys that the caller can't see.
func mayRevoke(ctx context.Context, tx iam.Tx, c *access.Caller, k *iam.APIKey) error {
	if c.IsSelf(k.User) {
		return mayOwn(c)
	}
	err := mayDealWith(ctx, tx, c, k.User, iam.PermSessionsRevoke, true)
	if code := iam.CodeOf(err); code == iam.CodeNotFound || code == iam.CodeForbidden {
		return iam.NotFound("API key")
	}
	return err
}

// mayDealWith refuses when the caller may not deal with the keys of somebody else:
// of a service user it takes service_keys.manage, of a person the permission p. A
// person's keys tell what they may do elsewhere, too, so even to see them one has to
// be somebody who may act on that person.
func mayDealWith(ctx context.Context, tx iam.Tx, c *access.Caller, id iam.UserID, p iam.Permission, acts bool) error {
	if !c.Has(iam.PermServiceKeysManage) {
		if err := c.Require(p); err != nil {
			return err
		}
	}
	dir, u, err := authz.InSight(ctx, tx, c, id)
	if err != nil {
		return err
	}
	if u.Type == iam.TypeService {
		p = iam.PermServiceKeysManage
	}
	if err := c.Require(p); err != nil || u.Type == iam.TypeService && !acts {
		return err
	}
	return dir.MayActOn(c, u)
}

// record appends an event about a key in the transaction. It belongs where its
// owner does.
func record(ctx context.Context, tx iam.Tx, ids iam.IDs, c *access.Caller, action string, k *iam.APIKey, changes ...iam.Change) error {
	dir, err := authz.Load(ctx, tx, c.Tenant)
	if err != nil {
		return err
	}
	owner, err := tx.User(ctx, c.Tenant, k.User)
	if err != nil {
		return err
	}
	target := audit.Target{Type: "api_key", ID: string(k.ID), Name: k.Name, Org: audit.At(dir, c.Org, owner).Org}
	changes = append([]iam.Change{{Field: "user", After: audit.Person{ID: string(k.User), Name: k.UserName}}}, changes...)
	return tx.AppendEvents(ctx, c.Tenant, audit.New(ids, tx.Now(), c, action, target, changes...))
}
