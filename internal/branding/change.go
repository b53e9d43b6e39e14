package branding

import (
	"context"
	"errors"
	"io"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/photo"
	"github.com/retinue/retinue/internal/pictures"
)

// View is the brand of an organization: what it sets itself, what comes from
// above, and what both make.
type View struct {
	Own       iam.Brand
	Inherited Look // without Own
	Effective Look
	OrgName   string
}

// Get returns the brand of an organization. It needs branding.manage;
// CodeNotFound for an organization outside of the caller's.
func (s *Service) Get(ctx context.Context, c *access.Caller, org iam.OrgID) (*View, error) {
	if err := c.Require(iam.PermBrandingManage); err != nil {
		return nil, err
	}
	var v *View
	err := s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		v, err = load(ctx, tx, c, org)
		return err
	})
	return v, err
}

// load reads the brand of an organization that the caller manages.
func load(ctx context.Context, tx iam.Tx, c *access.Caller, org iam.OrgID) (*View, error) {
	dir, err := authz.Load(ctx, tx, c.Tenant)
	if err != nil {
		return nil, err
	}
	if !manages(dir, c, org) {
		return nil, iam.NotFound("organization")
	}
	t, err := tx.Tenant(ctx, c.Tenant)
	if err != nil {
		return nil, err
	}
	brands, err := brandsByOrg(ctx, tx, c.Tenant)
	if err != nil {
		return nil, err
	}
	v := &View{OrgName: dir.Orgs[org].Name, Own: iam.Brand{Org: org}}
	chain := chainOf(dir, org)
	v.Effective, v.Inherited = lookOf(t, dir, chain, brands), lookOf(t, dir, chain[1:], brands)
	if own := brands[org]; own != nil {
		v.Own = *own
	}
	return v, nil
}

// manages tells whether org is the caller's or below it.
func manages(dir *authz.Directory, c *access.Caller, org iam.OrgID) bool {
	if dir.Orgs[org] == nil {
		return false
	}
	return c.InRoot || authz.Contains(dir.Subtree(c.Org), org)
}

// Update changes a brand; nil fields stay, "" inherits.
type Update struct {
	Name, Color, SupportEmail, SupportURL *string
	PoweredBy                             *iam.PoweredBy
	// Version is what the caller saw, 0 where nothing was ever set:
	// CodePreconditionFailed when it has changed since.
	Version int64
}

// Update changes the brand of an organization. It needs branding.manage.
func (s *Service) Update(ctx context.Context, c *access.Caller, org iam.OrgID, in Update) (*View, error) {
	return s.change(ctx, c, org, func(b *iam.Brand) error {
		if in.Version != b.Version {
			return iam.Stale("brand")
		}
		apply(&b.Name, in.Name)
		apply(&b.Color, in.Color)
		apply(&b.SupportEmail, in.SupportEmail)
		apply(&b.SupportURL, in.SupportURL)
		if in.PoweredBy != nil {
			b.PoweredBy = *in.PoweredBy
		}
		return check(b)
	})
}

func apply(field *string, value *string) {
	if value != nil {
		*field = *value
	}
}

// change writes a brand in one transaction with its event.
func (s *Service) change(ctx context.Context, c *access.Caller, org iam.OrgID, fn func(*iam.Brand) error) (*View, error) {
	if err := c.Require(iam.PermBrandingManage); err != nil {
		return nil, err
	}
	var v *View
	err := s.Store.Write(ctx, func(tx iam.Tx) (err error) {
		if v, err = load(ctx, tx, c, org); err != nil {
			return err
		}
		before, after := v.Own, v.Own
		if err := fn(&after); err != nil {
			return err
		}
		changes := differences(&before, &after)
		if len(changes) == 0 {
			return nil
		}
		if err := tx.SaveBrand(ctx, c.Tenant, &after); err != nil {
			return err
		}
		tx.AccessChanged(c.Tenant) // what is cached of the brand goes with it
		target := audit.Target{Type: "organization", ID: string(org), Name: v.OrgName, Org: org}
		if err := tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, "branding.updated", target, changes...)); err != nil {
			return err
		}
		v, err = load(ctx, tx, c, org)
		return err
	})
	return v, err
}

func differences(before, after *iam.Brand) audit.Changes {
	var out audit.Changes
	out.Add("name", before.Name, after.Name)
	out.Add("color", before.Color, after.Color)
	out.Add("logo", before.LogoKey, after.LogoKey)
	out.Add("support_email", before.SupportEmail, after.SupportEmail)
	out.Add("support_url", before.SupportURL, after.SupportURL)
	out.Add("powered_by", string(before.PoweredBy), string(after.PoweredBy))
	return out
}

// SetLogo stores a picture, scaled and encoded anew, as the organization's logo.
// It needs branding.manage; CodeInvalid with "/logo" when it is no picture.
func (s *Service) SetLogo(ctx context.Context, c *access.Caller, org iam.OrgID, picture io.Reader) (*View, error) {
	// Who may not is told before the picture is looked at.
	if _, err := s.Get(ctx, c, org); err != nil {
		return nil, err
	}
	logo, err := s.Pictures.ProcessLogo(ctx, picture)
	if err != nil {
		if refused, ok := errors.AsType[*photo.Error](err); ok {
			return nil, iam.InvalidField("/logo", refused.Code, refused.Message)
		}
		return nil, pictures.Busy(err)
	}
	key := logo.Key()
	if err := s.Logos.Put(ctx, string(c.Tenant), key, logo.Data, logo.ContentType); err != nil {
		return nil, err
	}
	return s.change(ctx, c, org, func(b *iam.Brand) error {
		b.LogoKey = key
		return nil
	})
}

// RemoveLogo takes the organization's own logo away: that from above is shown
// again. It needs branding.manage. The picture stays, since mails that were
// sent show it.
func (s *Service) RemoveLogo(ctx context.Context, c *access.Caller, org iam.OrgID) (*View, error) {
	return s.change(ctx, c, org, func(b *iam.Brand) error {
		b.LogoKey = ""
		return nil
	})
}
