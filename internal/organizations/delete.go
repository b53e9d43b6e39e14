package organizations

import (
	"context"
	"fmt"
	"slices"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/notices"
	"github.com/retinue/retinue/internal/pictures"
)

// MaxDeletedPeople is how many people can be deleted together with an
// organization: it happens in one transaction.
const MaxDeletedPeople = 10_000

// DeletionPreview tells what goes with an organization; it needs
// organizations.manage.
func (s *Service) DeletionPreview(ctx context.Context, c *access.Caller, id iam.OrgID) (iam.OrgDeletion, error) {
	var d iam.OrgDeletion
	if err := c.Require(iam.PermOrganizationsManage); err != nil {
		return d, err
	}
	dir, err := s.Directories.Get(ctx, c.Tenant)
	if err != nil {
		return d, err
	}
	if !dir.Within(id, c.Org) {
		return d, iam.NotFound("organization")
	}
	err = s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		d, err = tx.OrgDeletion(ctx, c.Tenant, id)
		return err
	})
	return d, err
}

// Delete is what the caller has confirmed will go.
type Delete struct {
	Version       int64
	Organizations int64 // below it
	People        int64 // who belong nowhere else
}

// Delete removes an organization with everything below it. People who belong
// nowhere else are deleted, for which it needs users.delete besides
// organizations.manage; others only lose this membership. CodeInUse unless the
// numbers that the caller has confirmed are those of the preview now, for the
// root, and for the caller's own organization; CodeEscalation when somebody
// there holds more than the caller.
func (s *Service) Delete(ctx context.Context, c *access.Caller, id iam.OrgID, in Delete) error {
	if err := c.Require(iam.PermOrganizationsManage); err != nil {
		return err
	}
	return s.Store.Write(ctx, func(tx iam.Tx) error {
		dir, o, err := s.forUpdate(ctx, tx, c, id, in.Version)
		if err != nil {
			return err
		}
		switch {
		case o.Parent == "":
			return iam.Errorf(iam.CodeInUse, "The root organization is the company itself and can't be deleted.")
		case id == c.Org:
			return iam.Errorf(iam.CodeInUse, "You act in this organization yourself. Somebody above it can delete it.")
		}
		if err := s.confirmed(ctx, tx, c, o, in); err != nil {
			return err
		}
		if err := s.empty(ctx, tx, c, dir, id, in.People); err != nil {
			return err
		}
		below := dir.Subtree(id)
		for _, b := range slices.Backward(below) { // what is below goes first
			o := dir.Orgs[b]
			if err := s.leaveReviews(ctx, tx, c, o); err != nil {
				return err
			}
			if err := tx.DeleteOrg(ctx, c.Tenant, o.ID); err != nil {
				return err
			}
			if err := pictures.Drop(ctx, tx, c.Tenant, o.LogoKey); err != nil {
				return err
			}
			if err := s.record(ctx, tx, c, "organization.deleted", o, differences(o, &iam.Organization{}, namer(dir))); err != nil {
				return err
			}
		}
		tx.AccessChanged(c.Tenant)
		return nil
	})
}

// empty takes out of an organization and what is below it what has rules or
// events of its own: people, as many as were confirmed, teams, AI agents and tabs.
func (s *Service) empty(ctx context.Context, tx iam.Tx, c *access.Caller, dir *authz.Directory, id iam.OrgID, people int64) error {
	if err := s.emptyPeople(ctx, tx, c, dir, id, people); err != nil {
		return err
	}
	for _, step := range []func(context.Context, iam.Tx, *access.Caller, *authz.Directory, iam.OrgID) error{
		s.emptyTeams, s.unassignAgents, s.deleteTabs,
	} {
		if err := step(ctx, tx, c, dir, id); err != nil {
			return err
		}
	}
	return nil
}

