package sessions

import (
	"context"
	"io"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

const (
	// refusalLifetime is how long an administrator can look a code up.
	refusalLifetime = 24 * time.Hour
	// maxRefusals is how many codes one person has at a time, from however many
	// addresses they come.
	maxRefusals = 20
	// codeLetters are those of a code: none that is taken for another.
	codeLetters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
	codeLength  = 8
)

// refused is an address that was refused, as it is remembered: asking again
// costs no transaction.
type refused struct {
	tenant  iam.TenantID
	user    iam.UserID
	org     iam.OrgID
	source  iam.OrgID
	address string
}

type refusal struct {
	code    string
	expires time.Time
}

// refuseAddress is the answer to somebody whose address no rule lets in, with a
// code by which an administrator finds out why.
func (s *Service) refuseAddress(ctx context.Context, t iam.TenantID, u *iam.User, g *authz.Gate, near *iam.AddressRule, from Client) error {
	key := refused{t, u.ID, g.Org, g.Source, from.IP}
	known, ok := s.refusals.GetIfPresent(key)
	if !ok || !s.Clock.Now().Before(known.expires) {
		var err error
		if known, err = s.recordRefusal(ctx, key, u, g, near, from); err != nil {
			return err
		}
		s.refusals.Set(key, known)
	}
	e := iam.Errorf(iam.CodeIPRefused, "You can't work from the address %s. An administrator can let you in: tell them the code %s.", from.IP, known.code)
	if known.code == "" {
		e = iam.Errorf(iam.CodeIPRefused, "You can't work from the address %s. Ask an administrator.", from.IP)
	}
	return e.With("refusal_code", known.code).With("address", from.IP)
}

// recordRefusal makes a code, unless there is one, and logs that it did.
func (s *Service) recordRefusal(ctx context.Context, key refused, u *iam.User, g *authz.Gate, near *iam.AddressRule, from Client) (refusal, error) {
	code, err := s.newCode()
	if err != nil {
		return refusal{}, err
	}
	var out refusal
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		// Requests of one person wait for each other, so that each knows of the others' codes.
		if _, err := tx.UserForUpdate(ctx, key.tenant, key.user); err != nil {
			return err
		}
		have, err := tx.IPRefusals(ctx, key.tenant, key.user)
		if err != nil {
			return err
		}
		for _, r := range have {
			if r.Org == key.org && r.List == key.source && r.Address == key.address {
				out = refusal{r.Code, r.ExpiresAt}
				return nil
			}
		}
		if len(have) >= maxRefusals {
			out = refusal{"", tx.Now().Add(time.Minute)}
			return nil
		}
		r := &iam.IPRefusal{
			Code: code, User: key.user, Org: key.org, List: key.source, Address: key.address, Rules: g.List.Active(),
			At: tx.Now(), ExpiresAt: tx.Now().Add(refusalLifetime),
		}
		if near != nil {
			r.Near = near.Addresses
		}
		out = refusal{r.Code, r.ExpiresAt}
		if err := tx.InsertIPRefusal(ctx, key.tenant, r); err != nil {
			return err
		}
		who := &access.Caller{Actor: iam.ActorUser, User: u.ID, Name: u.FullName(), IP: from.IP, UserAgent: from.UserAgent, RequestID: from.RequestID}
		return tx.AppendEvents(ctx, key.tenant, audit.Failed(s.IDs, tx.Now(), who, "access.refused", audit.User(u), "ip_refused"))
	})
	return out, err
}

func (s *Service) newCode() (string, error) {
	b := make([]byte, codeLength)
	if _, err := io.ReadFull(s.Random, b); err != nil {
		return "", err
	}
	for i := range b {
		b[i] = codeLetters[b[i]&31]
	}
	return string(b), nil
}
