package imports

import (
	"context"
	"slices"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

// authorize finds out what whoever started the import may do now.
func (r *run) authorize(ctx context.Context) error {
	var dir *authz.Directory
	err := r.s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		dir, r.caller, err = r.starter(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	r.rows = newRowChecker(dir, r.caller, r.s.ValidateHash, r.s.Clock.Now())
	return nil
}

// stillMay refuses once whoever started the import may do less than when its rows
// were judged: they, their organization or the whole company may have been
// suspended since, and a role that they gave may have become more than they hold.
// Their organizations may have been moved out of the starter's, too.
func (r *run) stillMay(ctx context.Context, tx iam.Tx, users []*candidate) error {
	dir, now, err := r.starter(ctx, tx)
	if err != nil {
		return err
	}
	if r.caller.Effective&^now.Effective != 0 {
		return r.mayNot()
	}
	if dir == r.rows.dir {
		return nil // nothing has changed since they were judged
	}
	k := &rowChecker{dir: dir, caller: now, grants: map[string]error{}}
	for _, c := range users {
		for i := range c.user.Memberships {
			m := &c.user.Memberships[i]
			gone := func(id iam.RoleID) bool { return dir.Roles[id] == nil }
			if !dir.Within(m.Org, now.Org) || slices.ContainsFunc(m.Roles, gone) || k.mayGrant(c.user.Type, m.Roles) != nil {
				return r.mayNot()
			}
		}
	}
	return nil
}

// starter is whoever started the import, with what they may do at the time of tx.
// CodeForbidden when they may not import any more.
func (r *run) starter(ctx context.Context, tx iam.Tx) (*authz.Directory, *access.Caller, error) {
	t, err := tx.Tenant(ctx, r.tenant)
	if err != nil {
		return nil, nil, err
	}
	if t.Status != iam.StatusActive {
		return nil, nil, iam.Ended("company_suspended", "%s is suspended.", t.Name)
	}
	dir, err := authz.Load(ctx, tx, r.tenant)
	if err != nil {
		return nil, nil, err
	}
	if r.imp.CreatedBy == "" {
		return dir, access.Operator(r.tenant, dir.RootOrg), nil
	}
	u, err := tx.User(ctx, r.tenant, r.imp.CreatedBy)
	if iam.CodeOf(err) == iam.CodeNotFound {
		err = iam.Errorf(iam.CodeForbidden, "Whoever started this import is no longer there.").Because("importer_gone")
	}
	if err != nil {
		return nil, nil, err
	}
	c, err := r.callerOf(dir, u)
	if err != nil || r.imp.APIKey == "" {
		return dir, c, err
	}
	key, err := tx.APIKey(ctx, r.tenant, r.imp.APIKey)
	switch {
	case err != nil && iam.CodeOf(err) != iam.CodeNotFound:
		return nil, nil, err
	case err != nil || key.StateAt(tx.Now()) != iam.APIKeyActive:
		return nil, nil, r.mayNot() // it ends with the key, as an export does
	}
	c.Actor, c.APIKey = iam.ActorAPIKey, key.ID
	return dir, c, nil
}

func (r *run) callerOf(dir *authz.Directory, u *iam.User) (*access.Caller, error) {
	org := r.imp.Org
	if org == "" {
		org = dir.RootOrg
	}
	if dir.Orgs[org] == nil {
		return nil, iam.Ended("organization_gone", "The organization in which this was started is no longer there.")
	}
	c, from := dir.Later(r.tenant, u, org, r.imp.Granted), r.imp.StartedFrom
	c.IP, c.UserAgent, c.RequestID = from.IP, from.UserAgent, from.RequestID
	if c.Require(iam.PermUsersImport) != nil || c.Require(iam.PermUsersCreate) != nil {
		return nil, r.mayNot()
	}
	return c, nil
}

func (r *run) mayNot() error {
	return iam.Errorf(iam.CodeForbidden, "Whoever started this import may no longer import users.").Because("importer_may_not")
}
