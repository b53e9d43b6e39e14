// Package tokens signs short-lived JSON Web Tokens (RFC 7519) that tell an
// embedded page who is looking at it, and publishes the keys by which it checks
// them (RFC 7517).
//
// Every tenant has keys of its own: ES256 (RFC 7518), changed every 30 days. The
// next one is published a day before it signs, and the last one stays published
// until its tokens are long over. Of a key that signed a file which is kept, such as a
// report, the public half stays published for ten years; the private half is
// destroyed as of any other. Private keys are sealed in the database.
package tokens

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/iam"
)

const (
	// Lifetime is how long a token works.
	Lifetime = 5 * time.Minute
	// KeyLifetime is how long a key signs.
	KeyLifetime = 30 * 24 * time.Hour
	// PublishedBefore is how long before its first use a key is published.
	PublishedBefore = 24 * time.Hour
	// kept is how long a key stays published after its last use.
	kept = time.Hour
	// AttestedFor is how long the public half of a key that signed a file stays
	// published, from when the key began to sign.
	AttestedFor = 10 * 365 * 24 * time.Hour
	// backdated is for clocks that are a little behind.
	backdated = 30 * time.Second
)

// Deps are what the service works with.
type Deps struct {
	Store iam.Store
	Clock clock.Clock
	Box   *Box
	// Random is crypto/rand outside of tests.
	Random io.Reader
}

// Service signs tokens and keeps the keys.
type Service struct {
	Deps

	mu   sync.Mutex
	sign map[iam.TenantID]*signer
}

// signer is a tenant's present key, opened.
type signer struct {
	id    string
	until time.Time // another key may sign from then on
	jose  jose.Signer
}

// New returns the service.
func New(d Deps) *Service {
	if d.Random == nil {
		d.Random = rand.Reader
	}
	return &Service{Deps: d, sign: map[iam.TenantID]*signer{}}
}

// Ref names something in a token.
type Ref struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Claims are what a token says. Issuer, audience, subject and times are those
// of RFC 7519.
type Claims struct {
	jwt.Claims

	Name         string           `json:"name"`
	Email        string           `json:"email"`
	Locale       string           `json:"locale,omitempty"`
	Tenant       Ref              `json:"tenant"`
	Organization Ref              `json:"organization"`
	Permissions  []iam.Permission `json:"permissions"`
	// Tab is the tab of the dashboard that shows the page.
	Tab string `json:"tab"`
	// Actor is who is really looking, when somebody acts as the subject (RFC 8693, 4.1).
	Actor *Actor `json:"act,omitempty"`
}

// Actor is somebody who acts as somebody else.
type Actor struct {
	Subject string `json:"sub"`
	Name    string `json:"name"`
}

// Sign completes the claims with times and an id and signs them with the
// tenant's present key. audience must be the origin of the page.
func (s *Service) Sign(ctx context.Context, tenant iam.TenantID, c Claims) (token string, expires time.Time, err error) {
	key, err := s.signer(ctx, tenant)
	if err != nil {
		return "", time.Time{}, err
	}
	var id [16]byte
	if _, err := io.ReadFull(s.Random, id[:]); err != nil {
		return "", time.Time{}, fmt.Errorf("sign a token: %w", err)
	}
	now := s.Clock.Now()
	expires = now.Add(Lifetime).Truncate(time.Second)
	c.ID = base64.RawURLEncoding.EncodeToString(id[:])
	c.IssuedAt, c.NotBefore, c.Expiry = jwt.NewNumericDate(now), jwt.NewNumericDate(now.Add(-backdated)), jwt.NewNumericDate(expires)
	token, err = jwt.Signed(key.jose).Claims(c).Serialize()
	if err != nil {
		return "", time.Time{}, fmt.Errorf("sign a token: %w", err)
	}
	return token, expires, nil
}

