package teams

import (
	"context"
	"fmt"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/notices"
)

// Place is what somebody is to be in a team; nil fields stay as they are.
type Place struct {
	Role *iam.RoleID // "" for none
	Lead *bool
}

func (in Place) change(h *iam.TeamHold) {
	if in.Role != nil {
		h.Role = *in.Role
	}
	if in.Lead != nil {
		h.Lead = *in.Lead
	}
}

// Put puts a user into a team, or changes what they are there. It needs
// teams.manage, and roles.assign when the role changes. The user has to belong
// to the team's organization.
func (s *Service) Put(ctx context.Context, c *access.Caller, id iam.TeamID, user iam.UserID, in Place) (m *Member, err error) {
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		m, err = s.PutIn(ctx, tx, c, id, user, in)
		return err
	})
	return m, err
}

// PutIn is Put in a transaction of the caller's.
func (s *Service) PutIn(ctx context.Context, tx iam.Tx, c *access.Caller, id iam.TeamID, user iam.UserID, in Place) (*Member, error) {
	if err := c.Require(iam.PermTeamsManage); err != nil {
		return nil, err
	}
	sc, t, u, err := s.forChange(ctx, tx, c, id, user)
	if err != nil {
		return nil, err
	}
	before, place := u.TeamHold(id), iam.TeamHold{Team: id, TeamName: t.Name, Org: t.Org}
	if before != nil {
		place = *before
	} else if err := sc.mayJoin(t, u); err != nil {
		return nil, err
	}
	was := place
	in.change(&place)
	if before != nil && was == place {
		return member(ctx, tx, sc, u, id)
	}
	if r := sc.dir.Roles[place.Role]; place.Role != "" && (r == nil || r.Scope != iam.ScopeTeam) {
		return nil, iam.InvalidField("/role_id", "wrong_scope", "Choose a role that is for teams.")
	}
	if err := sc.mayReassign(u, was.Role, place.Role); err != nil {
		return nil, err
	}
	if err := sc.note(ctx, tx, u, was.Role, place.Role); err != nil {
		return nil, err
	}
	if err := tx.PutTeamMember(ctx, c.Tenant, u, place); err != nil {
		return nil, err
	}
	tx.AccessChanged(c.Tenant)
	m, err := member(ctx, tx, sc, u, id)
	if err != nil {
		return nil, err
	}
	action := "team.member_changed"
	if before == nil {
		action = "team.member_added"
	}
	return m, s.recordMember(ctx, tx, c, sc, action, t, u, was, place)
}

// Remove takes a user out of a team. It needs teams.manage, and roles.assign
// when they hold a role there.
func (s *Service) Remove(ctx context.Context, c *access.Caller, id iam.TeamID, user iam.UserID) error {
	if err := c.Require(iam.PermTeamsManage); err != nil {
		return err
	}
	return s.Store.Write(ctx, func(tx iam.Tx) error {
		sc, t, u, err := s.forChange(ctx, tx, c, id, user)
		if err != nil {
			return err
		}
		h := u.TeamHold(id)
		if h == nil {
			return iam.NotFound("team member")
		}
		was := *h
		if err := sc.mayReassign(u, was.Role, ""); err != nil {
			return err
		}
		if err := sc.note(ctx, tx, u, was.Role, ""); err != nil {
			return err
		}
		if err := tx.RemoveTeamMember(ctx, c.Tenant, u, id); err != nil {
			return err
		}
		tx.AccessChanged(c.Tenant)
		return s.recordMember(ctx, tx, c, sc, "team.member_removed", t, u, was, iam.TeamHold{})
	})
}

// forChange reads a team that the caller may change and a user in sight.
func (s *Service) forChange(ctx context.Context, tx iam.Tx, c *access.Caller, id iam.TeamID, user iam.UserID) (*scope, *iam.Team, *iam.User, error) {
	sc, t, err := s.manageable(ctx, tx, c, id)
	if err != nil {
		return nil, nil, nil, err
	}
	u, err := tx.UserForUpdate(ctx, c.Tenant, user)
	if err != nil {
		return nil, nil, nil, err
	}
	if !sc.dir.Visible(c, u) {
		return nil, nil, nil, iam.NotFound("user")
	}
	return sc, t, u, nil
}

// mayJoin refuses people who don't belong to the team's organization, and more
// than a team can have.
func (s *scope) mayJoin(t *iam.Team, u *iam.User) error {
	if t.Members >= MaxMembers {
		return iam.InvalidField("", "limit", fmt.Sprintf("A team can have %d people. Make another one.", MaxMembers))
	}
	if !s.dir.Subject(u, t.Org).Member {
		p, hidden := s.dir.PersonaFor(s.c, u)
		if !hidden {
			p.Name = u.FullName()
		}
		return iam.InvalidField("", "not_a_member", p.Name+" doesn't belong to the organization of this team. Add them there first.")
	}
	return nil
}

// mayReassign refuses a change of a role that the caller may not make: it needs
// roles.assign and all that either role holds, and nobody changes their own
// access or that of somebody who may do more.
func (s *scope) mayReassign(u *iam.User, before, after iam.RoleID) error {
	if before == after {
		return nil
	}
	if err := s.c.Require(iam.PermRolesAssign); err != nil {
		return err
	}
	if s.c.IsSelf(u.ID) {
		return iam.Errorf(iam.CodeEscalation, "You can't change your own access. Ask another administrator.").Because("own_access")
	}
	var set access.Set
	for _, id := range []iam.RoleID{before, after} {
		if r := s.dir.Roles[id]; r != nil {
			set |= access.SetOf(r.Permissions...)
		}
	}
	if err := access.MayGrant(s.c.Holds(), set); err != nil {
		return err
	}
	return s.dir.MayActOn(s.c, u)
}

// MayTakeRole refuses as Put does when the caller may not take away a role that
// somebody holds in a team of the caller's part of the tree.
func MayTakeRole(dir *authz.Directory, c *access.Caller, u *iam.User, role iam.RoleID) error {
	if err := c.Require(iam.PermTeamsManage); err != nil {
		return err
	}
	sc := &scope{dir: dir, c: c}
	return sc.mayReassign(u, role, "")
}

// note has somebody told that their role in a team changes.
func (s *scope) note(ctx context.Context, tx iam.Tx, u *iam.User, before, after iam.RoleID) error {
	if before == after {
		return nil
	}
	return notices.Note(ctx, tx, s.c.Tenant, s.dir, u)
}

// recordMember tells of a change both in the team's and in the person's history:
// the event is about the person, as changes of access are, and names the team.
func (s *Service) recordMember(ctx context.Context, tx iam.Tx, c *access.Caller, sc *scope, action string, t *iam.Team, u *iam.User, before, after iam.TeamHold) error {
	role := func(id iam.RoleID) string {
		if r := sc.dir.Roles[id]; r != nil {
			return r.Name
		}
		return ""
	}
	changes := audit.Changes{}
	switch action {
	case "team.member_added":
		changes = append(changes, iam.Change{Field: "team", After: t.Name})
	case "team.member_removed":
		changes = append(changes, iam.Change{Field: "team", Before: t.Name})
	default:
		changes = append(changes, iam.Change{Field: "team", Before: t.Name, After: t.Name})
	}
	changes.Add("team_role", role(before.Role), role(after.Role))
	changes.Add("team_lead", before.Lead, after.Lead)
	return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, action, audit.User(u), changes...))
}
