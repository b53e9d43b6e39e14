package sessions

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/password"
)

// Config says how long things last.
type Config struct {
	// Lifetime is the longest a session lasts, used or not.
	Lifetime time.Duration
	// Idle ends a session that was not used for so long.
	Idle time.Duration
	// ResetLifetime is how long a link for a new password works.
	ResetLifetime time.Duration
	// Refusal is how long a wrong password takes at least: longer than checking any
	// hash does, so that the time doesn't tell whose hash another system made, and
	// thereby that the account exists.
	Refusal time.Duration
}

// Mailer puts a mail into the outbox in the transaction of what it tells of.
type Mailer interface {
	Enqueue(ctx context.Context, tx iam.Tx, tenant *iam.Tenant, to *iam.User, kind string, data map[string]string) error
	// Rehearse does the same work for nobody: nothing is put anywhere.
	Rehearse(ctx context.Context, tx iam.Tx, tenant *iam.Tenant, to *iam.User, kind string, data map[string]string) error
}

// Deps are what the service works with.
type Deps struct {
	Store  iam.Store
	IDs    iam.IDs
	Clock  clock.Clock
	Hasher *password.Hasher
	Policy *password.Policy
	Mailer Mailer
	// Directories knows the roles and organizations of tenants.
	Directories *authz.Cache
	Config      Config
	// Random is crypto/rand outside of tests.
	Random io.Reader
}

// Service signs people in and tells who is calling.
type Service struct {
	Deps
	cache *otter.Cache[place, *Principal]
	// refusals are those of addresses, by whose and which it is.
	refusals *otter.Cache[refused, refusal]
	// throttled are the counters that stopped somebody lately, and when that was logged.
	throttled *otter.Cache[string, time.Time]
	floods    floods
	usages    *otter.Cache[[32]byte, *usage]
	attempts  attempts
	uses      uses

	permissionUses permissionUses
}

// A cached principal is some 2 kB: 10,000 of them are 20 MB.
const maxCached = 10_000

// New returns the service. Call Invalidate whenever access of a tenant's
// people has changed, and Flush regularly.
func New(d Deps) (*Service, error) {
	if d.Random == nil {
		d.Random = rand.Reader
	}
	cache, err := otter.New(&otter.Options[place, *Principal]{MaximumSize: maxCached})
	if err != nil {
		return nil, err
	}
	usages, err := otter.New(&otter.Options[[32]byte, *usage]{MaximumSize: maxCached})
	if err != nil {
		return nil, err
	}
	refusals, err := otter.New(&otter.Options[refused, refusal]{MaximumSize: maxCached})
	if err != nil {
		return nil, err
	}
	throttled, err := otter.New(&otter.Options[string, time.Time]{MaximumSize: maxCached})
	if err != nil {
		return nil, err
	}
	counts, err := otter.New(&otter.Options[string, iam.Throttle]{MaximumSize: maxCached})
	if err != nil {
		return nil, err
	}
	return &Service{Deps: d, cache: cache, usages: usages, refusals: refusals, throttled: throttled, floods: floods{counts: counts}}, nil
}

// newToken makes a secret of 256 random bits and the hash that is stored.
func (s *Service) newToken() (token string, hash []byte, err error) {
	var b [32]byte
	if _, err := io.ReadFull(s.Random, b[:]); err != nil {
		return "", nil, err
	}
	token = base64.RawURLEncoding.EncodeToString(b[:])
	return token, hashToken(token), nil
}

// hashToken is how tokens are stored. They have 256 random bits, so that a
// plain hash is as good as a slow one.
func hashToken(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}
