package iam

import (
	"context"
	"sync/atomic"
	"time"
)

// Replay is a remembered answer to a request with an idempotency key.
type Replay struct {
	Key         string // owner and Idempotency-Key
	RequestHash []byte
	// Status is that of the answer (RFC 9110); 0 and ReplayBegun when there is none yet.
	Status    int
	Header    []byte
	Body      []byte
	CreatedAt time.Time
}

// ReplayBegun is the status of a request that has changed something and whose
// answer is not remembered: it is under way, or the server stopped in between.
const ReplayBegun = 1

// ReplayPending is how long a request without an answer counts as under way.
const ReplayPending = time.Minute

// ReplayUnderWay refuses a request whose like is being worked on.
func ReplayUnderWay() error {
	return Errorf(CodeConflict, "The same request is still being worked on. Try again in a second.").Because("in_progress").With("retry_after", 1)
}

// IdempotencyStore remembers answers, so that creating is safe to repeat.
type IdempotencyStore interface {
	// ClaimReplay reserves the key and returns nil, or what is there already.
	// Claims older than a day are replaced, and after ReplayPending those of
	// requests that have changed nothing.
	ClaimReplay(ctx context.Context, tenant TenantID, key string, requestHash []byte) (*Replay, error)
	FinishReplay(ctx context.Context, tenant TenantID, r *Replay) error
	// ReleaseReplay gives a claim back; with begun also one whose request has begun to
	// change something.
	ReleaseReplay(ctx context.Context, tenant TenantID, key string, begun bool) error
}

// Claim is the key that the request of a context has reserved. The first
// transaction that Store.Write commits with such a context also notes that the
// request has changed something: it is not run again after a crash before its
// answer was remembered.
type Claim struct {
	Tenant      TenantID
	Key         string
	RequestHash []byte
	// Begun tells that this request has noted it, so that its further transactions
	// need not.
	Begun atomic.Bool
}

type claimKey struct{}

// WithClaim returns a context of a request that holds a claim.
func WithClaim(ctx context.Context, c *Claim) context.Context {
	return context.WithValue(ctx, claimKey{}, c)
}

// ClaimOf returns the claim of a context; nil without one.
func ClaimOf(ctx context.Context) *Claim {
	c, _ := ctx.Value(claimKey{}).(*Claim)
	return c
}
