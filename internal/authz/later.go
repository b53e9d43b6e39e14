package authz

import (
	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
)

// Later is u as the caller of work that they began in org and that goes on after
// their request was answered: with what they may do now, and never with more than
// was granted when they began.
func (d *Directory) Later(tenant iam.TenantID, u *iam.User, org iam.OrgID, granted []iam.Permission) *access.Caller {
	subject, then := d.Subject(u, org), access.SetOf(granted...)
	return &access.Caller{
		Tenant: tenant, User: u.ID, Name: u.FullName(), Type: u.Type, Org: org, InRoot: org == d.RootOrg, Actor: iam.ActorUser,
		Effective: subject.Effective() & then, Dormant: subject.Dormant() & then,
	}
}
