package authz

import (
	"slices"
	"strings"
	"sync"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
)

// Tree returns all organizations as the tree reads: each, then what is below it,
// by name, without Members. It is shared and must not be changed.
func (d *Directory) Tree() []*iam.Organization { return d.ordered }

// OrgName returns the name of an organization, "" when there is none.
func (d *Directory) OrgName(org iam.OrgID) string {
	if o := d.Orgs[org]; o != nil {
		return o.Name
	}
	return ""
}

// Within tells whether org is top or below it.
func (d *Directory) Within(org, top iam.OrgID) bool {
	for n := 0; n <= len(d.Orgs); n++ {
		o := d.Orgs[org]
		if o == nil {
			return false
		}
		if org == top {
			return true
		}
		org = o.Parent
	}
	return false
}

// Between are org and the organizations above it up to top, which is one of them;
// all up to the root where it is none.
func (d *Directory) Between(org, top iam.OrgID) []iam.OrgID {
	path := append([]iam.OrgID{org}, d.Ancestors(org)...)
	if i := slices.Index(path, top); i >= 0 {
		path = path[:i+1]
	}
	return path
}

// Branch is which of the organizations directly below the root org is, or is
// below; the root for the root itself.
func (d *Directory) Branch(org iam.OrgID) iam.OrgID {
	path := d.Between(org, d.RootOrg)
	return path[max(len(path)-2, 0)]
}

// Depth is how far below the tenant an organization is; the root is 1.
func (d *Directory) Depth(org iam.OrgID) int { return len(d.Ancestors(org)) + 1 }

// Height is how many levels there are in org and below it, at least 1.
func (d *Directory) Height(org iam.OrgID) int {
	deepest := 0
	for _, o := range d.Subtree(org) {
		deepest = max(deepest, d.Depth(o))
	}
	return deepest - d.Depth(org) + 1
}

// Features is what org may have at all: what it and every organization above it
// are given.
func (d *Directory) Features(org iam.OrgID) access.Set {
	if s, ok := d.features[org]; ok {
		return s
	}
	return access.All
}

// Settings are those that count for the people of org: its own, and where it has
// none those of the nearest organization above. Features are its own.
func (d *Directory) Settings(org iam.OrgID) iam.OrgSettings { return d.settings[org] }

// SettingsOf are those that count for a person wherever they act: their own
// language and time zone, and where they have chosen none those of their home
// organization.
func (d *Directory) SettingsOf(u *iam.User) iam.OrgSettings {
	s := d.Settings(d.HomeOrg(u))
	if u.Locale != "" {
		s.Locale = u.Locale
	}
	if u.Timezone != "" {
		s.Timezone = u.Timezone
	}
	return s
}

// inherited are settings with what they leave to those above.
func inherited(own, above iam.OrgSettings) iam.OrgSettings {
	inherit(&own.Locale, above.Locale)
	inherit(&own.Timezone, above.Timezone)
	inherit(&own.Layout, above.Layout)
	inherit(&own.LogoKey, above.LogoKey)
	inherit(&own.Layout, iam.LayoutVertical)
	return own
}

func inherit[T ~string](to *T, from T) {
	if *to == "" {
		*to = from
	}
}

// foldedNames are the names and descriptions of the organizations as the tree
// reads, folded.
type foldedNames struct {
	once        sync.Once
	list, about []string
}

// Find calls fn with the organizations whose name or short name contains search,
// as the tree reads, until it returns false. Case and accents do not matter; ""
// finds all.
func (d *Directory) Find(search string, fn func(*iam.Organization) bool) {
	d.find("", search, false, fn)
}

// FindAfter is Find, also in descriptions, among what the tree reads after the
// organization last, whether or not that contains search itself; "" is the
// beginning. It is for those who may read organizations.
func (d *Directory) FindAfter(last iam.OrgID, search string, fn func(*iam.Organization) bool) {
	d.find(last, search, true, fn)
}

func (d *Directory) find(last iam.OrgID, search string, described bool, fn func(*iam.Organization) bool) {
	begun := last == ""
	needle := fold.Text(strings.TrimSpace(search))
	if needle != "" {
		d.names.once.Do(func() {
			d.names.list = make([]string, len(d.ordered))
			d.names.about = make([]string, len(d.ordered))
			for i, o := range d.ordered {
				d.names.list[i], d.names.about[i] = fold.Text(o.Name), fold.Text(o.Description)
			}
		})
	}
	for i, o := range d.ordered {
		if !begun {
			begun = o.ID == last
			continue
		}
		if needle != "" && !strings.Contains(d.names.list[i], needle) && !strings.Contains(o.ShortName, needle) &&
			(!described || !strings.Contains(d.names.about[i], needle)) {
			continue
		}
		if !fn(o) {
			return
		}
	}
}

// FindSome is Find of up to limit organizations that may be seen; more tells that
// there are others.
func (d *Directory) FindSome(search string, limit int, seen func(iam.OrgID) bool) (list []*iam.Organization, more bool) {
	list = []*iam.Organization{}
	d.Find(search, func(o *iam.Organization) bool {
		switch {
		case !seen(o.ID):
		case len(list) == limit:
			more = true
		default:
			list = append(list, o)
		}
		return !more
	})
	return list, more
}

// Path names the organizations above org, the highest first, as far up as they
// may be seen.
func (d *Directory) Path(org iam.OrgID, seen func(iam.OrgID) bool) []string {
	path := []string{}
	for _, above := range d.Ancestors(org) {
		if !seen(above) {
			break
		}
		path = append(path, d.OrgName(above))
	}
	slices.Reverse(path)
	return path
}

// Common is the nearest organization that all of u's memberships and org lie
// within; org "" is none. Whoever runs it may act on everything that u has.
func (d *Directory) Common(u *iam.User, org iam.OrgID) iam.OrgID {
	top := org
	if top == "" && len(u.Memberships) > 0 {
		top = u.Memberships[0].Org
	}
	for i := range u.Memberships {
		for o := d.Orgs[top]; o != nil && top != d.RootOrg && !d.Within(u.Memberships[i].Org, top); o = d.Orgs[top] {
			top = o.Parent
		}
	}
	if d.Orgs[top] == nil {
		return d.RootOrg
	}
	return top
}

// MayActBelow is MayActOn for changes that reach no further than the caller's
// part of the tree, such as taking somebody out of an organization: what u has
// elsewhere, and keeps, does not stop them.
func (d *Directory) MayActBelow(c *access.Caller, u *iam.User) error {
	if c.Actor == iam.ActorOperator {
		return nil
	}
	for i := range u.Teams {
		if h := &u.Teams[i]; h.Role != "" && d.Within(h.Org, c.Org) {
			if err := access.MayActOn(c.Holds(), d.Subject(u, h.Org).Holds()); err != nil {
				return err
			}
		}
	}
	for i := range u.Memberships {
		if org := u.Memberships[i].Org; d.Within(org, c.Org) {
			if err := access.MayActOn(c.Holds(), d.Subject(u, org).Holds()); err != nil {
				return err
			}
		}
	}
	return nil
}
