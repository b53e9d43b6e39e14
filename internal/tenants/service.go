// Package tenants makes tenants: by the operator on the command line, and the
// first one by whoever holds the one-time set-up link. A tenant begins with its
// root organization, the system roles and one administrator.
package tenants

import (
	"context"
	"crypto/rand"
	"io"
	"sync/atomic"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/password"
	"github.com/retinue/retinue/internal/sessions"
)

// Passwords judges a password that somebody chose.
type Passwords interface {
	CheckPassword(pw, pointer string, t *iam.Tenant, u *iam.User) error
}

// Deps are what the service works with.
type Deps struct {
	Store     iam.Store
	IDs       iam.IDs
	Hasher    *password.Hasher
	Passwords Passwords
	// Random is crypto/rand outside of tests.
	Random io.Reader
}

// Service makes, lists and suspends tenants. Nothing of it asks who is calling:
// it is for the operator's command line and, by the set-up link, for one person.
type Service struct {
	Deps

	hasTenants atomic.Bool // once there is a tenant there always is one
}

// New returns the service.
func New(d Deps) *Service {
	if d.Random == nil {
		d.Random = rand.Reader
	}
	return &Service{Deps: d}
}

// Admin is the first administrator of a tenant.
type Admin struct {
	FirstName, LastName, Email string
	Password                   string // "": a temporary one is made
}

// Create is what a new tenant is made of.
type Create struct {
	Name      string
	ShortName string
	Color     string   // #rrggbb; "" for the default
	Hosts     []string // under which its console is reached
	Admin     Admin
}

// Created is a new tenant with its administrator, and the temporary password,
// which is never shown again; "" when one was given.
type Created struct {
	Tenant            *iam.Tenant
	Admin             *iam.User
	TemporaryPassword string
}

// Create makes a tenant for the operator. CodeInvalid with the fields that are
// wrong (those of the administrator by their own names, such as "/email"),
// CodeConflict with "/short_name" or "/hosts" when taken.
func (s *Service) Create(ctx context.Context, in Create) (*Created, error) {
	n, err := s.prepare(ctx, in)
	if err != nil {
		return nil, err
	}
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		n.number(s.IDs, tx.Now())
		return s.insert(ctx, tx, n, access.Operator(n.tenant.ID, n.root.ID))
	})
	if err != nil {
		return nil, err
	}
	return n.created(), nil
}

// insert writes the tenant, its administrator and the events about them.
func (s *Service) insert(ctx context.Context, tx iam.Tx, n *newTenant, who *access.Caller) error {
	if err := tx.InsertTenant(ctx, n.tenant, n.root, access.SystemRoles()); err != nil {
		return err
	}
	if err := tx.InsertUser(ctx, n.tenant.ID, n.admin); err != nil {
		return err
	}
	tx.AccessChanged(n.tenant.ID)
	t, u := n.tenant, n.admin
	changes := audit.Changes{{Field: "name", After: t.Name}, {Field: "short_name", After: t.ShortName}, {Field: "color", After: t.Color}}
	if len(t.Hosts) > 0 {
		changes = append(changes, iam.Change{Field: "hosts", After: t.Hosts})
	}
	return tx.AppendEvents(ctx, t.ID,
		audit.New(s.IDs, tx.Now(), who, "tenant.created", target(t), changes...),
		audit.New(s.IDs, tx.Now(), who, "user.created", audit.User(u),
			iam.Change{Field: "email", After: u.Email}, iam.Change{Field: "user_type", After: string(u.Type)}, iam.Change{Field: "roles", After: []string{"Admin"}}))
}

func target(t *iam.Tenant) audit.Target {
	return audit.Target{Type: "tenant", ID: string(t.ID), Name: t.Name}
}

// List returns all tenants by short name.
func (s *Service) List(ctx context.Context) (all []*iam.Tenant, err error) {
	err = s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		all, err = tx.Tenants(ctx)
		return err
	})
	return all, err
}

// Find returns the tenant with a short name.
func (s *Service) Find(ctx context.Context, shortName string) (t *iam.Tenant, err error) {
	err = s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		t, err = tx.TenantByShortName(ctx, shortName)
		return err
	})
	return t, err
}

// Suspend stops everybody of a tenant from the next request on, sessions and
// API keys alike; nothing is deleted.
func (s *Service) Suspend(ctx context.Context, shortName string) (*iam.Tenant, error) {
	return s.setStatus(ctx, shortName, iam.StatusSuspended, "tenant.suspended")
}

// Reactivate lets the people of a tenant in again.
func (s *Service) Reactivate(ctx context.Context, shortName string) (*iam.Tenant, error) {
	return s.setStatus(ctx, shortName, iam.StatusActive, "tenant.reactivated")
}

func (s *Service) setStatus(ctx context.Context, shortName string, status iam.Status, action string) (t *iam.Tenant, err error) {
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		if t, err = tx.TenantByShortName(ctx, shortName); err != nil || t.Status == status {
			return err
		}
		before := t.Status
		t.Status = status
		if err := tx.UpdateTenant(ctx, t); err != nil {
			return err
		}
		tx.AccessChanged(t.ID)
		change := iam.Change{Field: "status", Before: string(before), After: string(status)}
		return tx.AppendEvents(ctx, t.ID, audit.New(s.IDs, tx.Now(), access.Operator(t.ID, t.RootOrg), action, target(t), change))
	})
	if err != nil {
		return nil, err
	}
	return t, nil
}

// Client is the device at the other end of the set-up page.
type Client = sessions.Client
