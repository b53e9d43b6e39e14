package sessions

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

// limit is how many failures a key may have in a window, and how long it is
// then refused: longer each time, up to a bound.
type limit struct {
	free   int
	window time.Duration
	first  time.Duration
	max    time.Duration
}

// Three counters of a tenant (OWASP ASVS 5.0, 6.3.1). The first is what a person who has
// forgotten their password meets. The other two slow down an attack on one
// account from many addresses and on many accounts from one. They never stop
// somebody who signed in from their address before, so that nobody can lock
// out a whole company, or an office behind one address, by failing on purpose.
var (
	pairLimit    = limit{free: 5, window: 15 * time.Minute, first: 30 * time.Second, max: 15 * time.Minute}
	accountLimit = limit{free: 50, window: time.Hour, first: 30 * time.Second, max: 5 * time.Minute}
	addressLimit = limit{free: 100, window: time.Hour, first: time.Minute, max: 15 * time.Minute}
)

// knownFor is how long an address counts as known after a sign-in.
const knownFor = 30 * 24 * time.Hour

// guard is the throttling of one attempt.
type guard struct {
	tenant                       iam.TenantID
	pair, account, address, know string
	state                        map[string]iam.Throttle
	// held is the counter that stopped the attempt, after check has refused.
	held string
}

func newGuard(tenant iam.TenantID, emailKey, ip string) *guard {
	account, address := digest(emailKey), network(ip)
	return &guard{
		tenant: tenant,
		pair:   pairsOf(emailKey) + ":" + address, account: "account:" + account,
		address: "address:" + address, know: "known:" + account + ":" + address,
	}
}

// pairsOf is the group of an account's counters with one address each.
func pairsOf(emailKey string) string { return "pair:" + digest(emailKey) }

// ForgetFailures lets whoever has failed to sign in to an account try again at once,
// now that it has a new password. The counters of the account as a whole and of
// addresses stay: they slow down attacks, and none of those ends with a password.
func ForgetFailures(ctx context.Context, tx iam.Tx, tenant iam.TenantID, emailKey string) error {
	return tx.ClearThrottles(ctx, tenant, pairsOf(emailKey))
}

// digest keeps what was typed, which may be a password in the wrong field, out
// of the database.
func digest(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:16])
}

// network is the address, or for IPv6 the /64 that one customer has.
func network(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return "unknown"
	}
	a = a.Unmap()
	if a.Is6() {
		p, err := a.WithZone("").Prefix(64)
		if err != nil {
			return "unknown"
		}
		return p.String()
	}
	return a.String()
}

// check refuses with CodeThrottled when it is too early for another attempt.
func (g *guard) check(ctx context.Context, tx iam.Tx) error {
	var err error
	g.state, err = tx.Throttles(ctx, g.tenant, []string{g.pair, g.account, g.address, g.know})
	if err != nil {
		return err
	}
	until := g.state[g.pair].Until
	g.held = g.pair
	if !g.known(tx.Now()) {
		for _, k := range []string{g.account, g.address} {
			if u := g.state[k].Until; u.After(until) {
				until, g.held = u, k
			}
		}
	}
	if !until.After(tx.Now()) {
		return nil
	}
	return throttled(until, tx.Now())
}

// known tells whether somebody signed in to the account from the address before;
// check has found out.
func (g *guard) known(now time.Time) bool {
	first := g.state[g.know].First
	return !first.IsZero() && now.Sub(first) <= knownFor
}

// throttled is the answer to an attempt that comes too early.
func throttled(until, now time.Time) error {
	e := iam.Errorf(iam.CodeThrottled, "Too many attempts. Try again in %s.", inWords(until.Sub(now).Round(time.Second)))
	e.RetryAt = until
	return e
}

// failed counts a failure. It reads the counters again: others may have failed
// while this password was being checked.
func (g *guard) failed(ctx context.Context, tx iam.Tx) error {
	state, err := tx.ThrottlesForUpdate(ctx, g.tenant, []string{g.pair, g.account, g.address})
	if err != nil {
		return err
	}
	for _, c := range []struct {
		key   string
		limit limit
	}{{g.pair, pairLimit}, {g.account, accountLimit}, {g.address, addressLimit}} {
		next := c.limit.after(state[c.key], tx.Now())
		if err := tx.SetThrottle(ctx, g.tenant, c.key, next); err != nil {
			return err
		}
	}
	return nil
}

// succeeded forgets this person's failures and remembers the address.
func (g *guard) succeeded(ctx context.Context, tx iam.Tx) error {
	if g.state[g.pair].Failures > 0 {
		if err := tx.ClearThrottle(ctx, g.tenant, g.pair); err != nil {
			return err
		}
	}
	if tx.Now().Sub(g.state[g.know].First) < time.Hour {
		return nil // written lately
	}
	return tx.SetThrottle(ctx, g.tenant, g.know, iam.Throttle{First: tx.Now()})
}

// after is the state after one more failure.
func (l limit) after(t iam.Throttle, now time.Time) iam.Throttle {
	if t.Failures == 0 || now.Sub(t.First) > l.window && !t.Until.After(now.Add(-l.window)) {
		t = iam.Throttle{First: now}
	}
	t.Failures++
	if over := t.Failures - l.free; over >= 0 {
		wait := l.max
		if over < 16 {
			wait = min(l.first<<over, l.max)
		}
		t.Until = now.Add(wait)
	}
	return t
}

func inWords(d time.Duration) string {
	if d < time.Minute {
		return plural(max(int(d/time.Second), 1), "second")
	}
	return plural(int((d+time.Minute-time.Second)/time.Minute), "minute")
}

func plural(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}
