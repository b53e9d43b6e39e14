package tenants

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
)

// SetupNeeded tells whether there is no tenant yet.
func (s *Service) SetupNeeded(ctx context.Context) (bool, error) {
	if s.hasTenants.Load() {
		return false, nil
	}
	all, err := s.List(ctx)
	if err != nil {
		return false, err
	}
	s.hasTenants.Store(len(all) > 0)
	return len(all) == 0, nil
}

// NewSetupToken makes the token of the set-up link while there is no tenant; ""
// when there is one. It replaces an earlier one: only its hash is stored, so
// that a restart has to print another link.
func (s *Service) NewSetupToken(ctx context.Context) (token string, err error) {
	var b [32]byte
	if _, err := io.ReadFull(s.Random, b[:]); err != nil {
		return "", fmt.Errorf("make the set-up link: %w", err)
	}
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		token = ""
		all, err := tx.Tenants(ctx)
		if err != nil || len(all) > 0 {
			return err
		}
		token = base64.RawURLEncoding.EncodeToString(b[:])
		return tx.SetSetupToken(ctx, hash(token))
	})
	return token, err
}

func hash(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// Setup makes the first tenant. The token works once: of two at the same time
// one succeeds, and the other is CodeInvalid with "/token", as every wrong or
// used link is. The administrator chooses the password.
func (s *Service) Setup(ctx context.Context, token string, in Create, from Client) (*Created, error) {
	// Looked at first, so that nobody without the link makes the server hash.
	if err := s.Store.Read(ctx, func(tx iam.Tx) error { return valid(ctx, tx, token) }); err != nil {
		return nil, err
	}
	if in.Admin.Password == "" {
		return nil, iam.InvalidField("/password", "required", "Choose a password.")
	}
	n, err := s.prepare(ctx, in)
	if err != nil {
		return nil, err
	}
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		// One at a time: the second waits here, and then finds the token gone.
		if err := tx.LockAdmins(ctx, ""); err != nil {
			return err
		}
		if err := valid(ctx, tx, token); err != nil {
			return err
		}
		if err := tx.SetSetupToken(ctx, nil); err != nil {
			return err
		}
		n.number(s.IDs, tx.Now())
		who := &access.Caller{
			Tenant: n.tenant.ID, User: n.admin.ID, Name: n.admin.FullName(), Actor: iam.ActorUser,
			IP: from.IP, UserAgent: from.UserAgent, RequestID: from.RequestID,
		}
		return s.insert(ctx, tx, n, who)
	})
	if err != nil {
		return nil, err
	}
	s.hasTenants.Store(true)
	return n.created(), nil
}

// valid refuses a token that isn't the one that was printed last, and all once
// there is a tenant.
func valid(ctx context.Context, tx iam.Tx, token string) error {
	want, err := tx.SetupToken(ctx)
	if err != nil {
		return err
	}
	all, err := tx.Tenants(ctx)
	if err != nil {
		return err
	}
	if len(all) > 0 || len(want) == 0 || subtle.ConstantTimeCompare(want, hash(token)) != 1 {
		return iam.InvalidField("/token", "invalid_link", "This link has been used or is not the latest. Look for a new one in the server's log.")
	}
	return nil
}
