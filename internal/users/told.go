package users

import (
	"context"
	"slices"
	"sort"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/fields"
	"github.com/retinue/retinue/internal/iam"
)

// recordChange appends what was told of a change: here where it was made, and
// elsewhere to the company alone.
func (s *Service) recordChange(ctx context.Context, tx iam.Tx, c *access.Caller, dir *authz.Directory, before, after *iam.User, here, elsewhere audit.Changes) error {
	action, target := actionOf(before, after), audit.Change(dir, c.Org, before, after)
	if len(here) > 0 {
		if err := s.record(ctx, tx, c, action, target, here...); err != nil {
			return err
		}
	}
	if len(elsewhere) == 0 {
		return nil
	}
	target.Org = dir.RootOrg
	return s.record(ctx, tx, c, action, target, elsewhere...)
}

// told is what differs, in two parts: what the caller's part of the tree may read
// of it, and what is different in organizations elsewhere, of which it may not even
// read that the person belongs to them.
func told(dir *authz.Directory, c *access.Caller, before, after *iam.User) (here, elsewhere audit.Changes) {
	wasHere, wasElsewhere := apart(dir, c.Org, before)
	isHere, isElsewhere := apart(dir, c.Org, after)
	return diff(wasHere, isHere, dir), belonging(wasElsewhere, isElsewhere, dir)
}

// apart are two copies of a user: with the memberships in top and below it, and
// with the others. In the root organization there are no others.
func apart(dir *authz.Directory, top iam.OrgID, u *iam.User) (in, out *iam.User) {
	a, b := *u, *u
	a.Memberships, b.Memberships = nil, nil
	for _, m := range u.Memberships {
		if top == dir.RootOrg || dir.Within(m.Org, top) {
			a.Memberships = append(a.Memberships, m)
		} else {
			b.Memberships = append(b.Memberships, m)
		}
	}
	return &a, &b
}

// belonging lists what differs in where somebody belongs.
func belonging(before, after *iam.User, dir *authz.Directory) audit.Changes {
	var c audit.Changes
	c.Add("memberships", memberships(dir, before), memberships(dir, after))
	c.Add("aliases", aliases(dir, before), aliases(dir, after))
	c.Add("roles", roleNames(dir, before), roleNames(dir, after))
	c.Add("permissions", permissions(dir, before), permissions(dir, after))
	return c
}

// actionOf names what happened to a user.
func actionOf(before, after *iam.User) string {
	switch {
	case before.PasswordHash != after.PasswordHash:
		return "user.password_reset"
	case before.Status == after.Status:
		return "user.updated"
	case after.Status == iam.StatusSuspended:
		return "user.suspended"
	}
	return "user.reactivated"
}

// diff lists what differs, for the audit log. Secrets are not among it.
func diff(before, after *iam.User, dir *authz.Directory) audit.Changes {
	var c audit.Changes
	c.Add("first_name", before.FirstName, after.FirstName)
	c.Add("last_name", before.LastName, after.LastName)
	c.Add("nickname", before.Nickname, after.Nickname)
	c.Add("email", before.Email, after.Email)
	c.Add("phone", before.Phone, after.Phone)
	c.Add("external_id", before.ExternalID, after.ExternalID)
	c.Add("timezone", before.Timezone, after.Timezone)
	c.Add("locale", before.Locale, after.Locale)
	c.Add("theme", before.Theme, after.Theme)
	c.Add("user_type", string(before.Type), string(after.Type))
	c.Add("status", string(before.Status), string(after.Status))
	c = append(c, belonging(before, after, dir)...)
	for _, f := range dir.Fields {
		c.Add(iam.CustomChange+f.Key, custom(f, before), custom(f, after))
	}
	c.Add("photo", before.PhotoKey != "", after.PhotoKey != "")
	if before.PhotoKey != after.PhotoKey && before.PhotoKey != "" && after.PhotoKey != "" {
		c = append(c, iam.Change{Field: "photo", Before: "a photo", After: "another photo"})
	}
	if before.ID != "" && before.PasswordHash != after.PasswordHash {
		c = append(c, iam.Change{Field: "password", After: "new"})
	}
	return c
}

// custom is a user's value of a field as events tell it: nil for none.
func custom(f *iam.CustomField, u *iam.User) any {
	kept, ok := u.CustomValues[f.ID]
	if !ok {
		return nil
	}
	if c := f.Choice(kept); c != nil {
		return c.Label
	}
	return fields.JSON(f, kept)
}

func roleNames(dir *authz.Directory, u *iam.User) []string {
	out := []string{}
	for i := range u.Memberships {
		m := &u.Memberships[i]
		for _, id := range m.Roles {
			if r := dir.Roles[id]; r != nil {
				out = append(out, r.Name+where(dir, m.Org))
			}
		}
	}
	sort.Strings(out)
	return out
}

func permissions(dir *authz.Directory, u *iam.User) []string {
	out := []string{}
	for i := range u.Memberships {
		m := &u.Memberships[i]
		for _, p := range m.Permissions {
			out = append(out, string(p)+where(dir, m.Org))
		}
	}
	sort.Strings(out)
	return out
}

// where says after what somebody holds in which organization, but for the company's
// own.
func where(dir *authz.Directory, org iam.OrgID) string {
	if org == dir.RootOrg {
		return ""
	}
	return " (" + dir.OrgName(org) + ")"
}

// memberships names organizations for the audit log.
func memberships(dir *authz.Directory, u *iam.User) []string {
	out := []string{}
	for i := range u.Memberships {
		m := &u.Memberships[i]
		name := dir.OrgName(m.Org)
		if m.IncludesDescendants {
			name += " and below"
		}
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}