// confirmed refuses when something else would go than the caller has confirmed.
func (s *Service) confirmed(ctx context.Context, tx iam.Tx, c *access.Caller, o *iam.Organization, in Delete) error {
	d, err := tx.OrgDeletion(ctx, c.Tenant, o.ID)
	if err != nil {
		return err
	}
	if d.Organizations != in.Organizations || d.Homeless != in.People {
		return iam.Errorf(iam.CodeInUse, "Deleting “%s” also deletes %s below it and %s who belong nowhere else. Look at these numbers and confirm them.",
			o.Name, quantity(d.Organizations, "organization", "organizations"), quantity(d.Homeless, "person", "people"))
	}
	if d.Homeless > MaxDeletedPeople {
		return iam.Errorf(iam.CodeInUse, "%d people belong nowhere else, and %d can be deleted at once. Move or delete some first.", d.Homeless, MaxDeletedPeople)
	}
	if d.Homeless > 0 {
		return c.Require(iam.PermUsersDelete)
	}
	return nil
}

func quantity(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// emptyPeople takes everybody out of an organization and what is below it, and
// deletes those who belong nowhere else: as many as were confirmed, whoever
// joins in the meantime.
func (s *Service) emptyPeople(ctx context.Context, tx iam.Tx, c *access.Caller, dir *authz.Directory, id iam.OrgID, confirmed int64) error {
	const portion = 500
	after, deleted := iam.UserID(""), int64(0)
	for {
		ids, err := tx.MembersBelow(ctx, c.Tenant, id, after, portion)
		if err != nil {
			return err
		}
		for _, user := range ids {
			gone, err := s.takeOut(ctx, tx, c, dir, id, user)
			if err != nil {
				return err
			}
			if gone {
				deleted++
			}
			after = user
		}
		if len(ids) < portion {
			break
		}
	}
	if deleted != confirmed {
		return iam.Errorf(iam.CodeInUse, "Somebody joined or left in the meantime. Look at the numbers again.")
	}
	return nil
}

// takeOut takes somebody out of an organization and what is below it, and tells
// whether they were deleted, belonging nowhere else.
func (s *Service) takeOut(ctx context.Context, tx iam.Tx, c *access.Caller, dir *authz.Directory, id iam.OrgID, user iam.UserID) (deleted bool, err error) {
	before, err := tx.UserForUpdate(ctx, c.Tenant, user)
	if err != nil {
		return false, err
	}
	rest := *before
	rest.Memberships = nil
	for _, m := range before.Memberships {
		if !dir.Within(m.Org, id) {
			rest.Memberships = append(rest.Memberships, m)
		}
	}
	if len(rest.Memberships) == 0 {
		return true, s.deletePerson(ctx, tx, c, dir, before)
	}
	if !c.IsSelf(user) {
		if err := dir.MayActBelow(c, before); err != nil {
			return false, err
		}
	}
	if err := notices.Note(ctx, tx, c.Tenant, dir, before); err != nil {
		return false, err
	}
	if err := tx.UpdateUser(ctx, c.Tenant, before, &rest); err != nil {
		return false, err
	}
	var ch audit.Changes
	ch.Add("memberships", orgNames(dir, c, before), orgNames(dir, c, &rest))
	return false, tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, "user.updated", audit.User(before), ch...))
}

func (s *Service) deletePerson(ctx context.Context, tx iam.Tx, c *access.Caller, dir *authz.Directory, u *iam.User) error {
	if c.IsSelf(u.ID) {
		return iam.Errorf(iam.CodeEscalation, "You would delete yourself. Ask another administrator.").Because("delete_self")
	}
	if err := dir.MayActOn(c, u); err != nil {
		return err
	}
	if err := tx.DeleteUser(ctx, c.Tenant, u, string(c.User)); err != nil {
		return err
	}
	if err := pictures.Drop(ctx, tx, c.Tenant, u.PhotoKey); err != nil {
		return err
	}
	var ch audit.Changes
	ch.Add("email", u.Email, "")
	ch.Add("memberships", orgNames(dir, c, u), []string{})
	return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, "user.deleted", audit.User(u), ch...))
}

// orgNames names where somebody belongs. What is not in the caller's part of the
// tree stays as it is, and is not told there.
func orgNames(dir *authz.Directory, c *access.Caller, u *iam.User) []string {
	out := []string{}
	for i := range u.Memberships {
		if org := u.Memberships[i].Org; dir.Within(org, c.Org) {
			out = append(out, dir.OrgName(org))
		}
	}
	return out
}

