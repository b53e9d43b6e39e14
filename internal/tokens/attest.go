package tokens

import (
	"context"
	"fmt"

	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/retinue/retinue/internal/iam"
)

// Attestation says that a file is one which the tenant has made: its SHA-256 is
// the one that is signed. It does not expire, and is for no page: its audience
// is a kind of file.
type Attestation struct {
	Issuer   string           `json:"iss"`
	Audience string           `json:"aud"`
	Subject  string           `json:"sub"`
	Name     string           `json:"name"`
	SHA256   string           `json:"sha256"` // hexadecimal
	Rows     int64            `json:"rows"`
	IssuedAt *jwt.NumericDate `json:"iat"`
}

// Attest signs the attestation with the tenant's present key, as of now. The key
// stays published for AttestedFor.
func (s *Service) Attest(ctx context.Context, tenant iam.TenantID, a Attestation) (string, error) {
	key, err := s.signer(ctx, tenant)
	if err != nil {
		return "", err
	}
	// Noted before there is a signature: no key is lost that somebody needs.
	err = s.Store.Write(ctx, func(tx iam.Tx) error { return tx.AttestSigningKey(ctx, tenant, key.id) })
	if err != nil {
		return "", fmt.Errorf("sign an attestation: %w", err)
	}
	a.IssuedAt = jwt.NewNumericDate(s.Clock.Now())
	token, err := jwt.Signed(key.jose).Claims(a).Serialize()
	if err != nil {
		return "", fmt.Errorf("sign an attestation: %w", err)
	}
	return token, nil
}
