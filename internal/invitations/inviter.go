package invitations

import (
	"context"
	"slices"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

// inviter is by which name those who are invited to an organization know who
// invites them: by the alias there, or the name that is given.
func inviter(ctx context.Context, tx iam.Tx, dir *authz.Directory, tenant iam.TenantID, org iam.OrgID, by iam.UserID, name string) (string, error) {
	if by == "" {
		return name, nil // the operator
	}
	u, err := tx.User(ctx, tenant, by)
	if err != nil && iam.CodeOf(err) != iam.CodeNotFound {
		return "", err
	}
	return knownAs(dir, u, org, name), nil
}

// knownAs is the alias by which u, who may be gone, is known in an organization, or
// else the name that is given.
func knownAs(dir *authz.Directory, u *iam.User, org iam.OrgID, name string) string {
	if u == nil {
		return name
	}
	if p := dir.PersonaOf(u, org); p.Alias {
		return p.Name
	}
	return name
}

// hideInviters puts into views, for those who have invited and whom the caller does
// not see, the alias by which they are known there, or else the company.
func hideInviters(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, views []*View) error {
	var ids []iam.UserID
	for _, v := range views {
		ids = append(ids, v.InvitedBy)
	}
	seen, err := dir.Seen(ctx, tx, c, ids...)
	if err != nil {
		return err
	}
	unseen := slices.DeleteFunc(ids, func(id iam.UserID) bool { return seen[id] })
	slices.Sort(unseen)
	list, err := tx.UsersByIDs(ctx, c.Tenant, slices.Compact(unseen))
	if err != nil {
		return err
	}
	people := make(map[iam.UserID]*iam.User, len(list))
	for _, u := range list {
		people[u.ID] = u
	}
	for _, v := range views {
		if v.InvitedBy == "" || seen[v.InvitedBy] {
			continue
		}
		hidden := *v.Invitation
		hidden.InvitedBy, hidden.InvitedName = "", knownAs(dir, people[v.InvitedBy], hidden.Org, dir.OrgName(dir.RootOrg))
		v.Invitation = &hidden
	}
	return nil
}
