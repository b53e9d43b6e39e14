package organizations

import (
	"context"
	"fmt"
	"slices"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/notices"
	"github.com/retinue/retinue/internal/pictures"
	"github.com/retinue/retinue/internal/text"
	"github.com/retinue/retinue/internal/users"
)

// Update changes an organization; nil fields stay as they are.
type Update struct {
	Name, Description *string
	Locale, Timezone  *string
	Layout            *iam.Layout
	// Features says which it may have; a pointer to nil is all that its parent
	// has.
	Features *[]string
	Parent   *iam.OrgID
	// Version is what the caller saw: CodePreconditionFailed when the
	// organization has changed since.
	Version int64
}

func (in *Update) apply(o *iam.Organization) {
	for _, f := range []struct{ to, from *string }{
		{&o.Name, in.Name}, {&o.Description, in.Description}, {&o.Locale, in.Locale}, {&o.Timezone, in.Timezone},
	} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	if in.Layout != nil {
		o.Layout = *in.Layout
	}
	if in.Features != nil {
		o.Features = *in.Features
	}
	if in.Parent != nil {
		o.Parent = *in.Parent
	}
}

// Update changes an organization. It needs organizations.manage. A new parent
// moves it with everything below it: both places must be in the caller's part of
// the tree, and what that gives to people, or takes from them, theirs to give
// (mayShift). Which features an organization has is decided above it.
func (s *Service) Update(ctx context.Context, c *access.Caller, id iam.OrgID, in Update) (*View, error) {
	return s.change(ctx, c, id, in.Version, func(dir *authz.Directory, before, after *iam.Organization) error {
		in.apply(after)
		if id == c.Org && in.Parent != nil && *in.Parent == "" {
			after.Parent = before.Parent // all that the caller sees of it
		}
		if err := check(after); err != nil {
			return err
		}
		given := after.Features
		if after.Features = ordered(given); !sameFeatures(before.Features, after.Features) {
			if id == c.Org {
				return iam.Errorf(iam.CodeEscalation, "What an organization may have is decided by those above it.").Because("features_above")
			}
			if err := featuresFit(dir, after.Parent, before.Features, given); err != nil {
				return err
			}
		}
		if before.Parent != after.Parent {
			return mayMove(dir, c, before, after.Parent)
		}
		return nil
	})
}

func sameFeatures(a, b []string) bool { return (a == nil) == (b == nil) && slices.Equal(a, b) }

// SetStatus suspends or reactivates an organization; it needs
// organizations.manage. From the next request on, nobody acts in a suspended
// organization nor below it.
func (s *Service) SetStatus(ctx context.Context, c *access.Caller, id iam.OrgID, status iam.Status) (*View, error) {
	return s.change(ctx, c, id, anyVersion, func(_ *authz.Directory, before, after *iam.Organization) error {
		switch {
		case before.Parent == "":
			return iam.Errorf(iam.CodeInUse, "The root organization is the company itself and can't be suspended.")
		case id == c.Org:
			return iam.Errorf(iam.CodeInUse, "You act in this organization yourself. Somebody above it can suspend it.")
		}
		after.Status = status
		return nil
	})
}

// anyVersion is for changes that don't depend on what the caller saw.
const anyVersion = -1

// change runs fn on a copy of an organization that the caller may change, in the
// version that the caller saw, and writes what fn made of it.
func (s *Service) change(ctx context.Context, c *access.Caller, id iam.OrgID, version int64,
	fn func(dir *authz.Directory, before, after *iam.Organization) error,
) (*View, error) {
	if err := c.Require(iam.PermOrganizationsManage); err != nil {
		return nil, err
	}
	var v *View
	err := s.Store.Write(ctx, func(tx iam.Tx) error {
		dir, before, err := s.forUpdate(ctx, tx, c, id, version)
		if err != nil {
			return err
		}
		after := *before
		if err := fn(dir, before, &after); err != nil {
			return err
		}
		if before.Parent != after.Parent {
			if err := mayShift(ctx, tx, dir, c, before.Parent, after.Parent); err != nil {
				return err
			}
		}
		changes := differences(before, &after, namer(dir))
		if len(changes) == 0 {
			v, err = s.written(ctx, tx, c, id)
			return err
		}
		if err := tx.UpdateOrg(ctx, c.Tenant, &after); err != nil {
			return err
		}
		tx.AccessChanged(c.Tenant)
		if err := follow(ctx, tx, c, before, &after); err != nil {
			return err
		}
		if err := s.record(ctx, tx, c, actionOf(before, &after), &after, changes); err != nil {
			return err
		}
		v, err = s.written(ctx, tx, c, id)
		return err
	})
	return v, err
}

