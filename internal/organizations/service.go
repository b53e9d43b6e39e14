// Package organizations manages the tree of organizations inside a tenant: the
// company itself is the root, its clients and sub-companies are below it.
// Callers see and change the organization they act in and what is below it.
package organizations

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/photo"
)

// The limits of a tree. It is read at once with every decision.
const (
	MaxOrganizations = 5000
	// MaxOwn is how many there are of a client, itself included, before its own
	// people can add no more: none of them takes the room of all others.
	MaxOwn   = 1000
	MaxDepth = 10 // the root is 1
)

// Deps are what the service works with.
type Deps struct {
	Store iam.Store
	IDs   iam.IDs
	// Directories knows the trees of tenants.
	Directories *authz.Cache
	Photos      photo.Store
	Pictures    *photo.Processor
}

// Service manages organizations.
type Service struct{ Deps }

// New returns the service.
func New(d Deps) *Service { return &Service{Deps: d} }

// Action is something that can be done with an organization.
type Action string

// The actions on an organization.
const (
	ActionEdit       Action = "edit"
	ActionMove       Action = "move"
	ActionFeatures   Action = "features"
	ActionSuspend    Action = "suspend"
	ActionReactivate Action = "reactivate"
	ActionDelete     Action = "delete"
)

// View is an organization as the caller sees it: its parent is "" when that is
// out of the caller's sight.
type View struct {
	*iam.Organization
	IsRoot bool
	// Path are the names of the organizations above that the caller sees, the
	// highest first.
	Path []string
	// Effective are the settings that count, with what comes from above.
	Effective iam.OrgSettings
	// Available are the features that its parent has, Has those that it has.
	Available, Has []string
	// Stopped tells that an organization above is suspended.
	Stopped bool
	Allowed []Action
}

// viewer shows organizations of one directory to one caller.
type viewer struct {
	dir   *authz.Directory
	c     *access.Caller
	codes map[access.Set][]string // of features
	paths map[iam.OrgID][]string  // to what is below
}

func newViewer(dir *authz.Directory, c *access.Caller) *viewer {
	return &viewer{dir, c, map[access.Set][]string{}, map[iam.OrgID][]string{}}
}

// view shows an organization as it stands in dir.
func view(dir *authz.Directory, c *access.Caller, o *iam.Organization) *View {
	return newViewer(dir, c).view(o)
}

func (w *viewer) view(o *iam.Organization) *View {
	v := &View{
		Organization: o, IsRoot: o.Parent == "", Path: []string{}, Effective: w.dir.Settings(o.ID),
		Available: w.features(o.Parent), Has: w.features(o.ID),
		Stopped: o.Parent != "" && !w.dir.Active(o.Parent), Allowed: allowed(w.c, o),
	}
	if o.ID != w.c.Org {
		v.Path = w.path(o.Parent)
	} else if o.Parent != "" {
		hidden := *o
		hidden.Parent = ""
		v.Organization = &hidden
	}
	return v
}

// features are the codes of what an organization may have.
func (w *viewer) features(org iam.OrgID) []string {
	set := w.dir.Features(org)
	if _, ok := w.codes[set]; !ok {
		w.codes[set] = access.FeatureCodes(set)
	}
	return w.codes[set]
}

// path are the names from where the caller acts down to org.
func (w *viewer) path(org iam.OrgID) []string {
	if p, ok := w.paths[org]; ok {
		return p
	}
	o := w.dir.Orgs[org]
	if o == nil {
		return []string{}
	}
	p := []string{o.Name}
	if org != w.c.Org {
		p = slices.Concat(w.path(o.Parent), p)
	}
	w.paths[org] = p
	return p
}

// allowed is what the caller may do with an organization in sight. Its place,
// features, suspension and end are decided further up.
func allowed(c *access.Caller, o *iam.Organization) []Action {
	switch {
	case !c.Has(iam.PermOrganizationsManage):
		return nothing
	case o.ID == c.Org:
		return toOwn
	case o.Status == iam.StatusActive:
		return toActive
	}
	return toSuspended
}

var (
	nothing     = []Action{}
	toOwn       = []Action{ActionEdit}
	toActive    = []Action{ActionEdit, ActionMove, ActionFeatures, ActionSuspend, ActionDelete}
	toSuspended = []Action{ActionEdit, ActionMove, ActionFeatures, ActionReactivate, ActionDelete}
)

// Filter says which organizations a list has; the zero value is all.
type Filter struct {
	Search  string    // in their names, short names or descriptions; case and accents do not matter
	Parent  iam.OrgID // that they are right below
	Outside iam.OrgID // that they neither are nor stand below
}

func (f Filter) has(dir *authz.Directory, o *iam.Organization) bool {
	return (f.Parent == "" || o.Parent == f.Parent) && (f.Outside == "" || !dir.Within(o.ID, f.Outside))
}

