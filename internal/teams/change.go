package teams

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/pictures"
	"github.com/retinue/retinue/internal/text"
)

// Create is what a new team is made of.
type Create struct {
	Name, Description string
	Org               iam.OrgID // "": where the caller acts
	Serves            []iam.OrgID
}

// Create adds a team. It needs teams.manage; CodeConflict with "/name" when
// another team of the organization has the name.
func (s *Service) Create(ctx context.Context, c *access.Caller, in Create) (*View, error) {
	if err := c.Require(iam.PermTeamsManage); err != nil {
		return nil, err
	}
	t := &iam.Team{Org: in.Org, Name: in.Name, Description: in.Description, Serves: in.Serves}
	if t.Org == "" {
		t.Org = c.Org
	}
	var v *View
	err := s.Store.Write(ctx, func(tx iam.Tx) error {
		sc, err := s.scope(ctx, tx, c)
		if err != nil {
			return err
		}
		if sc.dir.Orgs[t.Org] == nil || !sc.owns(t.Org) {
			return iam.InvalidField("/organization_id", "unknown", "There is no such organization, or it is not below yours.")
		}
		if err := sc.check(t, nil); err != nil {
			return err
		}
		n, err := tx.CountTeams(ctx, c.Tenant, t.Org)
		if err != nil {
			return err
		}
		if n >= MaxTeams {
			return iam.InvalidField("/name", "limit", fmt.Sprintf("This organization has %d teams already, as many as it can have. Delete one that nobody needs.", MaxTeams))
		}
		t.ID = iam.TeamID(s.IDs.NewID(iam.PrefixTeam, tx.Now()))
		if err := tx.InsertTeam(ctx, c.Tenant, t); err != nil {
			return err
		}
		v = sc.view(t)
		return s.record(ctx, tx, sc, "team.created", &iam.Team{}, t, sc.differences(&iam.Team{}, t)...)
	})
	return v, err
}

// check brings a team into the form it is kept in. before are the organizations
// that it serves already: those may be out of the caller's sight.
func (s *scope) check(t *iam.Team, before []iam.OrgID) error {
	var v text.Checker
	v.Name("/name", &t.Name)
	v.Description("/description", &t.Description)
	serves := []iam.OrgID{}
	for i, id := range t.Serves {
		if s.dir.Orgs[id] == nil || !s.owns(id) && !slices.Contains(before, id) {
			v.Add(fmt.Sprintf("/serves/%d", i), "unknown", "There is no such organization, or it is not below yours.")
			continue
		}
		if id != t.Org && !slices.Contains(serves, id) {
			serves = append(serves, id)
		}
	}
	if len(serves) > maxServes {
		v.Add("/serves", "too_many", fmt.Sprintf("Choose at most %d organizations.", maxServes))
	}
	slices.Sort(serves)
	t.Serves = serves
	return v.Err()
}

// Update changes a team; nil fields stay as they are.
type Update struct {
	Name, Description *string
	Serves            *[]iam.OrgID
	// Version is what the caller saw: CodePreconditionFailed when the team has
	// changed since.
	Version int64
}

// Update changes a team. It needs teams.manage.
func (s *Service) Update(ctx context.Context, c *access.Caller, id iam.TeamID, in Update) (*View, error) {
	return s.change(ctx, c, id, in.Version, func(sc *scope, before, after *iam.Team) error {
		if in.Name != nil {
			after.Name = *in.Name
		}
		if in.Description != nil {
			after.Description = *in.Description
		}
		if in.Serves != nil {
			after.Serves = *in.Serves
			for _, o := range before.Serves { // what the caller does not see stays
				if !sc.owns(o) {
					after.Serves = append(slices.Clone(after.Serves), o)
				}
			}
		}
		return sc.check(after, before.Serves)
	})
}

// anyVersion changes a team whatever its version.
const anyVersion = 0

// change runs fn on a copy of a team and writes what it made of it.
func (s *Service) change(ctx context.Context, c *access.Caller, id iam.TeamID, version int64,
	fn func(sc *scope, before, after *iam.Team) error,
) (*View, error) {
	if err := c.Require(iam.PermTeamsManage); err != nil {
		return nil, err
	}
	var v *View
	err := s.Store.Write(ctx, func(tx iam.Tx) error {
		sc, before, err := s.manageable(ctx, tx, c, id)
		if err != nil {
			return err
		}
		if version != anyVersion && version != before.Version {
			return iam.Stale("team")
		}
		after := *before
		if err := fn(sc, before, &after); err != nil {
			return err
		}
		v = sc.view(&after)
		changes := sc.differences(before, &after)
		if len(changes) == 0 {
			return nil
		}
		if err := tx.UpdateTeam(ctx, c.Tenant, &after); err != nil {
			return err
		}
		v = sc.view(&after)
		if before.PhotoKey != after.PhotoKey {
			if err := pictures.Drop(ctx, tx, c.Tenant, before.PhotoKey); err != nil {
				return err
			}
		}
		return s.record(ctx, tx, sc, "team.updated", before, &after, changes...)
	})
	return v, err
}

