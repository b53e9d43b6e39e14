package dashboard

import (
	"context"
	"time"

	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tokens"
)

// Identity is a signed token for the page of one tab.
type Identity struct {
	Token     string
	Audience  string // the origin that it is for, and nobody else
	ExpiresAt time.Time
}

// Identify signs a token that tells the page of a tab who is looking, where,
// and what they may do there. CodeForbidden and CodeNotFound as from Open;
// CodeConflict when the tab does not say who is looking.
func (s *Service) Identify(ctx context.Context, c *access.Caller, id string) (*Identity, error) {
	if c.InRoot {
		return nil, iam.NotFound("tab")
	}
	if err := requireOpen(c); err != nil {
		return nil, err
	}
	var entry *Entry
	var claims tokens.Claims
	err := s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		if entry, err = s.open(ctx, tx, c, id); err != nil {
			return err
		}
		claims, err = s.claims(ctx, tx, c, entry)
		return err
	})
	if err != nil {
		return nil, err
	}
	if entry.Page.URL == "" || !entry.Page.Identify {
		return nil, iam.Errorf(iam.CodeConflict, "This tab does not tell its page who is looking.").Because("page_not_told")
	}
	out := &Identity{Audience: Origin(entry.Page.URL)}
	out.Token, out.ExpiresAt, err = s.Tokens.Sign(ctx, c.Tenant, claims)
	return out, err
}

func (s *Service) claims(ctx context.Context, tx iam.Tx, c *access.Caller, e *Entry) (tokens.Claims, error) {
	t, err := tx.Tenant(ctx, c.Tenant)
	if err != nil {
		return tokens.Claims{}, err
	}
	u, err := tx.User(ctx, c.Tenant, c.User)
	if err != nil {
		return tokens.Claims{}, err
	}
	org, err := tx.Org(ctx, c.Tenant, c.Org)
	if err != nil {
		return tokens.Claims{}, err
	}
	dir, err := authz.Load(ctx, tx, c.Tenant)
	if err != nil {
		return tokens.Claims{}, err
	}
	persona, email := dir.PersonaOf(u, c.Org), u.Email
	if persona.Alias {
		email = "" // it would tell who is behind the alias
	}
	claims := tokens.Claims{
		Claims: jwt.Claims{
			Issuer: tokens.Issuer(s.PublicURL(t)), Subject: string(u.ID), Audience: jwt.Audience{Origin(e.Page.URL)},
		},
		Name: persona.Name, Email: email, Locale: dir.SettingsOf(u).Locale,
		Tenant: tokens.Ref{ID: string(t.ID), Name: t.Name}, Organization: tokens.Ref{ID: string(org.ID), Name: org.Name},
		Permissions: c.Effective.Permissions(), Tab: e.ID,
	}
	if by := c.Impersonator; by != nil {
		actor, err := tx.User(ctx, c.Tenant, by.ID)
		if err != nil {
			return tokens.Claims{}, err
		}
		claims.Actor = &tokens.Actor{Subject: string(by.ID), Name: dir.PersonaOf(actor, c.Org).Name}
		if !by.MayChange {
			claims.Permissions = (c.Effective & access.ReadOnly).Permissions()
		}
	}
	return claims, nil
}

// Issuer is what the tenant's tokens say of where they come from, and where the
// keys are by which they are checked.
type Issuer struct{ Issuer, KeysURL string }

// Issuer says how the tokens of the caller's tenant are checked.
func (s *Service) Issuer(ctx context.Context, c *access.Caller) (Issuer, error) {
	var out Issuer
	if err := c.Require(iam.PermTabsManage); err != nil {
		return out, err
	}
	err := s.Store.Read(ctx, func(tx iam.Tx) error {
		t, err := tx.Tenant(ctx, c.Tenant)
		if err != nil {
			return err
		}
		base := s.PublicURL(t)
		out = Issuer{tokens.Issuer(base), tokens.KeysURL(base, t)}
		return nil
	})
	return out, err
}
