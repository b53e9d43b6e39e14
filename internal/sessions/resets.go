package sessions

import (
	"context"
	"net/url"
	"time"

	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
)

// A person gets few links; more are somebody pressing for them. An address may
// ask for more people, as an office does behind one.
var (
	resetLimit        = limit{free: 5, window: time.Hour, first: 15 * time.Minute, max: time.Hour}
	resetAddressLimit = limit{free: 30, window: time.Hour, first: 5 * time.Minute, max: time.Hour}
)

// RequestReset sends a link for a new password, when there is such an account.
// It answers the same, after the same work, whether or not there is;
// CodeThrottled when too many were asked for from one address, CodeInvalid with
// "/tenant" when it names none of several.
func (s *Service) RequestReset(ctx context.Context, host, tenantName, email string, from Client) error {
	flood, now := floodKey(resets, from.IP), s.Clock.Now()
	if until := s.floods.until(flood); until.After(now) {
		return throttled(until, now)
	}
	tenant, err := s.asked(ctx, host, tenantName)
	if err != nil || len(email) > maxEmail {
		return err
	}
	s.floods.add(flood, now)
	domain, err := s.domainOrg(ctx, tenant.ID, host)
	if err != nil {
		return err
	}
	token, hash, err := s.newToken()
	if err != nil {
		return err
	}
	emailKey := fold.EmailKey(email)
	return s.Store.Write(ctx, func(tx iam.Tx) error {
		ok, err := mayAsk(ctx, tx, tenant.ID, emailKey, from.IP)
		if err != nil || !ok {
			return err
		}
		u, err := s.whoseReset(ctx, tx, tenant, emailKey)
		if err != nil {
			return err
		}
		known := u.ID != ""
		r := &iam.PasswordReset{TokenHash: hash, Tenant: tenant.ID, User: u.ID, CreatedAt: tx.Now(), ExpiresAt: tx.Now().Add(s.Config.ResetLifetime)}
		if known {
			err = tx.InsertPasswordReset(ctx, r)
		} else {
			err = tx.DeletePasswordResets(ctx, tenant.ID, u.ID)
		}
		if err != nil {
			return err
		}
		// In the fragment, which browsers keep out of requests, logs and Referer.
		data := map[string]string{"Link": "/reset-password#token=" + url.QueryEscape(token), "Expires": r.ExpiresAt.Format(time.RFC3339)}
		if data["Org"], err = s.askedAt(ctx, tx, tenant.ID, u, domain); err != nil {
			return err
		}
		return s.sendReset(ctx, tx, tenant, u, data, from)
	})
}

// sendReset sends the link, or does as much for somebody who gets none.
func (s *Service) sendReset(ctx context.Context, tx iam.Tx, tenant *iam.Tenant, u *iam.User, data map[string]string, from Client) error {
	const action = "user.password_reset_requested"
	if u.ID == "" {
		if err := s.Mailer.Rehearse(ctx, tx, tenant, u, "password_reset", data); err != nil {
			return err
		}
		if isNowhere(tenant.ID) {
			// There is no log to write to; the time that it takes must not tell.
			return tx.SetThrottle(ctx, tenant.ID, "refused:reset", iam.Throttle{Failures: 1, First: tx.Now()})
		}
		return tx.AppendEvents(ctx, tenant.ID, audit.Failed(s.IDs, tx.Now(), from.nobody(), action, audit.Target{Type: "user"}, "unknown_account"))
	}
	if err := s.Mailer.Enqueue(ctx, tx, tenant, u, "password_reset", data); err != nil {
		return err
	}
	return tx.AppendEvents(ctx, tenant.ID, audit.New(s.IDs, tx.Now(), from.nobody(), action, audit.User(u)))
}

// mayAsk counts somebody's wish for a link. False when the person has had enough
// of them; CodeThrottled when the address has, which tells nothing of anybody.
func mayAsk(ctx context.Context, tx iam.Tx, tenant iam.TenantID, emailKey, ip string) (bool, error) {
	person, address := "reset:"+digest(emailKey), "reset-from:"+network(ip)
	state, err := tx.ThrottlesForUpdate(ctx, tenant, []string{person, address})
	if err != nil {
		return false, err
	}
	if until := state[address].Until; until.After(tx.Now()) {
		return false, throttled(until, tx.Now())
	}
	if err := tx.SetThrottle(ctx, tenant, address, resetAddressLimit.after(state[address], tx.Now())); err != nil {
		return false, err
	}
	if state[person].Until.After(tx.Now()) {
		return false, nil
	}
	return true, tx.SetThrottle(ctx, tenant, person, resetLimit.after(state[person], tx.Now()))
}

// whoseReset is who gets a link; without an id when nobody does.
func (s *Service) whoseReset(ctx context.Context, tx iam.Tx, t *iam.Tenant, emailKey string) (*iam.User, error) {
	u, err := tx.UserByEmail(ctx, t.ID, emailKey)
	if ignoreNotFound(err) != nil {
		return nil, err
	}
	// Locked, and read again whoever it is: the link must not go to an address that
	// is being replaced.
	id := iam.UserID("")
	if u != nil {
		id = u.ID
	}
	if u, err = tx.UserForUpdate(ctx, t.ID, id); ignoreNotFound(err) != nil {
		return nil, err
	}
	if u == nil || u.EmailKey != emailKey || u.Status != iam.StatusActive || t.Status != iam.StatusActive || u.Type == iam.TypeService || u.Type == iam.TypeClient {
		return &iam.User{Type: iam.TypeMember, Email: "nobody@example.com", EmailKey: emailKey, FirstName: "Nobody"}, nil
	}
	return u, nil
}