// Page returns those organizations of f that the caller may see, as the tree reads:
// each, then what is below it, by name; at most p.Limit, or all for 0, that come
// after those of the page whose Next is p.Cursor. CodeInvalidCursor when the
// organization with which that page ended is gone, CodeNotFound when the caller
// may not see one that f names.
func (s *Service) Page(ctx context.Context, c *access.Caller, f Filter, p iam.Page) (iam.List[*View], error) {
	page := iam.List[*View]{Items: []*View{}}
	if err := c.Require(iam.PermOrganizationsRead); err != nil {
		return page, err
	}
	dir, members, err := s.tree(ctx, c)
	if err != nil {
		return page, err
	}
	for _, id := range []iam.OrgID{f.Parent, f.Outside} {
		if id != "" && !dir.Within(id, c.Org) {
			return page, iam.NotFound("organization")
		}
	}
	last, err := lastOf(dir, c, p.Cursor)
	if err != nil {
		return page, err
	}
	w := newViewer(dir, c)
	dir.FindAfter(last, f.Search, func(o *iam.Organization) bool {
		if !c.InRoot && !dir.Within(o.ID, c.Org) || !f.has(dir, o) {
			return true
		}
		if p.Limit > 0 && len(page.Items) == p.Limit {
			page.Next = cursorAfter(page.Items[p.Limit-1].ID)
			return false
		}
		page.Items = append(page.Items, w.view(counted(o, members)))
		return true
	})
	return page, nil
}

// cursorAfter is the cursor of the page that begins after an organization. It
// means nothing where the organization is out of sight, as in another tenant.
func cursorAfter(org iam.OrgID) string { return base64.RawURLEncoding.EncodeToString([]byte(org)) }

// lastOf is the inverse of cursorAfter, "" for the first page.
func lastOf(dir *authz.Directory, c *access.Caller, cursor string) (iam.OrgID, error) {
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if last := iam.OrgID(text); err == nil && (last == "" || dir.Within(last, c.Org)) {
		return last, nil
	}
	return "", iam.Errorf(iam.CodeInvalidCursor, "This list has changed. Start again at its beginning.")
}

// tree returns the tenant's tree, which may be a second old where another node
// changed it, and how many people belong to each organization now.
func (s *Service) tree(ctx context.Context, c *access.Caller) (*authz.Directory, map[iam.OrgID]int64, error) {
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return nil, nil, err
	}
	var members map[iam.OrgID]int64
	err = s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		members, err = tx.OrgMembers(ctx, c.Tenant)
		return err
	})
	return dir, members, err
}

// counted is o with its present number of members; the directory's is shared.
func counted(o *iam.Organization, members map[iam.OrgID]int64) *iam.Organization {
	out := *o
	out.Members = members[o.ID]
	return &out
}

// Get returns one organization; CodeNotFound when the caller may not see it.
func (s *Service) Get(ctx context.Context, c *access.Caller, id iam.OrgID) (*View, error) {
	if err := c.Require(iam.PermOrganizationsRead); err != nil {
		return nil, err
	}
	dir, members, err := s.tree(ctx, c)
	if err != nil {
		return nil, err
	}
	if !dir.Within(id, c.Org) {
		return nil, iam.NotFound("organization")
	}
	return view(dir, c, counted(dir.Orgs[id], members)), nil
}

// Mine returns up to limit organizations in which the caller may act, in the
// order of the tree, of those that search finds; more tells that there are
// others.
func (s *Service) Mine(ctx context.Context, c *access.Caller, search string, limit int) (list []*View, more bool, err error) {
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return nil, false, err
	}
	var u *iam.User
	err = s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		u, err = tx.User(ctx, c.Tenant, c.User)
		return err
	})
	if err != nil {
		return nil, false, err
	}
	list = []*View{}
	wide := map[iam.OrgID]bool{} // reached by a membership that includes descendants
	for _, o := range dir.Tree() {
		m := u.Membership(o.ID)
		wide[o.ID] = wide[o.Parent] || m != nil && m.IncludesDescendants
	}
	found, more := dir.FindSome(search, limit, func(org iam.OrgID) bool {
		return (u.Membership(org) != nil || wide[org]) && dir.Active(org)
	})
	for _, o := range found {
		path := dir.Path(o.ID, func(above iam.OrgID) bool { return wide[above] })
		list = append(list, &View{Organization: o, IsRoot: o.Parent == "", Path: path, Effective: dir.Settings(o.ID)})
	}
	return list, more, nil
}

// differences are what an audit event tells of a change.
func differences(before, after *iam.Organization, name func(iam.OrgID) string) audit.Changes {
	var ch audit.Changes
	ch.Add("name", before.Name, after.Name)
	ch.Add("short_name", before.ShortName, after.ShortName)
	ch.Add("description", before.Description, after.Description)
	ch.Add("parent", name(before.Parent), name(after.Parent))
	ch.Add("status", string(before.Status), string(after.Status))
	ch.Add("locale", before.Locale, after.Locale)
	ch.Add("timezone", before.Timezone, after.Timezone)
	ch.Add("layout", string(before.Layout), string(after.Layout))
	ch.Add("features", strings.Join(featuresOf(before), ", "), strings.Join(featuresOf(after), ", "))
	ch.Add("logo", before.LogoKey != "", after.LogoKey != "")
	if before.LogoKey != after.LogoKey && before.LogoKey != "" && after.LogoKey != "" {
		ch = append(ch, iam.Change{Field: "logo", Before: "a logo", After: "another logo"})
	}
	return ch
}

// featuresOf names the features of an organization for the audit log.
func featuresOf(o *iam.Organization) []string {
	if o.ID != "" && o.Features == nil {
		return []string{"all"}
	}
	return o.Features
}

// record appends an event in the transaction.
func (s *Service) record(ctx context.Context, tx iam.Tx, c *access.Caller, action string, o *iam.Organization, changes audit.Changes) error {
	target := audit.Target{Type: "organization", ID: string(o.ID), Name: o.Name}
	if !slices.ContainsFunc(changes, func(ch iam.Change) bool { return ch.Field == "parent" }) { // which is above what its own people see
		target.Org = o.ID
	}
	return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, action, target, changes...))
}