// follow does what a change brings with it: the old logo goes, and people are told
// whose access is another.
func follow(ctx context.Context, tx iam.Tx, c *access.Caller, before, after *iam.Organization) error {
	if before.LogoKey != after.LogoKey {
		if err := pictures.Drop(ctx, tx, c.Tenant, before.LogoKey); err != nil {
			return err
		}
	}
	if before.Parent == after.Parent && sameFeatures(before.Features, after.Features) {
		return nil
	}
	return notices.NoteOrg(ctx, tx, c.Tenant, before)
}

// forUpdate reads an organization in the caller's sight, in the version that the
// caller saw, and keeps the shape of the tree until the transaction ends.
func (s *Service) forUpdate(ctx context.Context, tx iam.Tx, c *access.Caller, id iam.OrgID, version int64) (*authz.Directory, *iam.Organization, error) {
	if err := tx.LockTree(ctx, c.Tenant); err != nil {
		return nil, nil, err
	}
	dir, err := authz.Load(ctx, tx, c.Tenant)
	if err != nil {
		return nil, nil, err
	}
	o := dir.Orgs[id]
	if o == nil || !dir.Within(id, c.Org) {
		return nil, nil, iam.NotFound("organization")
	}
	if version != anyVersion && o.Version != version {
		return nil, nil, iam.Stale("organization")
	}
	return dir, o, nil
}

// actionOf names what happened to an organization.
func actionOf(before, after *iam.Organization) string {
	switch {
	case before.Status != after.Status && after.Status == iam.StatusSuspended:
		return "organization.suspended"
	case before.Status != after.Status:
		return "organization.reactivated"
	case before.Parent != after.Parent:
		return "organization.moved"
	}
	return "organization.updated"
}

// check brings the organization into the form it is kept in.
func check(o *iam.Organization) error {
	var v text.Checker
	v.Name("/name", &o.Name)
	v.Description("/description", &o.Description)
	if o.ShortName != "" && (len(o.ShortName) > maxShortName || !shortNamePattern.MatchString(o.ShortName)) {
		v.Add("/short_name", "invalid_short_name",
			fmt.Sprintf("Use lower-case letters, digits and single hyphens between them, at most %d.", maxShortName))
	}
	if o.Locale != "" && !slices.Contains(users.Locales, o.Locale) {
		v.Add("/locale", "unknown", "Choose one of the languages en, es, fr, de.")
	}
	if o.Timezone != "" && !users.ValidTimezone(o.Timezone) {
		v.Add("/timezone", "unknown", "Choose a time zone of the IANA list, such as “Europe/Berlin”.")
	}
	if !o.Layout.Valid() {
		v.Add("/layout", "unknown", "The layout is vertical or horizontal.")
	}
	return v.Err()
}

// ordered brings features into the order of screens, each once, and last those
// that there aren't; nil stays nil. featuresFit refuses by the position in what was
// given, and so is asked about that.
func ordered(codes []string) []string {
	if codes == nil {
		return nil
	}
	out := make([]string, 0, len(codes))
	for _, f := range access.Features() {
		if slices.Contains(codes, f.Code) {
			out = append(out, f.Code)
		}
	}
	for _, code := range codes {
		if !access.KnownFeature(code) {
			out = append(out, code)
		}
	}
	return out
}
