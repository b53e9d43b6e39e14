package users

import (
	"context"
	"slices"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

// Farewell is what deleting one user would end.
type Farewell struct {
	ID       iam.UserID
	FullName string
	Err      error // why the caller can't delete them; nil when they can
	// Orgs are where they belong, as far as the caller may know.
	Orgs []*iam.Organization
	Owns []iam.Belongings
}

// PreviewDeletion says what the users own, and whether each can be deleted. It
// needs users.delete.
func (s *Service) PreviewDeletion(ctx context.Context, c *access.Caller, ids []iam.UserID) ([]Farewell, error) {
	if err := c.Require(iam.PermUsersDelete); err != nil {
		return nil, err
	}
	if len(ids) == 0 || len(ids) > MaxBulk {
		return nil, iam.InvalidField("/ids", "length", "Choose 1 to 200 people.")
	}
	out := make([]Farewell, 0, len(ids))
	// The rules read for update, as the deletion itself does; nothing is written.
	err := s.Store.Write(ctx, func(tx iam.Tx) error {
		out = out[:0]
		for _, id := range ids {
			f := Farewell{ID: id, Orgs: []*iam.Organization{}, Owns: []iam.Belongings{}}
			dir, u, err := s.mayDelete(ctx, tx, c, id)
			if u != nil {
				f.FullName, f.Orgs = u.FullName(), orgsInSight(dir, dir.Scope(c), c, u)
			}
			// Of somebody who may do more, or belongs elsewhere too, the names of teams
			// and invitations there are none of the caller's business.
			if u != nil && iam.CodeOf(err) != iam.CodeEscalation {
				if f.Owns, err = s.owns(ctx, tx, c, dir, id, err); err != nil && iam.CodeOf(err) == iam.CodeInternal {
					return err
				}
			}
			if err != nil && iam.CodeOf(err) == iam.CodeInternal {
				return err
			}
			f.Err = err
			out = append(out, f)
		}
		return nil
	})
	return out, err
}

// orgsInSight are the organizations of u that the caller may know of: those in the
// caller's scope, nil for all, or their own. Nothing tells that there are others.
func orgsInSight(dir *authz.Directory, scope []iam.OrgID, c *access.Caller, u *iam.User) []*iam.Organization {
	out := []*iam.Organization{}
	for i := range u.Memberships {
		org := u.Memberships[i].Org
		if o := dir.Orgs[org]; o != nil && (scope == nil || c.IsSelf(u.ID) || authz.Contains(scope, org)) {
			out = append(out, o)
		}
	}
	return out
}

// owns adds what a user owns, where the caller sees, to why they can't be deleted,
// if they can't.
func (s *Service) owns(ctx context.Context, tx iam.Tx, c *access.Caller, dir *authz.Directory, id iam.UserID, why error) ([]iam.Belongings, error) {
	list, err := tx.Belongings(ctx, c.Tenant, id, dir.Scope(c))
	if err != nil {
		return nil, err
	}
	return list, why
}

// mayDelete reads a user that the caller is about to delete. The user comes
// with the refusal when the caller sees, but can't delete them.
func (s *Service) mayDelete(ctx context.Context, tx iam.Tx, c *access.Caller, id iam.UserID) (*authz.Directory, *iam.User, error) {
	dir, u, err := authz.InSightForUpdate(ctx, tx, c, id)
	if err != nil {
		return nil, nil, err
	}
	if c.IsSelf(id) {
		return dir, u, iam.Errorf(iam.CodeEscalation, "You can't delete yourself. Ask another administrator.").Because("delete_self")
	}
	if err := dir.MayActOn(c, u); err != nil {
		return dir, u, err
	}
	return dir, u, s.adminRemains(ctx, tx, dir, c, u, nil)
}

// settlement is what became of what a user owned, in the terms of the audit log:
// here where the event of their deletion belongs, and elsewhere, which is for who
// deleted them alone.
type settlement struct{ here, elsewhere []iam.Change }

// settle hands over what a user owns who is about to be deleted, or ends it
// when heir is "". What there is out of the caller's sight, of somebody who
// belonged elsewhere before, stays.
func (s *Service) settle(ctx context.Context, tx iam.Tx, c *access.Caller, dir *authz.Directory, u *iam.User, heir iam.UserID) (*settlement, error) {
	done, err := settles(ctx, tx, c, dir, u)
	if err != nil {
		return nil, err
	}
	if heir == "" {
		return done, tx.EndBelongings(ctx, c.Tenant, u.ID, dir.Scope(c))
	}
	to, err := s.heir(ctx, tx, c, dir, u, heir)
	if err != nil {
		return nil, err
	}
	handed := iam.Change{Field: "handed_over_to", After: string(to.ID)}
	if at := audit.User(u).Org; at == "" || dir.Visible(&access.Caller{Org: at, InRoot: at == dir.RootOrg}, to) {
		done.here = append(done.here, handed)
	} else {
		done.elsewhere = append(done.elsewhere, handed)
	}
	return done, s.handOver(ctx, tx, c, dir, u, to)
}

// settles lists what a user owns, in the organization to which they belong and
// below it, and elsewhere.
func settles(ctx context.Context, tx iam.Tx, c *access.Caller, dir *authz.Directory, u *iam.User) (*settlement, error) {
	all, err := tx.Belongings(ctx, c.Tenant, u.ID, dir.Scope(c))
	if err != nil {
		return nil, err
	}
	here := all
	if at := audit.User(u).Org; at != "" && at != dir.RootOrg {
		if here, err = tx.Belongings(ctx, c.Tenant, u.ID, dir.Subtree(at)); err != nil {
			return nil, err
		}
	}
	done, told := &settlement{}, map[iam.Belonging][]string{}
	for _, b := range here {
		told[b.Kind] = b.Names
		done.here = append(done.here, iam.Change{Field: string(b.Kind), Before: b.Names})
	}
	for _, b := range all {
		rest := slices.Clone(b.Names)
		for _, name := range told[b.Kind] {
			if i := slices.Index(rest, name); i >= 0 {
				rest = slices.Delete(rest, i, i+1)
			}
		}
		if len(rest) > 0 {
			done.elsewhere = append(done.elsewhere, iam.Change{Field: string(b.Kind), Before: rest})
		}
	}
	return done, nil
}

// handOver gives to all that u owns where the caller sees.
func (s *Service) handOver(ctx context.Context, tx iam.Tx, c *access.Caller, dir *authz.Directory, u, to *iam.User) error {
	scope := dir.Scope(c)
	for _, h := range u.Teams {
		if !h.Lead || scope != nil && !authz.Contains(scope, h.Org) {
			continue
		}
		if !dir.Subject(to, h.Org).Member {
			return iam.InvalidField("/hand_over_to", "not_a_member", to.FullName()+" doesn't belong to the organization of the team “"+h.TeamName+"”. Choose somebody who does.")
		}
		place := iam.TeamHold{Team: h.Team, TeamName: h.TeamName, Org: h.Org}
		if there := to.TeamHold(h.Team); there != nil {
			place = *there
		}
		place.Lead = true
		if err := tx.PutTeamMember(ctx, c.Tenant, to, place); err != nil {
			return err
		}
	}
	return tx.HandOver(ctx, c.Tenant, u, to, scope)
}

// heir reads who takes over: an active person whom the caller sees.
func (s *Service) heir(ctx context.Context, tx iam.Tx, c *access.Caller, dir *authz.Directory, u *iam.User, id iam.UserID) (*iam.User, error) {
	to, err := tx.UserForUpdate(ctx, c.Tenant, id)
	if iam.CodeOf(err) == iam.CodeNotFound || err == nil && !dir.Visible(c, to) {
		return nil, iam.InvalidField("/hand_over_to", "unknown", "There is no such person.")
	}
	if err != nil {
		return nil, err
	}
	if to.ID == u.ID || to.Status != iam.StatusActive || to.Type == iam.TypeService || to.Type == iam.TypeClient {
		return nil, iam.InvalidField("/hand_over_to", "not_possible", "Choose an active person who stays.")
	}
	return to, nil
}
