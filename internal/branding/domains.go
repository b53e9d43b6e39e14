package branding

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

const (
	// MaxDomains is how many domains and claims an organization can have.
	MaxDomains = 50
	// ClaimLifetime is how long a domain may wait to be verified.
	ClaimLifetime = 7 * 24 * time.Hour
	// recheckAfter is how often verified domains are looked for again, and
	// forgiven how long they may fail before they stop to serve.
	recheckAfter = 24 * time.Hour
	forgiven     = 7 * 24 * time.Hour
	// patience is how long to wait between two checks of one domain.
	patience = 5 * time.Second

	maxHost = 253
)

// Challenge is what somebody has to publish to prove that a domain is theirs:
// either of the two.
type Challenge struct {
	// RecordName is the name of a TXT record with Value.
	RecordName string
	// Path is where http://<host> answers with Value and nothing else.
	Path  string
	Value string
}

// ChallengeOf is the challenge of a domain. The value can't be worked out from
// the path by a server that merely repeats what it is asked for.
func ChallengeOf(d *iam.Domain) Challenge {
	sum := sha256.Sum256([]byte("retinue-challenge " + d.Host + " " + d.Token))
	return Challenge{
		RecordName: "_retinue-challenge." + d.Host, Path: "/.well-known/retinue-challenge/" + d.Token,
		Value: base64.RawURLEncoding.EncodeToString(sum[:]),
	}
}

// DomainView is a domain and the name of its organization.
type DomainView struct {
	*iam.Domain
	OrgName string
}

// Domains returns the domains of the organizations that the caller manages, by
// host name. It needs branding.manage.
func (s *Service) Domains(ctx context.Context, c *access.Caller) ([]DomainView, error) {
	if err := c.Require(iam.PermBrandingManage); err != nil {
		return nil, err
	}
	out := []DomainView{}
	err := s.Store.Read(ctx, func(tx iam.Tx) error {
		dir, err := authz.Load(ctx, tx, c.Tenant)
		if err != nil {
			return err
		}
		list, err := tx.Domains(ctx, c.Tenant)
		for _, d := range list {
			if manages(dir, c, d.Org) {
				out = append(out, DomainView{d, dir.Orgs[d.Org].Name})
			}
		}
		if err != nil {
			return err
		}
		return mask(ctx, tx, dir, c, out)
	})
	return out, err
}

// mask takes out of domains who claimed them, but for people that the caller sees.
func mask(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, list []DomainView) error {
	if c.InRoot {
		return nil
	}
	known := map[iam.OrgID]map[iam.UserID]bool{}
	for _, v := range list {
		if known[v.Org] == nil {
			people, err := authz.Holders(ctx, tx, c.Tenant, dir, v.Org, iam.PermBrandingManage)
			if err != nil {
				return err
			}
			known[v.Org] = map[iam.UserID]bool{c.User: true}
			for _, u := range people {
				if dir.Visible(c, u) {
					known[v.Org][u.ID] = true
				}
			}
		}
		if !known[v.Org][v.CreatedBy] {
			v.CreatedBy, v.CreatedName = "", dir.OrgName(dir.RootOrg)
		}
	}
	return nil
}

