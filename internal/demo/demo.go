// Package demo makes the company that a newcomer looks around in: its people,
// roles and client organizations, photos, who signed in when, and the audit
// trail of it all. It works through the same use cases as everybody else, on a
// clock that it moves through the company's past.
//
// All people of the demo have one password, and share one hash of it: making
// 50 would take the newcomer's first three seconds. A real server never does so.
package demo

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/agents"
	"github.com/retinue/retinue/internal/apikeys"
	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/fields"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/invitations"
	"github.com/retinue/retinue/internal/organizations"
	"github.com/retinue/retinue/internal/people"
	"github.com/retinue/retinue/internal/photo"
	"github.com/retinue/retinue/internal/reviews"
	"github.com/retinue/retinue/internal/roles"
	"github.com/retinue/retinue/internal/sessions"
	"github.com/retinue/retinue/internal/teams"
	"github.com/retinue/retinue/internal/tenants"
	"github.com/retinue/retinue/internal/users"
)

// Password is what everybody in the demo signs in with.
const Password = "violet-harbour-tram-9"

// SignIn is somebody to sign in as.
type SignIn struct {
	Tenant   string       `json:"tenant"`
	Email    string       `json:"email"`
	Password string       `json:"password"`
	UserType iam.UserType `json:"user_type"`
	Name     string       `json:"-"`
}

// SignIns are those that the demo names, the tenant admin first. Every user
// type that people sign in with is among them.
func SignIns() []SignIn {
	c := people.DemoCompany()
	var out []SignIn
	for _, e := range c.People {
		if e.SignIn {
			out = append(out, SignIn{c.Slug, e.Email, Password, iam.UserType(e.Type), e.GivenName + " " + e.FamilyName})
		}
	}
	return out
}

// ShortName is the demo tenant's.
func ShortName() string { return people.DemoCompany().Slug }

// Deps are what the company is made with. The use cases work on Clock, and hash
// with a Hasher of little cost: those hashes are replaced by Hash in the end.
type Deps struct {
	Store         iam.Store
	Clock         *clock.Fake
	IDs           iam.IDs
	Tenants       *tenants.Service
	Organizations *organizations.Service
	Roles         *roles.Service
	Users         *users.Service
	Sessions      *sessions.Service
	APIKeys       *apikeys.Service
	Teams         *teams.Service
	Agents        *agents.Service
	Fields        *fields.Service
	Reviews       *reviews.Service
	Photos        photo.Store
	Invitations   *invitations.Service
	// Tell mails people how their access has changed, when that is due.
	Tell func(ctx context.Context) (more bool, err error)
	Dashboards
	// Hash is a hash of Password as the server makes them.
	Hash string
}

// builder makes the company.
type builder struct {
	Deps
	company people.Company
	now     time.Time
	random  *rand.Rand
	steps   []step

	tenant *iam.Tenant
	admin  *access.Caller
	orgs   map[string]iam.OrgID // by slug
	users  map[string]*iam.User // by e-mail
	custom map[string]bool      // codes of custom roles that people can hold
	photos map[string]picture   // by e-mail
}

// step is something that happened at a time.
type step struct {
	at time.Time
	do func(ctx context.Context) error
}

// Build makes the company as it is now. The store must have no tenants.
func Build(ctx context.Context, d Deps, now time.Time) error {
	b := &builder{
		Deps: d, company: people.DemoCompany(), now: now, random: rand.New(rand.NewPCG(7, 11)), //nolint:gosec // the same company for everybody
		orgs: map[string]iam.OrgID{}, users: map[string]*iam.User{}, custom: map[string]bool{},
	}
	pictures := b.draw()
	b.found()
	b.define()
	for i := range b.company.People {
		b.career(i, &b.company.People[i])
	}
	b.gather()
	b.engage()
	b.furnish()
	b.dress()
	b.incidents()
	b.appear()
	b.invite()
	b.review()
	slices.SortStableFunc(b.steps, func(x, y step) int { return cmp.Compare(x.at.UnixMicro(), y.at.UnixMicro()) })
	var err error
	if b.photos, err = pictures(); err != nil {
		return err
	}
	for _, s := range b.steps {
		b.Clock.Set(s.at)
		if err := b.tell(ctx); err != nil {
			return err
		}
		if err := s.do(ctx); err != nil {
			return fmt.Errorf("the demo at %s: %w", s.at.Format(time.DateTime), err)
		}
	}
	b.Clock.Set(now)
	if err := b.keep(ctx, b.tenant.ID); err != nil {
		return err
	}
	return b.setPasswords(ctx)
}

