// Package fields keeps what a tenant wants to know of its users beside what the
// product knows: custom fields, and the values that users have of them. Fields
// belong to the whole tenant, so they are changed by people who act in its root
// organization only; values are kept and changed with the user, in package users.
package fields

import (
	"context"
	"slices"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/iam"
)

// The limits of fields: all of them are in every form.
const (
	MaxFields  = 30
	MaxChoices = 200
	maxKey     = 40
)

// Deps are what the service works with.
type Deps struct {
	Store iam.Store
	IDs   iam.IDs
	Clock clock.Clock
}

// Service manages custom fields.
type Service struct{ Deps }

// New returns the service; Sweep does what Delete leaves to it.
func New(d Deps) *Service { return &Service{Deps: d} }

// List returns all fields of the tenant in their order. It needs users.read:
// whoever sees people sees what is kept of them.
func (s *Service) List(ctx context.Context, c *access.Caller) ([]*iam.CustomField, error) {
	if err := c.Require(iam.PermUsersRead); err != nil {
		return nil, err
	}
	var out []*iam.CustomField
	err := s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		out, err = tx.CustomFields(ctx, c.Tenant)
		return err
	})
	return out, err
}

// Get returns one field. It needs users.read.
func (s *Service) Get(ctx context.Context, c *access.Caller, id iam.FieldID) (*iam.CustomField, error) {
	if err := c.Require(iam.PermUsersRead); err != nil {
		return nil, err
	}
	var out *iam.CustomField
	err := s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		_, out, err = field(ctx, tx, c.Tenant, id)
		return err
	})
	return out, err
}

// field reads one field, and all.
func field(ctx context.Context, tx iam.Tx, tenant iam.TenantID, id iam.FieldID) ([]*iam.CustomField, *iam.CustomField, error) {
	all, err := tx.CustomFields(ctx, tenant)
	if err != nil {
		return nil, nil, err
	}
	at := slices.IndexFunc(all, func(f *iam.CustomField) bool { return f.ID == id })
	if at < 0 {
		return nil, nil, iam.NotFound("field")
	}
	return all, all[at], nil
}

// Usage is how many people have a value of a field.
type Usage struct {
	People  int64
	Choices map[string]int64 // by value; without those that nobody has
}

// Usage counts who has a value of a field. It needs fields.manage.
func (s *Service) Usage(ctx context.Context, c *access.Caller, id iam.FieldID) (Usage, error) {
	out := Usage{Choices: map[string]int64{}}
	if err := mayManage(c); err != nil {
		return out, err
	}
	err := s.Store.Read(ctx, func(tx iam.Tx) error {
		_, f, err := field(ctx, tx, c.Tenant, id)
		if err != nil {
			return err
		}
		if out.People, err = count(ctx, tx, c.Tenant, id, ""); err != nil {
			return err
		}
		for _, choice := range f.Choices {
			n, err := count(ctx, tx, c.Tenant, id, choice.Value)
			if err != nil {
				return err
			}
			if n > 0 {
				out.Choices[choice.Value] = n
			}
		}
		return nil
	})
	return out, err
}

// count counts who has a value, "" for any.
func count(ctx context.Context, tx iam.Tx, tenant iam.TenantID, id iam.FieldID, value string) (int64, error) {
	return tx.CountUsers(ctx, tenant, iam.UserFilter{Fields: []iam.FieldMatch{{Field: id, Value: value}}})
}

// mayManage refuses who may not change fields at all.
func mayManage(c *access.Caller) error {
	if err := c.Require(iam.PermFieldsManage); err != nil {
		return err
	}
	return c.ForCompany("Custom fields")
}

const (
	// sweepPortion is how many users lose a value in one transaction.
	sweepPortion = 200
	// sweepFor is how long after its deletion values of a field are looked for:
	// imports and other nodes may have known it until then.
	sweepFor = 24 * time.Hour
)

// Sweep removes values of deleted fields, a portion at a time, and tells whether
// there may be more.
func (s *Service) Sweep(ctx context.Context) (more bool, err error) {
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		n, err := tx.SweepCustomFields(ctx, s.Clock.Now().Add(-sweepFor), sweepPortion)
		more = n > 0
		return err
	})
	return more, err
}

// record appends an event in the transaction.
func (s *Service) record(ctx context.Context, tx iam.Tx, c *access.Caller, action string, f *iam.CustomField, changes ...iam.Change) error {
	target := audit.Target{Type: "custom_field", ID: string(f.ID), Name: f.Label}
	return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, action, target, changes...))
}