// AddDomain claims a host name for an organization. It needs branding.manage.
// CodeConflict with "/host" when the tenant has it already; whether another
// tenant does is told only to who has proved that the domain is theirs.
func (s *Service) AddDomain(ctx context.Context, c *access.Caller, org iam.OrgID, host string) (*DomainView, error) {
	if err := c.Require(iam.PermBrandingManage); err != nil {
		return nil, err
	}
	host, err := s.cleanHost(host)
	if err != nil {
		return nil, err
	}
	var random [20]byte
	if _, err := io.ReadFull(s.Random, random[:]); err != nil {
		return nil, fmt.Errorf("make a challenge: %w", err)
	}
	d := &iam.Domain{
		Tenant: c.Tenant, Org: org, Host: host, Token: base64.RawURLEncoding.EncodeToString(random[:]),
		CreatedBy: c.User, CreatedName: c.Name,
	}
	var v *DomainView
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		dir, err := authz.Load(ctx, tx, c.Tenant)
		if err != nil {
			return err
		}
		if !manages(dir, c, org) {
			return iam.InvalidField("/organization_id", "unknown", "There is no such organization, or it is not below yours.")
		}
		// Those who add one at once wait for each other, so that each counts the others'.
		if err := tx.LockTree(ctx, c.Tenant); err != nil {
			return err
		}
		list, err := tx.Domains(ctx, c.Tenant)
		if err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(other *iam.Domain) bool { return other.Org != org })
		if len(list) >= MaxDomains {
			return iam.InvalidField("/host", "limit", fmt.Sprintf("The organization has %d domains, as many as it can have. Remove one first.", MaxDomains))
		}
		d.ID, d.ExpiresAt = iam.DomainID(s.IDs.NewID(iam.PrefixDomain, tx.Now())), tx.Now().Add(ClaimLifetime)
		if err := tx.InsertDomain(ctx, d); err != nil {
			return err
		}
		v = &DomainView{d, dir.Orgs[org].Name}
		return s.recordDomain(ctx, tx, c, "domain.added", d, iam.Change{Field: "organization", After: v.OrgName})
	})
	return v, err
}

var hostPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$`)
})

// cleanHost brings a host name into the form it is kept in and refuses what can
// be nobody's, or is the installation's own.
func (s *Service) cleanHost(host string) (string, error) {
	host = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(host)), ".")
	_, notAddress := netip.ParseAddr(host)
	if len(host) > maxHost || notAddress == nil || !hostPattern().MatchString(host) {
		return "", iam.InvalidField("/host", "invalid_host", "Enter a host name such as help.example.com, without https:// and without a path. Write other letters than a to z in their xn-- form.")
	}
	for _, suffix := range []string{".local", ".localhost", ".internal", ".arpa", ".onion", ".home"} {
		if strings.HasSuffix(host, suffix) {
			return "", iam.InvalidField("/host", "private_host", "This name is not one of the public Internet. Enter one that is.")
		}
	}
	if s.Reserved != "" && host == strings.ToLower(s.Reserved) {
		return "", iam.InvalidField("/host", "reserved", "This is the address of the whole service. Enter a domain of your own.")
	}
	return host, nil
}

// RemoveDomain stops a domain from serving, or takes a claim back. It needs
// branding.manage; the host name is free for everybody at once.
func (s *Service) RemoveDomain(ctx context.Context, c *access.Caller, id iam.DomainID) error {
	err := s.Store.Write(ctx, func(tx iam.Tx) error {
		v, err := s.domain(ctx, tx, c, id)
		if err != nil {
			return err
		}
		if err := tx.DeleteDomain(ctx, c.Tenant, id); err != nil {
			return err
		}
		return s.recordDomain(ctx, tx, c, "domain.removed", v.Domain)
	})
	s.forget()
	return err
}

// domain reads one that the caller manages.
func (s *Service) domain(ctx context.Context, tx iam.Tx, c *access.Caller, id iam.DomainID) (*DomainView, error) {
	if err := c.Require(iam.PermBrandingManage); err != nil {
		return nil, err
	}
	d, err := tx.Domain(ctx, c.Tenant, id)
	if err != nil {
		return nil, err
	}
	dir, err := authz.Load(ctx, tx, c.Tenant)
	if err != nil {
		return nil, err
	}
	if !manages(dir, c, d.Org) {
		return nil, iam.NotFound("domain")
	}
	return &DomainView{d, dir.Orgs[d.Org].Name}, nil
}

// recordDomain appends an event about a domain.
func (s *Service) recordDomain(ctx context.Context, tx iam.Tx, c *access.Caller, action string, d *iam.Domain, changes ...iam.Change) error {
	target := audit.Target{Type: "domain", ID: string(d.ID), Name: d.Host, Org: d.Org}
	return tx.AppendEvents(ctx, d.Tenant, audit.New(s.IDs, tx.Now(), c, action, target, changes...))
}