// then adds something that happened at a time.
func (b *builder) then(at time.Time, do func(ctx context.Context) error) {
	b.steps = append(b.steps, step{at, do})
}

// founded is when the company began: two days before its first employee.
func (b *builder) founded() time.Time {
	var longest time.Duration
	for i := range b.company.People {
		longest = max(longest, b.company.People[i].CreatedAgo)
	}
	return b.now.Add(-longest - 48*time.Hour)
}

// found makes the tenant with its first administrator, the client organizations
// and the custom roles.
func (b *builder) found() {
	at := b.founded()
	first := b.company.People[0]
	b.then(at, func(ctx context.Context) error {
		made, err := b.Tenants.Create(ctx, tenants.Create{
			Name: b.company.Name, ShortName: b.company.Slug, Color: b.company.BrandColor,
			Admin: tenants.Admin{FirstName: first.GivenName, LastName: first.FamilyName, Email: first.Email, Password: Password},
		})
		if err != nil {
			return err
		}
		b.tenant, b.orgs[b.company.Slug], b.users[first.Email] = made.Tenant, made.Tenant.RootOrg, made.Admin
		b.admin = b.callerOf(made.Admin, access.All)
		return nil
	})
	for i, client := range b.company.Clients {
		b.then(at.Add(time.Duration(20+9*i)*time.Minute), func(ctx context.Context) error {
			o, err := b.Organizations.Create(ctx, b.admin, organizations.Create{Name: client.Name, ShortName: client.Slug, Description: client.Description})
			if err == nil {
				b.orgs[client.Slug] = o.ID
			}
			return err
		})
	}
	for i, r := range b.company.Roles {
		b.then(at.Add(time.Duration(90+6*i)*time.Minute), func(ctx context.Context) error {
			in := roles.Create{Name: r.Name, Code: r.Code, Description: r.Description, Scope: iam.Scope(r.Scope)}
			for _, p := range r.Permissions {
				in.Permissions = append(in.Permissions, iam.Permission(p))
			}
			_, err := b.Roles.Create(ctx, b.admin, in)
			return err
		})
		b.custom[r.Code] = r.Scope == string(iam.ScopeOrganization)
	}
}

// callerOf is a person at their desk.
func (b *builder) callerOf(u *iam.User, effective access.Set) *access.Caller {
	from := b.desk(u.Email)
	return &access.Caller{
		Tenant: b.tenant.ID, User: u.ID, Name: u.FullName(), Type: u.Type, Org: b.tenant.RootOrg, InRoot: true,
		Effective: effective, Actor: iam.ActorUser, IP: from.IP, UserAgent: from.UserAgent, RequestID: from.RequestID,
	}
}

// setPasswords gives everybody who has chosen a password the one hash.
func (b *builder) setPasswords(ctx context.Context) error {
	return b.Store.Write(ctx, func(tx iam.Tx) error {
		for _, u := range b.users {
			now, err := tx.User(ctx, b.tenant.ID, u.ID)
			if err != nil {
				return err
			}
			if now.PasswordHash == "" || now.MustChangePassword {
				continue
			}
			if err := tx.SetPasswordHash(ctx, b.tenant.ID, u.ID, now.PasswordHash, b.Hash); err != nil {
				return err
			}
		}
		return nil
	})
}

// rolesOf are the roles of an employee that can be held in an organization.
func (b *builder) rolesOf(e *people.Employee) []string {
	var out []string
	for _, code := range e.Roles {
		if can, custom := b.custom[code]; !custom || can {
			out = append(out, code)
		}
	}
	return out
}

func isService(e *people.Employee) bool { return strings.EqualFold(e.Type, string(iam.TypeService)) }
