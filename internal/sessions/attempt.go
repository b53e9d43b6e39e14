package sessions

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

// attempt is somebody trying a password.
type attempt struct {
	tenant   *iam.Tenant
	emailKey string
	user     *iam.User // nil while or when not known
	guard    *guard
	from     Client
	action   string // under which a failure is logged
	// signedIn is set when it is the user who tries, in their session.
	signedIn bool
}

// unknownTenants begins the ids under which attempts are counted that name no
// tenant there is; no tenant has such an id.
const unknownTenants = "unknown:"

// nowhere stands for a tenant that there is not, of the name that was typed: an
// attempt there is throttled, written down and rehearsed as one anywhere is.
func nowhere(name string) *iam.Tenant {
	id := unknownTenants + digest(strings.ToLower(strings.TrimSpace(name)))
	return &iam.Tenant{ID: iam.TenantID(id), Name: "Nowhere", Status: iam.StatusActive}
}

func isNowhere(t iam.TenantID) bool { return strings.HasPrefix(string(t), unknownTenants) }

// takeTurn waits until a password may be checked; the caller must call leave when
// the attempt is over. CodeThrottled when it is too early for it, or too many wait.
// It finds out whose account it is when find is set.
func (s *Service) takeTurn(ctx context.Context, try *attempt, find bool) (leave func(), err error) {
	tenant := string(try.tenant.ID) + " "
	own, _, err := s.attempts.enter(ctx, tenant+try.guard.pair, pairLine)
	if err != nil {
		return nil, s.crowded(err)
	}
	if err := s.mayTry(ctx, try, find); err != nil {
		own()
		return nil, err
	}
	if try.guard.known(s.Clock.Now()) {
		return own, nil
	}
	// A stranger.
	all, waited, err := s.attempts.enterAll(ctx,
		[]string{tenant + try.guard.account, try.guard.address, "crowd"}, []line{accountLine, addressLine, crowdLine})
	if err != nil {
		own()
		return nil, s.crowded(err)
	}
	leave = func() { all(); own() }
	if waited { // those before may have failed
		if err := s.mayTry(ctx, try, false); err != nil {
			leave()
			return nil, err
		}
	}
	return leave, nil
}

// crowded is the answer to an attempt for which there is no room to wait.
func (s *Service) crowded(err error) error {
	if errors.Is(err, errCrowded) {
		now := s.Clock.Now()
		return throttled(now.Add(crowdedFor), now)
	}
	return err
}

// mayTry refuses with CodeThrottled when it is too early for another attempt,
// and finds out whose account it is when find is set.
func (s *Service) mayTry(ctx context.Context, try *attempt, find bool) error {
	err := s.Store.ReadEach(ctx, func(tx iam.Tx) error {
		if err := try.guard.check(ctx, tx); err != nil {
			return err
		}
		flood := floodKey(signIns, try.from.IP)
		if until := s.floods.until(flood); until.After(tx.Now()) && !try.guard.known(tx.Now()) {
			try.guard.held = flood
			return throttled(until, tx.Now())
		}
		if !find {
			return nil
		}
		u, err := tx.UserByEmail(ctx, try.tenant.ID, try.emailKey)
		try.user = u
		return ignoreNotFound(err)
	})
	if iam.CodeOf(err) == iam.CodeThrottled {
		return s.refuseThrottled(ctx, try, err)
	}
	return err
}

// What floods counts.
const (
	signIns = "sign-in"
	resets  = "reset"
)

// throttledEvery is how often refusals of one counter are logged: who goes on
// knocking can't flood the log.
const throttledEvery = time.Minute

// refuseThrottled returns the answer, and logs the attempt unless one that the
// same counter stopped was logged in this minute. Which it was is kept in memory:
// each node logs its own.
func (s *Service) refuseThrottled(ctx context.Context, try *attempt, answer error) error {
	key := string(try.tenant.ID) + " " + try.guard.held
	if try.guard.held == floodKey(signIns, try.from.IP) {
		key = try.guard.held // whichever tenant it names now
	}
	now := s.Clock.Now()
	if last, ok := s.throttled.GetIfPresent(key); ok && now.Sub(last) < throttledEvery {
		return answer
	}
	s.throttled.Set(key, now)
	return s.refuse(ctx, try, string(iam.CodeThrottled), false, answer)
}

// refuse records the failure and returns the answer to it.
func (s *Service) refuse(ctx context.Context, try *attempt, reason string, count bool, answer error) error {
	if count {
		s.floods.add(floodKey(signIns, try.from.IP), s.Clock.Now())
	}
	err := s.Store.Write(ctx, func(tx iam.Tx) error {
		if count {
			if err := try.guard.failed(ctx, tx); err != nil {
				return err
			}
		}
		if try.user == nil {
			// Not looked up yet, where it was throttled.
			u, err := tx.UserByEmail(ctx, try.tenant.ID, try.emailKey)
			if ignoreNotFound(err) != nil {
				return err
			}
			try.user = u
		}
		if isNowhere(try.tenant.ID) {
			// There is no log to write to; the time that it takes must not tell.
			return tx.SetThrottle(ctx, try.tenant.ID, "refused:"+try.guard.pair, iam.Throttle{Failures: 1, First: tx.Now()})
		}
		who, target := try.from.nobody(), audit.Target{Type: "user"}
		switch {
		case try.user != nil:
			target = audit.User(try.user)
		case reason == "wrong_password":
			reason = "unknown_account"
		}
		if try.signedIn {
			who = try.from.as(try.user)
		}
		return tx.AppendEvents(ctx, try.tenant.ID, audit.Failed(s.IDs, tx.Now(), who, try.action, target, reason))
	})
	if err != nil {
		return err
	}
	return answer
}

// replace ends the session whose token the device brought: who signs in anew has
// one session there, not two (OWASP ASVS 5.0, 7.2.4).
func (s *Service) replace(ctx context.Context, tx iam.Tx, from Client) error {
	if from.Token == "" || len(from.Token) > 200 || strings.HasPrefix(from.Token, KeyPrefix) {
		return nil
	}
	old, err := tx.SessionByToken(ctx, hashToken(from.Token))
	if err != nil {
		return ignoreNotFound(err)
	}
	if err := tx.EndSession(ctx, old.Tenant, old.User, old.ID); err != nil {
		return ignoreNotFound(err)
	}
	tx.AccessChanged(old.Tenant)
	owner := old.User
	if old.Actor != "" {
		owner = old.Actor
	}
	u, err := tx.User(ctx, old.Tenant, owner)
	if err != nil {
		return ignoreNotFound(err)
	}
	dir, err := authz.Load(ctx, tx, old.Tenant)
	if err != nil {
		return err
	}
	return tx.AppendEvents(ctx, old.Tenant, audit.New(s.IDs, tx.Now(), from.as(u), audit.SessionEnded, sessionOf(dir, old.Org, u, old.ID),
		iam.Change{Field: "by", After: "new sign-in"}))
}
