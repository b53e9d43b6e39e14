package users

import (
	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
)

// Place gives a person who is to be added the membership that in asks for, after
// the checks that Create makes of it: the organization is in the caller's sight,
// and the caller may grant what comes with it.
func Place(dir *authz.Directory, c *access.Caller, u *iam.User, in Create) error {
	return (&Service{}).place(dir, c, u, in)
}

// GrantedBy is everything that a new person of a type has by a membership.
func GrantedBy(dir *authz.Directory, t iam.UserType, roles []iam.RoleID, permissions []iam.Permission) access.Set {
	return rolesSet(dir, roles) | access.SetOf(permissions...) | access.Baseline(t)&access.Ceiling(t)
}

// Told is what an event tells of somebody who is new: of nobody there is no before.
func Told(dir *authz.Directory, u *iam.User) []iam.Change {
	c := diff(&iam.User{}, u, dir)
	for i := range c {
		c[i].Before = nil
	}
	return c
}

// Email brings an address into the form it is kept in and says what is wrong
// with it, "" when nothing is. key is what makes it unique.
func Email(address string) (normal, key, problem string) {
	v := &checker{}
	v.email("", &address)
	if len(v.fields) > 0 {
		return address, "", v.fields[0].Message
	}
	return address, fold.EmailKey(address), ""
}