// emptyTeams removes the teams of an organization and of those below it.
func (s *Service) emptyTeams(ctx context.Context, tx iam.Tx, c *access.Caller, dir *authz.Directory, id iam.OrgID) error {
	var teams []*iam.Team // all of them, before the first one goes
	f := iam.TeamFilter{Orgs: dir.Subtree(id), Own: true, Page: iam.Page{Limit: iam.MaxPageSize}}
	for {
		page, err := tx.Teams(ctx, c.Tenant, f)
		if err != nil {
			return err
		}
		teams = append(teams, page.Items...)
		if f.Page.Cursor = page.Next; page.Next == "" {
			break
		}
	}
	for _, team := range teams {
		if err := tx.DeleteTeam(ctx, c.Tenant, team.ID); err != nil {
			return err
		}
		if err := pictures.Drop(ctx, tx, c.Tenant, team.PhotoKey); err != nil {
			return err
		}
		target := audit.Target{Type: "team", ID: string(team.ID), Name: team.Name}
		if err := tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, "team.deleted", target)); err != nil {
			return err
		}
	}
	return nil
}

// unassignAgents takes the AI agents away from an organization and from those
// below it. The agents stay.
func (s *Service) unassignAgents(ctx context.Context, tx iam.Tx, c *access.Caller, dir *authz.Directory, id iam.OrgID) error {
	before, err := tx.UnassignBelow(ctx, c.Tenant, id)
	if err != nil {
		return err
	}
	for _, a := range before {
		gone, left := []string{}, []string{}
		for _, org := range a.Orgs {
			switch o := dir.Orgs[org]; {
			case o == nil || !dir.Within(org, c.Org): // the caller need not know of it
			case dir.Within(org, id):
				gone = append(gone, o.Name)
			default:
				left = append(left, o.Name)
			}
		}
		change := iam.Change{Field: "organizations", Before: append(gone, left...), After: left}
		target := audit.Target{Type: "agent", ID: string(a.ID), Name: a.Name}
		if err := tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, "agent.assignments_changed", target, change)); err != nil {
			return err
		}
	}
	return nil
}

// deleteTabs removes the custom tabs that were made in an organization or below
// it, and those that are for nobody else: they would be shown nowhere.
func (s *Service) deleteTabs(ctx context.Context, tx iam.Tx, c *access.Caller, dir *authz.Directory, id iam.OrgID) error {
	tabs, err := tx.TabsOnlyBelow(ctx, c.Tenant, id)
	if err != nil {
		return err
	}
	for _, t := range tabs {
		if err := tx.DeleteTab(ctx, c.Tenant, t.ID); err != nil {
			return err
		}
		target := audit.Target{Type: "tab", ID: string(t.ID), Name: t.Title}
		if !dir.Within(t.Owner, id) {
			target.Org = t.Owner // whose people made it, and will look for it
		}
		e := audit.New(s.IDs, tx.Now(), c, "tab.deleted", target, iam.Change{Field: "title", Before: t.Title})
		if err := tx.AppendEvents(ctx, c.Tenant, e); err != nil {
			return err
		}
	}
	return nil
}

// leaveReviews keeps the access reviews of an organization that are over: they are
// proof of what was looked at. Those that are not end with it.
func (s *Service) leaveReviews(ctx context.Context, tx iam.Tx, c *access.Caller, o *iam.Organization) error {
	ending, err := tx.LeaveReviews(ctx, c.Tenant, o.ID)
	if err != nil {
		return err
	}
	for _, r := range ending {
		target := audit.Target{Type: "access_review", ID: string(r.ID), Name: r.Name}
		e := audit.New(s.IDs, tx.Now(), c, "access_review.cancelled", target, iam.Change{Field: "organization", Before: o.Name})
		if err := tx.AppendEvents(ctx, c.Tenant, e); err != nil {
			return err
		}
	}
	return nil
}
