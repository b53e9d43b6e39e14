package sessions

import (
	"context"
	"sync"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
)

// usePlace is somebody in an organization.
type usePlace struct {
	tenant iam.TenantID
	user   iam.UserID
	org    iam.OrgID
}

// permissionUse is what somebody uses in an organization, and how much of it is
// written down for today.
type permissionUse struct {
	access.Uses

	day     int64
	written access.Set
	idle    int // flushes since there was something new
}

// permissionUses are those of everybody who is about.
type permissionUses struct {
	mu     sync.Mutex
	places map[usePlace]*permissionUse
}

// idleFlushes is after how many flushes without anything new a place is
// forgotten; whoever is there is counted anew with their next request.
const idleFlushes = 30

// usesOf is where the uses of a caller are collected. Somebody who is logged in
// as another person uses nothing in that person's name.
func (s *Service) usesOf(c *access.Caller) *access.Uses {
	if c.Impersonator != nil || c.User == "" {
		return nil
	}
	u := &s.permissionUses
	u.mu.Lock()
	defer u.mu.Unlock()
	at := usePlace{c.Tenant, c.User, c.Org}
	p := u.places[at]
	if p == nil {
		if u.places == nil {
			u.places = map[usePlace]*permissionUse{}
		}
		p = &permissionUse{}
		u.places[at] = p
	}
	p.idle = 0
	return &p.Uses
}

const dayLength = 24 * time.Hour

// take returns what is used but not written yet, by tenant, and forgets who is
// not about any longer.
func (u *permissionUses) take(today int64) (map[iam.TenantID][]iam.PermissionUse, map[usePlace]access.Set) {
	u.mu.Lock()
	defer u.mu.Unlock()
	out, marked := map[iam.TenantID][]iam.PermissionUse{}, map[usePlace]access.Set{}
	for at, p := range u.places {
		fresh := p.Set() &^ p.written
		if p.day != today {
			// What yesterday had already is to be counted anew when it is used today.
			fresh = p.Clear() &^ p.written
			p.Mark(fresh)
			p.day, p.written = today, 0
		}
		if fresh == 0 {
			if p.idle++; p.idle > idleFlushes {
				delete(u.places, at)
			}
			continue
		}
		p.idle = 0
		marked[at] = fresh
		for _, permission := range fresh.Permissions() {
			out[at.tenant] = append(out[at.tenant], iam.PermissionUse{User: at.user, Org: at.org, Permission: permission, Day: today})
		}
	}
	return out, marked
}

// settle remembers that marked is written.
func (u *permissionUses) settle(marked map[usePlace]access.Set, tenant iam.TenantID) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for at, set := range marked {
		if p := u.places[at]; p != nil && at.tenant == tenant {
			p.written |= set
		}
	}
}

// usesPortion is how many uses one transaction writes.
const usesPortion = 500

// FlushUses writes which permissions were used since it was called before. A
// crash loses what was not flushed.
func (s *Service) FlushUses(ctx context.Context) error {
	today := s.Clock.Now().Unix() / int64(dayLength/time.Second)
	uses, marked := s.permissionUses.take(today)
	for tenant, list := range uses {
		for len(list) > 0 {
			part := list[:min(len(list), usesPortion)]
			list = list[len(part):]
			if err := s.Store.Write(ctx, func(tx iam.Tx) error { return tx.RecordUses(ctx, tenant, part) }); err != nil {
				return err
			}
		}
		s.permissionUses.settle(marked, tenant)
	}
	return nil
}
