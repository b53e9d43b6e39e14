package iam

import (
	"context"
	"time"
)

// SigningKey is a key pair of a tenant. Only the server's secret opens its
// private half.
type SigningKey struct {
	ID        string // the key id of tokens and of the published set
	Algorithm string // as JOSE calls it (RFC 7518)
	Public    []byte // PKIX, DER
	Private   []byte // sealed; empty once the key is retired
	CreatedAt time.Time
	ActiveAt  time.Time // signs from then on; it is published before
	// AttestedAt is when the key first signed something that is kept, by which it
	// has to stay published; zero for never.
	AttestedAt time.Time
}

// SigningKeyStore keeps the keys that tokens are signed with.
type SigningKeyStore interface {
	// SigningKeys returns a tenant's, by the time from which they sign.
	SigningKeys(ctx context.Context, tenant TenantID) ([]*SigningKey, error)
	InsertSigningKey(ctx context.Context, tenant TenantID, k *SigningKey) error
	DeleteSigningKey(ctx context.Context, tenant TenantID, id string) error
	// AttestSigningKey notes that the key signs something that is kept.
	AttestSigningKey(ctx context.Context, tenant TenantID, id string) error
	// RetireSigningKey destroys the private half of a key.
	RetireSigningKey(ctx context.Context, tenant TenantID, id string) error
	// SigningTenants are those that have keys.
	SigningTenants(ctx context.Context) ([]TenantID, error)
}