// askedAt is the organization on whose domain somebody asks who belongs there and
// nowhere else, so that the link leads back to it; "" where that tells nothing.
// The link opens the whole account: it never leads to a domain of people who run
// but a part of what it may do.
func (s *Service) askedAt(ctx context.Context, tx iam.Tx, tenant iam.TenantID, u *iam.User, domain iam.OrgID) (string, error) {
	if domain == "" {
		return "", nil
	}
	dir, err := authz.Load(ctx, tx, tenant)
	if err != nil || len(u.Memberships) == 0 || !dir.Within(dir.Common(u, ""), domain) {
		return "", err
	}
	return string(domain), nil
}

// ResetOffer is what the page behind a link for a new password shows.
type ResetOffer struct {
	Tenant *iam.Tenant
	Org    iam.OrgID // the person's own
	// Least is how many characters the password must have.
	Least int
}

// LookUpReset tells what a link is for, and changes nothing. CodeInvalid with
// "/token" when it does not work any more.
func (s *Service) LookUpReset(ctx context.Context, token string) (*ResetOffer, error) {
	u, t, err := s.resetOwner(ctx, token)
	if err != nil {
		return nil, err
	}
	dir, err := s.Directories.Get(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	o := &ResetOffer{Tenant: t, Org: dir.HomeOrg(u)}
	if o.Org == "" {
		o.Org = t.RootOrg
	}
	o.Least, err = s.LeastPassword(ctx, t.ID, u)
	return o, err
}

func badResetLink() error {
	return iam.InvalidField("/token", "invalid_link", "This link has been used or has expired. Ask for a new one.")
}

// ConfirmReset sets a new password by a link. A link works once, and not when
// it has expired or a newer one was sent: then it is CodeInvalid with "/token".
func (s *Service) ConfirmReset(ctx context.Context, token, next string, from Client) error {
	// Judged before the link is used up, so that a weak password can be mended.
	u, t, err := s.resetOwner(ctx, token)
	if err != nil {
		return err
	}
	if err := s.CheckPasswordFor(ctx, t.ID, next, "/new_password", t, u); err != nil {
		return err
	}
	hash, err := s.Hasher.Hash(ctx, next)
	if err != nil {
		return err
	}
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		r, err := tx.UsePasswordReset(ctx, hashToken(token))
		if err != nil {
			return err
		}
		u, err := tx.UserForUpdate(ctx, r.Tenant, r.User)
		if err != nil {
			return err
		}
		// Either may have been suspended since the link was judged.
		if t, err = tx.Tenant(ctx, r.Tenant); err != nil {
			return err
		}
		if !mayReset(t, u) {
			return iam.NotFound("link")
		}
		after := *u
		if after.EmailProvenAt.IsZero() {
			if after.EmailProvenAt, err = proven(ctx, tx, r.Tenant, u.ID); err != nil {
				return err
			}
		}
		if err := s.setPassword(ctx, tx, t, u, &after, hash, ""); err != nil {
			return err
		}
		if err := ForgetFailures(ctx, tx, r.Tenant, u.EmailKey); err != nil {
			return err
		}
		return tx.AppendEvents(ctx, r.Tenant, audit.New(s.IDs, tx.Now(), from.as(u), audit.PasswordChanged, audit.User(u), iam.Change{Field: "by", After: "reset link"}))
	})
	if iam.CodeOf(err) == iam.CodeNotFound {
		return badResetLink()
	}
	return err
}

// proven is when a link that was sent to somebody's address showed it to be
// theirs: now, unless keys work that somebody else may have made before. An
// invitation then asks for a new password, and ends them.
func proven(ctx context.Context, tx iam.Tx, tenant iam.TenantID, id iam.UserID) (at time.Time, err error) {
	keys, err := tx.APIKeys(ctx, tenant, iam.APIKeyFilter{User: id, State: iam.APIKeyActive, Page: iam.Page{Limit: 1}})
	if err == nil && len(keys.Items) == 0 {
		at = tx.Now()
	}
	return at, err
}

// resetOwner tells whose link it is without using it up; CodeInvalid with
// "/token" when it does not work.
func (s *Service) resetOwner(ctx context.Context, token string) (u *iam.User, t *iam.Tenant, err error) {
	if len(token) > 200 {
		return nil, nil, badResetLink()
	}
	err = s.Store.Read(ctx, func(tx iam.Tx) error {
		r, err := tx.PasswordReset(ctx, hashToken(token))
		if err != nil {
			return err
		}
		if t, err = tx.Tenant(ctx, r.Tenant); err != nil {
			return err
		}
		u, err = tx.User(ctx, r.Tenant, r.User)
		return err
	})
	if iam.CodeOf(err) == iam.CodeNotFound || err == nil && !mayReset(t, u) {
		err = badResetLink()
	}
	return u, t, err
}

// mayReset tells whether links of a person work: neither they nor their company is
// suspended.
func mayReset(t *iam.Tenant, u *iam.User) bool {
	return t.Status == iam.StatusActive && u.Status == iam.StatusActive
}
