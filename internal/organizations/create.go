package organizations

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/text"
)

const maxShortName = 40

var shortNamePattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Create is what a new organization is made of.
type Create struct {
	Name        string
	ShortName   string    // "": made from the name
	Parent      iam.OrgID // "": where the caller acts
	Description string
	// What is empty comes from above. A logo is uploaded by itself.
	Locale, Timezone string
	Layout           iam.Layout
	Features         []string // nil: all that the parent has
}

// Create adds an organization. It needs organizations.manage; CodeInvalid with
// "/parent_id" when the parent is none that the caller may see, CodeConflict
// with "/short_name" when taken.
func (s *Service) Create(ctx context.Context, c *access.Caller, in Create) (*View, error) {
	if err := c.Require(iam.PermOrganizationsManage); err != nil {
		return nil, err
	}
	o := &iam.Organization{
		Parent: in.Parent, Name: in.Name, ShortName: strings.TrimSpace(in.ShortName), Description: in.Description,
		Status:      iam.StatusActive,
		OrgSettings: iam.OrgSettings{Locale: in.Locale, Timezone: in.Timezone, Layout: in.Layout, Features: in.Features},
	}
	if o.Parent == "" {
		o.Parent = c.Org
	}
	if err := check(o); err != nil {
		return nil, err
	}
	var v *View
	err := s.Store.Write(ctx, func(tx iam.Tx) error {
		if err := tx.LockTree(ctx, c.Tenant); err != nil {
			return err
		}
		dir, err := authz.Load(ctx, tx, c.Tenant)
		if err != nil {
			return err
		}
		if err := place(dir, c, o); err != nil {
			return err
		}
		o.ID = iam.OrgID(s.IDs.NewID(iam.PrefixOrg, tx.Now()))
		if err := tx.InsertOrg(ctx, c.Tenant, o); err != nil {
			return err
		}
		tx.AccessChanged(c.Tenant)
		changes := differences(&iam.Organization{}, o, namer(dir))
		if err := s.record(ctx, tx, c, "organization.created", o, changes); err != nil {
			return err
		}
		v, err = s.written(ctx, tx, c, o.ID)
		return err
	})
	return v, err
}

// written shows an organization as the transaction leaves it.
func (s *Service) written(ctx context.Context, tx iam.Tx, c *access.Caller, id iam.OrgID) (*View, error) {
	dir, err := authz.Load(ctx, tx, c.Tenant)
	if err != nil {
		return nil, err
	}
	members, err := tx.OrgMembers(ctx, c.Tenant)
	return view(dir, c, counted(dir.Orgs[id], members)), err
}

// namer names organizations by id.
func namer(dir *authz.Directory) func(iam.OrgID) string {
	return func(id iam.OrgID) string {
		if o := dir.Orgs[id]; o != nil {
			return o.Name
		}
		return ""
	}
}

// place finds out whether the new organization fits into the tree, and gives it
// a short name that is free when it has none.
func place(dir *authz.Directory, c *access.Caller, o *iam.Organization) error {
	if !dir.Within(o.Parent, c.Org) {
		return iam.InvalidField("/parent_id", "unknown", "There is no such organization, or it is not below yours.")
	}
	if len(dir.Orgs) >= MaxOrganizations {
		return iam.InvalidField("/name", "limit", fmt.Sprintf("There are %d organizations already, as many as there can be.", MaxOrganizations))
	}
	if !c.InRoot && len(dir.Subtree(dir.Branch(o.Parent))) >= MaxOwn {
		return iam.InvalidField("/name", "limit", fmt.Sprintf("There are %d organizations here already. Ask an administrator of the company to add more.", MaxOwn))
	}
	if dir.Depth(o.Parent) >= MaxDepth {
		return tooDeep()
	}
	if err := featuresFit(dir, o.Parent, nil, o.Features); err != nil {
		return err
	}
	o.Features = ordered(o.Features)
	taken := func(name string) bool {
		return slices.ContainsFunc(dir.Tree(), func(x *iam.Organization) bool { return x.ShortName == name })
	}
	if o.ShortName == "" {
		base := text.Slug(o.Name, "-", maxShortName)
		if base == "" {
			base = "organization" // a name in a script that has no Latin letters
		}
		o.ShortName = text.Unique(base, "-", maxShortName, taken)
		return nil
	}
	if taken(o.ShortName) {
		const message = "This short name is taken. Choose another one."
		e := iam.Errorf(iam.CodeConflict, message)
		e.Fields = []iam.Field{{Pointer: "/short_name", Code: "taken", Message: message}}
		return e
	}
	return nil
}

func tooDeep() error {
	return iam.InvalidField("/parent_id", "too_deep", fmt.Sprintf("Organizations can be nested %d deep. Choose a parent further up.", MaxDepth))
}

// featuresFit refuses features that there aren't, and those that the parent does
// not have itself. What the organization had before stays acceptable: the parent
// may have lost it since.
func featuresFit(dir *authz.Directory, parent iam.OrgID, before, after []string) error {
	has := access.FeatureCodes(dir.Features(parent))
	for i, code := range after {
		pointer := fmt.Sprintf("/features/%d", i)
		if !access.KnownFeature(code) {
			return iam.InvalidField(pointer, "unknown", "There is no such feature.")
		}
		if !slices.Contains(has, code) && !slices.Contains(before, code) {
			return iam.InvalidField(pointer, "not_available", "The organization above does not have this feature itself.")
		}
	}
	return nil
}
