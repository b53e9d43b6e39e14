package iam

import (
	"crypto/rand"
	"encoding/binary"
	"strings"
	"sync"
	"time"
)

// Every id is a TypeID (github.com/jetify-com/typeid): a prefix that names the
// kind, an underscore, and 26 characters of Crockford base32 that hold a UUIDv7
// (RFC 9562). They sort by creation and describe themselves in a log line.
type (
	// TenantID names a tenant; every store call takes one.
	TenantID string
	// OrgID names an organization.
	OrgID string
	// UserID names a user.
	UserID string
	// RoleID names a role, built in or custom.
	RoleID string
	// SessionID names a session; it is not the session's secret.
	SessionID string
	// APIKeyID names an API key; it is not the key's secret.
	APIKeyID string
	// EventID names an audit event.
	EventID string
	// ImportID names an import of users.
	ImportID string
	// MailID names a mail in the outbox.
	MailID string
)

// The prefixes of the ids, by kind.
const (
	PrefixTenant  = "tenant"
	PrefixOrg     = "org"
	PrefixUser    = "user"
	PrefixRole    = "role"
	PrefixSession = "sess"
	PrefixAPIKey  = "key"
	PrefixEvent   = "evt"
	PrefixImport  = "imp"
	PrefixMail    = "mail"
)

const crockford = "0123456789abcdefghjkmnpqrstvwxyz"

// IDs makes new ids. It is injected, so that tests can have ids they know.
type IDs interface {
	// NewID returns a fresh id with the prefix, unique and increasing.
	NewID(prefix string, now time.Time) string
}

// RandomIDs is the IDs of production: UUIDv7 with 62 random bits and a
// counter, so that ids made in one millisecond by one process still increase.
type RandomIDs struct {
	mu      sync.Mutex
	last    int64
	counter uint16
}

// NewID implements IDs.
func (g *RandomIDs) NewID(prefix string, now time.Time) string {
	ms := now.UnixMilli()
	g.mu.Lock()
	if ms <= g.last {
		ms = g.last
		g.counter++
		if g.counter > 0x0fff {
			ms, g.counter = ms+1, 0
		}
	} else {
		g.counter = 0
	}
	g.last = ms
	counter := g.counter
	g.mu.Unlock()

	var u [16]byte
	_, _ = rand.Read(u[8:]) // never fails since Go 1.24
	binary.BigEndian.PutUint64(u[:8], uint64(ms)<<16|0x7000|uint64(counter))
	u[8] = u[8]&0x3f | 0x80
	return prefix + "_" + encode128(u)
}

func encode128(u [16]byte) string {
	hi, lo := binary.BigEndian.Uint64(u[:8]), binary.BigEndian.Uint64(u[8:])
	var out [26]byte
	for i := 25; i >= 0; i-- {
		out[i] = crockford[lo&31]
		lo = lo>>5 | hi<<59
		hi >>= 5
	}
	return string(out[:])
}

// ValidID tells whether s is an id of the kind that prefix names. It does not
// tell whether such a thing exists.
func ValidID(prefix, s string) bool {
	rest, ok := strings.CutPrefix(s, prefix+"_")
	if !ok || len(rest) != 26 || rest[0] > '7' {
		return false
	}
	for i := range len(rest) {
		if strings.IndexByte(crockford, rest[i]) < 0 {
			return false
		}
	}
	return true
}
