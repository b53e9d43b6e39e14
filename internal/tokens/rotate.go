package tokens

import (
	"context"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

// renew makes what keys the tenant needs, removes those that are over, and
// returns those that are left. A new key signs at once only when there is no
// other: its tokens can't be checked by whoever keeps an older set for a while.
func (s *Service) renew(ctx context.Context, tenant iam.TenantID) ([]*iam.SigningKey, error) {
	var keys []*iam.SigningKey
	err := s.Store.Write(ctx, func(tx iam.Tx) (err error) {
		if keys, err = tx.SigningKeys(ctx, tenant); err != nil {
			return err
		}
		for _, k := range s.over(tenant, keys, tx.Now()) {
			if err := retire(ctx, tx, tenant, k); err != nil {
				return err
			}
		}
		if active, needed := s.next(tenant, keys, tx.Now()); needed {
			k, err := s.newKey(tenant, active)
			if err != nil {
				return err
			}
			if err := tx.InsertSigningKey(ctx, tenant, k); err != nil {
				return err
			}
		}
		keys, err = tx.SigningKeys(ctx, tenant)
		return err
	})
	return keys, err
}

// retire removes a key that is over, but for the public half of one that signed
// something which is kept.
func retire(ctx context.Context, tx iam.Tx, tenant iam.TenantID, k *iam.SigningKey) error {
	switch {
	case k.AttestedAt.IsZero() || tx.Now().Sub(k.ActiveAt) > AttestedFor:
		return tx.DeleteSigningKey(ctx, tenant, k.ID)
	case len(k.Private) > 0:
		return tx.RetireSigningKey(ctx, tenant, k.ID)
	}
	return nil
}

// next says from when on another key has to sign, if one has to be made now. Only
// keys count that this server's secret opens.
func (s *Service) next(tenant iam.TenantID, keys []*iam.SigningKey, now time.Time) (active time.Time, needed bool) {
	var last time.Time
	for _, k := range keys {
		if _, err := s.Box.Open(k.Private, purpose(tenant, k.ID)); err == nil && k.ActiveAt.After(last) {
			last = k.ActiveAt
		}
	}
	if last.IsZero() {
		return now, true
	}
	active = last.Add(KeyLifetime)
	if now.Before(active.Add(-PublishedBefore)) {
		return time.Time{}, false
	}
	if earliest := now.Add(PublishedBefore); active.Before(earliest) {
		active = earliest
	}
	return active, true
}

// over are the keys that have not signed for so long that no token of theirs
// can be alive: a later one took over a while ago. A key that this server's
// secret does not open belongs to another node, which renews its own.
func (s *Service) over(tenant iam.TenantID, keys []*iam.SigningKey, now time.Time) []*iam.SigningKey {
	var successor time.Time // when the present key of this server took over
	for _, k := range keys {
		if _, err := s.Box.Open(k.Private, purpose(tenant, k.ID)); err == nil && !k.ActiveAt.After(now) {
			successor = k.ActiveAt
		}
	}
	var list []*iam.SigningKey
	for _, k := range keys {
		_, err := s.Box.Open(k.Private, purpose(tenant, k.ID))
		replaced := err != nil || k.ActiveAt.Before(successor) && now.Sub(successor) > kept
		if replaced && now.Sub(k.ActiveAt) > KeyLifetime+PublishedBefore+kept {
			list = append(list, k)
		}
	}
	return list
}

// Rotate renews the keys of all tenants that have some. It is a background job.
func (s *Service) Rotate(ctx context.Context) (more bool, err error) {
	var tenants []iam.TenantID
	err = s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		tenants, err = tx.SigningTenants(ctx)
		return err
	})
	for _, t := range tenants {
		if err != nil {
			break
		}
		_, err = s.renew(ctx, t)
	}
	return false, err
}
