package tenants

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/password"
	"github.com/retinue/retinue/internal/sessions"
	"github.com/retinue/retinue/internal/text"
	"github.com/retinue/retinue/internal/users"
)

const (
	minShortName = 2
	maxShortName = 40
	maxHosts     = 20
	maxHost      = 253 // RFC 1035

	// DefaultColor is the accent of a tenant that has not chosen one.
	DefaultColor = "#2f5bd8"
)

var (
	shortNamePattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	colorPattern     = regexp.MustCompile(`^#[0-9a-f]{6}$`)
	// hostPattern is a host name (RFC 1123) in lower case, without a port.
	hostPattern = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$`)
	})
)

// newTenant is everything that makes up a new tenant.
type newTenant struct {
	tenant    *iam.Tenant
	root      *iam.Organization
	admin     *iam.User
	temporary string
}

// prepare checks the input and hashes the password, which takes its time on
// purpose and so happens outside of any transaction.
func (s *Service) prepare(ctx context.Context, in Create) (*newTenant, error) {
	n := &newTenant{
		tenant: &iam.Tenant{
			Name: in.Name, ShortName: strings.ToLower(strings.TrimSpace(in.ShortName)), Color: strings.ToLower(in.Color),
			Hosts: slices.Clone(in.Hosts), Status: iam.StatusActive,
		},
		admin: &iam.User{
			Type: iam.TypeTenantAdmin, Status: iam.StatusActive,
			FirstName: in.Admin.FirstName, LastName: in.Admin.LastName, Email: in.Admin.Email,
		},
	}
	if n.tenant.Color == "" {
		n.tenant.Color = DefaultColor
	}
	if err := n.check(); err != nil {
		return nil, err
	}
	n.root = &iam.Organization{Name: n.tenant.Name, ShortName: n.tenant.ShortName, Status: iam.StatusActive}
	return n, s.setPassword(ctx, n, in.Admin.Password)
}

// check brings all into the form it is kept in and refuses what is wrong.
func (n *newTenant) check() error {
	var v text.Checker
	t := n.tenant
	v.Name("/name", &t.Name)
	if len(t.ShortName) < minShortName || len(t.ShortName) > maxShortName || !shortNamePattern.MatchString(t.ShortName) {
		v.Add("/short_name", "invalid_short_name",
			fmt.Sprintf("Use lower-case letters, digits and single hyphens between them, %d to %d.", minShortName, maxShortName))
	}
	if !colorPattern.MatchString(t.Color) {
		v.Add("/color", "invalid_color", "Give the color as #rrggbb.")
	}
	if len(t.Hosts) > maxHosts {
		v.Add("/hosts", "too_many", fmt.Sprintf("A tenant can have at most %d host names.", maxHosts))
	} else {
		for i, h := range t.Hosts {
			t.Hosts[i] = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(h), "."))
			if len(t.Hosts[i]) > maxHost || !hostPattern().MatchString(t.Hosts[i]) {
				v.Add(fmt.Sprintf("/hosts/%d", i), "invalid_host", "Give a host name without scheme and port, such as people.example.com.")
			}
		}
		slices.Sort(t.Hosts)
		t.Hosts = slices.Compact(t.Hosts)
	}
	for _, f := range users.Normalize(n.admin) {
		v.Add(f.Pointer, f.Code, f.Message)
	}
	return v.Err()
}

// setPassword gives the administrator the chosen password, or a temporary one
// that must be changed.
func (s *Service) setPassword(ctx context.Context, n *newTenant, chosen string) (err error) {
	pw := chosen
	if chosen != "" {
		err = s.Passwords.CheckPassword(chosen, "/password", n.tenant, n.admin)
	} else {
		pw, err = password.Generate(s.Random, access.DefaultPasswordLength)
		n.temporary, n.admin.MustChangePassword = pw, true
	}
	if err != nil {
		return err
	}
	n.admin.PasswordHash, err = s.Hasher.Hash(ctx, pw)
	return err
}

// number gives everything its id and its time.
func (n *newTenant) number(ids iam.IDs, now time.Time) {
	n.tenant.ID = iam.TenantID(ids.NewID(iam.PrefixTenant, now))
	n.root.ID = iam.OrgID(ids.NewID(iam.PrefixOrg, now))
	n.admin.ID = iam.UserID(ids.NewID(iam.PrefixUser, now))
	n.admin.PasswordChangedAt, n.admin.EmailProvenAt = now, now
	if n.admin.MustChangePassword {
		n.admin.PasswordExpiresAt = sessions.TemporaryUntil(now)
	}
	n.admin.Memberships = []iam.Membership{{
		Org: n.root.ID, IncludesDescendants: true, Roles: []iam.RoleID{access.RoleAdmin},
	}}
}

func (n *newTenant) created() *Created {
	return &Created{Tenant: n.tenant, Admin: n.admin, TemporaryPassword: n.temporary}
}
