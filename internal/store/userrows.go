package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/retinue/retinue/internal/iam"
)

const userColumnsSelect = "SELECT seq, id, user_type, status, first_name, last_name, nickname, email, email_key, phone, COALESCE(external_id, ''), " +
	"timezone, locale, theme, photo_key, password_hash, must_change_password, password_expires_at, password_changed_at, " +
	"last_sign_in_at, created_at, updated_at, version, custom_values, member_of, email_proven_at"

const userSelect = userColumnsSelect + " FROM users WHERE tenant_id = $1 AND "

// User implements iam.UserStore.
func (t *tx) User(ctx context.Context, tenant iam.TenantID, id iam.UserID) (*iam.User, error) {
	return t.user(ctx, tenant, "id = $2", "", string(id))
}

// UserForUpdate implements iam.UserStore.
func (t *tx) UserForUpdate(ctx context.Context, tenant iam.TenantID, id iam.UserID) (*iam.User, error) {
	return t.user(ctx, tenant, "id = $2", t.d.forUpdate, string(id))
}

// UserForShare implements iam.UserStore.
func (t *tx) UserForShare(ctx context.Context, tenant iam.TenantID, id iam.UserID) (*iam.User, error) {
	return t.user(ctx, tenant, "id = $2", t.d.forShare, string(id))
}

// UserByEmail implements iam.UserStore.
func (t *tx) UserByEmail(ctx context.Context, tenant iam.TenantID, emailKey string) (*iam.User, error) {
	return t.user(ctx, tenant, "email_key = $2", "", emailKey)
}

// UsersByIDs implements iam.UserStore.
func (t *tx) UsersByIDs(ctx context.Context, tenant iam.TenantID, ids []iam.UserID) ([]*iam.User, error) {
	var l userLoad
	err := t.s.together(ctx, append(
		lookupsIn(t.d, tenant, userSelect+"id IN ", "", texts(ids), l.scan),
		lookupsIn(t.d, tenant, teamHoldSelect+"IN ", teamHoldOrder, texts(ids), l.scanTeam)...))
	return l.list, err
}

// loadUsersBySeqs returns those of the users that exist, in no order, and the keys
// that they are ordered by name with.
func (t *tx) loadUsersBySeqs(ctx context.Context, tenant iam.TenantID, seqs []int64) (users []*iam.User, nameKeys []string, err error) {
	var l userLoad
	own := " FROM users u WHERE " + t.d.ownSeqs
	err = t.s.together(ctx, append(
		lookupsIn(t.d, tenant, userColumnsSelect+", name_key"+own, "", seqs, func(row scanner) error {
			nameKeys = append(nameKeys, "")
			return l.scan(oneMore{row, &nameKeys[len(nameKeys)-1]})
		}),
		lookupsIn(t.d, tenant, teamHoldSelect+"IN (SELECT u.id"+own, ")"+teamHoldOrder, seqs, l.scanTeam)...))
	return l.list, nameKeys, err
}

// oneMore is a row with a further column at its end, which goes to last.
type oneMore struct {
	scanner
	last *string
}

// Scan reads the columns into dest, and the last one.
func (r oneMore) Scan(dest ...any) error { return r.scanner.Scan(append(dest, r.last)...) }

// user reads the user whom a condition on $2 finds; lock is after it. The teams are
// read once the row is locked, and so are as of then.
func (t *tx) user(ctx context.Context, tenant iam.TenantID, condition, lock, key string) (*iam.User, error) {
	var l userLoad
	if err := t.s.together(ctx, l.of(tenant, condition, lock, key)); err != nil {
		return nil, err
	}
	return l.only()
}

// TenantAndUserForUpdate implements iam.UserStore.
func (t *tx) TenantAndUserForUpdate(ctx context.Context, tenant iam.TenantID, id iam.UserID) (*iam.Tenant, *iam.User, error) {
	var l userLoad
	var found *iam.Tenant
	var version int64
	err := t.s.together(ctx, append([]lookup{
		{versionSelect, []any{string(tenant)}, func(row scanner) error { return row.Scan(&version) }},
		{tenantSelect + "WHERE id = $1", []any{string(tenant)}, func(row scanner) (err error) { found, err = scanTenant(row); return err }},
	}, l.of(tenant, "id = $2", t.d.forUpdate, string(id))...))
	if err != nil {
		return nil, nil, err
	}
	if found == nil {
		return nil, nil, iam.NotFound("tenant")
	}
	t.sawVersion(tenant, version)
	u, err := l.only()
	return found, u, err
}

// userLoad collects users from rows of userSelect.
type userLoad struct {
	list []*iam.User
	byID map[string]*iam.User
}

// of are the lookups of the user whom a condition on $2 finds; lock is after it.
func (l *userLoad) of(tenant iam.TenantID, condition, lock, key string) []lookup {
	args := []any{string(tenant), key}
	return []lookup{
		{userSelect + condition + lock, args, l.scan},
		{teamHoldSelect + "IN (SELECT id FROM users WHERE tenant_id = $1 AND " + condition + ")" + teamHoldOrder, args, l.scanTeam},
	}
}

// only is the user whom there is one of at most.
func (l *userLoad) only() (*iam.User, error) {
	if len(l.list) == 0 {
		return nil, iam.NotFound("user")
	}
	return l.list[0], nil
}

func (l *userLoad) scan(row scanner) error {
	u := new(iam.User)
	var id, kind, status, custom, memberOf string
	var mustChange, expires, changed, signedIn, created, updated, proven int64
	if err := row.Scan(&u.Seq, &id, &kind, &status, &u.FirstName, &u.LastName, &u.Nickname, &u.Email, &u.EmailKey, &u.Phone, &u.ExternalID,
		&u.Timezone, &u.Locale, &u.Theme, &u.PhotoKey, &u.PasswordHash, &mustChange, &expires, &changed,
		&signedIn, &created, &updated, &u.Version, &custom, &memberOf, &proven); err != nil {
		return err
	}
	if custom != "" {
		if err := json.Unmarshal([]byte(custom), &u.CustomValues); err != nil {
			return fmt.Errorf("read the custom values of %s: %w", id, err)
		}
	}
	var err error
	if u.Memberships, err = decodeMemberOf(memberOf); err != nil {
		return fmt.Errorf("read the memberships of %s: %w", id, err)
	}
	u.ID, u.Type, u.Status, u.MustChangePassword = iam.UserID(id), iam.UserType(kind), iam.Status(status), mustChange != 0
	u.PasswordExpiresAt, u.PasswordChangedAt = fromMicros(expires), fromMicros(changed)
	u.EmailProvenAt = fromMicros(proven)
	u.LastSignInAt, u.CreatedAt, u.UpdatedAt = fromMicros(signedIn), fromMicros(created), fromMicros(updated)
	if l.byID == nil {
		l.byID = map[string]*iam.User{}
	}
	l.list, l.byID[id] = append(l.list, u), u
	return nil
}