// SetPhoto gives a team an avatar made from an uploaded picture. It needs
// teams.manage.
func (s *Service) SetPhoto(ctx context.Context, c *access.Caller, id iam.TeamID, picture io.Reader) (*View, error) {
	if err := c.Require(iam.PermTeamsManage); err != nil {
		return nil, err
	}
	// Looked up first: a picture for nothing need not be decoded.
	if err := s.Store.Read(ctx, func(tx iam.Tx) error { _, _, err := s.manageable(ctx, tx, c, id); return err }); err != nil {
		return nil, err
	}
	keys, err := pictures.Keep(ctx, s.Store, s.Pictures, s.Photos, c.Tenant, picture, "/photo")
	if err != nil {
		return nil, err
	}
	return s.change(ctx, c, id, anyVersion, func(_ *scope, _, after *iam.Team) error {
		after.PhotoKey = keys
		return nil
	})
}

// RemovePhoto takes a team's avatar away. It needs teams.manage.
func (s *Service) RemovePhoto(ctx context.Context, c *access.Caller, id iam.TeamID) (*View, error) {
	return s.change(ctx, c, id, anyVersion, func(_ *scope, _, after *iam.Team) error {
		after.PhotoKey = ""
		return nil
	})
}

// Delete removes a team; its people stay what they are otherwise. It needs
// teams.manage, and whoever takes roles away with it must be allowed to.
func (s *Service) Delete(ctx context.Context, c *access.Caller, id iam.TeamID, version int64) error {
	if err := c.Require(iam.PermTeamsManage); err != nil {
		return err
	}
	return s.Store.Write(ctx, func(tx iam.Tx) error {
		sc, t, err := s.manageable(ctx, tx, c, id)
		if err != nil {
			return err
		}
		if version != t.Version {
			return iam.Stale("team")
		}
		members, err := tx.TeamMembers(ctx, c.Tenant, id)
		if err != nil {
			return err
		}
		for _, u := range members {
			if err := sc.mayReassign(u, u.TeamHold(id).Role, ""); err != nil {
				return err
			}
			if err := sc.note(ctx, tx, u, u.TeamHold(id).Role, ""); err != nil {
				return err
			}
		}
		if err := tx.DeleteTeam(ctx, c.Tenant, id); err != nil {
			return err
		}
		if err := pictures.Drop(ctx, tx, c.Tenant, t.PhotoKey); err != nil {
			return err
		}
		tx.AccessChanged(c.Tenant)
		changes := sc.differences(t, &iam.Team{})
		changes.Add("members", int64(len(members)), int64(0))
		if err := s.recordUnserved(ctx, tx, sc, t); err != nil {
			return err
		}
		return s.record(ctx, tx, sc, "team.deleted", t, t, changes...)
	})
}

// recordUnserved tells the company, and nobody else, of the organizations out of
// the caller's sight for which a team that is about to go works no more.
func (s *Service) recordUnserved(ctx context.Context, tx iam.Tx, sc *scope, t *iam.Team) error {
	names := []string{}
	for _, id := range t.Serves {
		if !sc.owns(id) {
			names = append(names, sc.dir.OrgName(id))
		}
	}
	if len(names) == 0 {
		return nil
	}
	slices.Sort(names)
	target := audit.Target{Type: "team", ID: string(t.ID), Name: t.Name, Org: sc.dir.RootOrg}
	change := iam.Change{Field: "serves", Before: names, After: []string{}}
	return tx.AppendEvents(ctx, sc.c.Tenant, audit.New(s.IDs, tx.Now(), sc.c, "team.updated", target, change))
}

// differences are what an audit event tells of a change. An organization that is
// served out of the caller's sight is not the caller's to change, nor to read of.
func (s *scope) differences(before, after *iam.Team) audit.Changes {
	name := func(id iam.OrgID) string {
		if o := s.dir.Orgs[id]; o != nil {
			return o.Name
		}
		return ""
	}
	names := func(ids []iam.OrgID) []string {
		out := []string{}
		for _, id := range ids {
			if s.owns(id) {
				out = append(out, name(id))
			}
		}
		slices.Sort(out)
		return out
	}
	var ch audit.Changes
	ch.Add("name", before.Name, after.Name)
	ch.Add("description", before.Description, after.Description)
	ch.Add("organization", name(before.Org), name(after.Org))
	ch.Add("serves", names(before.Serves), names(after.Serves))
	ch.Add("photo", before.PhotoKey != "", after.PhotoKey != "")
	if before.PhotoKey != after.PhotoKey && before.PhotoKey != "" && after.PhotoKey != "" {
		ch = append(ch, iam.Change{Field: "photo", Before: "a photo", After: "another photo"})
	}
	return ch
}