// signer returns the tenant's present key, and makes the first one.
func (s *Service) signer(ctx context.Context, tenant iam.TenantID) (*signer, error) {
	now := s.Clock.Now()
	s.mu.Lock()
	have := s.sign[tenant]
	s.mu.Unlock()
	if have != nil && now.Before(have.until) {
		return have, nil
	}
	var keys []*iam.SigningKey
	err := s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		keys, err = tx.SigningKeys(ctx, tenant)
		return err
	})
	if err != nil {
		return nil, err
	}
	if s.current(tenant, keys, now) == nil {
		if keys, err = s.renew(ctx, tenant); err != nil {
			return nil, err
		}
		now = s.Clock.Now() // the first key is for use from the transaction on
	}
	found := s.current(tenant, keys, now)
	if found == nil {
		return nil, fmt.Errorf("sign a token: %w", ErrSealed)
	}
	s.mu.Lock()
	s.sign[tenant] = found
	s.mu.Unlock()
	return found, nil
}

// lookAgain is how long an opened key is used before the database is asked
// whether there is a newer one.
const lookAgain = 5 * time.Minute

// current opens the latest key that may sign now and that this server's secret
// opens; nil when there is none. A node with another secret has keys of its own.
func (s *Service) current(tenant iam.TenantID, keys []*iam.SigningKey, now time.Time) *signer {
	for _, k := range slices.Backward(keys) {
		if k.ActiveAt.After(now) || k.Algorithm != string(jose.ES256) {
			continue
		}
		der, err := s.Box.Open(k.Private, purpose(tenant, k.ID))
		if err != nil {
			continue
		}
		private, err := x509.ParsePKCS8PrivateKey(der)
		if err != nil {
			continue
		}
		j, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: private, KeyID: k.ID}},
			(&jose.SignerOptions{}).WithType("JWT"))
		if err == nil {
			return &signer{k.ID, now.Add(lookAgain), j}
		}
	}
	return nil
}

func purpose(tenant iam.TenantID, id string) string {
	return "signing key " + string(tenant) + " " + id
}

// newKey makes a key pair; its id is the beginning of the hash of its public half.
func (s *Service) newKey(tenant iam.TenantID, active time.Time) (*iam.SigningKey, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a signing key: %w", err)
	}
	public, err := x509.MarshalPKIXPublicKey(private.Public())
	if err != nil {
		return nil, fmt.Errorf("make a signing key: %w", err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, fmt.Errorf("make a signing key: %w", err)
	}
	const idBytes = 12
	sum := sha256.Sum256(public)
	k := &iam.SigningKey{ID: base64.RawURLEncoding.EncodeToString(sum[:idBytes]), Algorithm: string(jose.ES256), Public: public, ActiveAt: active}
	k.Private = s.Box.Seal(secret, purpose(tenant, k.ID))
	return k, nil
}

// KeySet is the tenant's published keys (RFC 7517), those to come included.
func (s *Service) KeySet(ctx context.Context, tenant iam.TenantID) (*jose.JSONWebKeySet, error) {
	var keys []*iam.SigningKey
	err := s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		keys, err = tx.SigningKeys(ctx, tenant)
		return err
	})
	if err != nil {
		return nil, err
	}
	set := &jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	for _, k := range keys {
		public, err := x509.ParsePKIXPublicKey(k.Public)
		if err != nil {
			return nil, fmt.Errorf("a signing key in the database: %w", err)
		}
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: crypto.PublicKey(public), KeyID: k.ID, Algorithm: k.Algorithm, Use: "sig"})
	}
	return set, nil
}

// Issuer is who a tenant's tokens come from: the address of its console.
func Issuer(base string) string { return strings.TrimRight(base, "/") }

// KeysURL is where the keys of a tenant are published.
func KeysURL(base string, t *iam.Tenant) string {
	url := Issuer(base) + "/.well-known/jwks.json"
	if len(t.Hosts) == 0 {
		url += "?tenant=" + string(t.ID) // the host name alone does not tell
	}
	return url
}
