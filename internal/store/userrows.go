package store

import (
	"context"
	"database/sql"
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
	return t.user(ctx, tenant, userSelect+"id = $2", string(id))
}

// UserForUpdate implements iam.UserStore.
func (t *tx) UserForUpdate(ctx context.Context, tenant iam.TenantID, id iam.UserID) (*iam.User, error) {
	return t.user(ctx, tenant, userSelect+"id = $2"+t.d.forUpdate, string(id))
}

// UserForShare implements iam.UserStore.
func (t *tx) UserForShare(ctx context.Context, tenant iam.TenantID, id iam.UserID) (*iam.User, error) {
	return t.user(ctx, tenant, userSelect+"id = $2"+t.d.forShare, string(id))
}

// UserByEmail implements iam.UserStore.
func (t *tx) UserByEmail(ctx context.Context, tenant iam.TenantID, emailKey string) (*iam.User, error) {
	return t.user(ctx, tenant, userSelect+"email_key = $2", emailKey)
}

// UsersByIDs implements iam.UserStore.
func (t *tx) UsersByIDs(ctx context.Context, tenant iam.TenantID, ids []iam.UserID) ([]*iam.User, error) {
	var l userLoad
	if err := eachIn(ctx, t, tenant, userSelect+"id IN ", "", texts(ids), l.scan); err != nil {
		return nil, err
	}
	return l.list, t.loadTeams(ctx, tenant, &l)
}

// loadUsersBySeqs returns those of the users that exist, in no order.
func (t *tx) loadUsersBySeqs(ctx context.Context, tenant iam.TenantID, seqs []int64) ([]*iam.User, error) {
	var l userLoad
	if err := t.usersBySeqs(ctx, userColumnsSelect, tenant, seqs, l.scan); err != nil {
		return nil, err
	}
	return l.list, t.loadTeams(ctx, tenant, &l)
}

func (t *tx) user(ctx context.Context, tenant iam.TenantID, query, key string) (*iam.User, error) {
	var l userLoad
	if err := t.each(ctx, query, []any{string(tenant), key}, l.scan); err != nil {
		return nil, err
	}
	if len(l.list) == 0 {
		return nil, iam.NotFound("user")
	}
	return l.list[0], t.loadTeams(ctx, tenant, &l)
}

// userLoad collects users from rows of userSelect.
type userLoad struct {
	list []*iam.User
	ids  []string
}

func (l *userLoad) scan(rows *sql.Rows) error {
	u := new(iam.User)
	var id, kind, status, custom, memberOf string
	var mustChange, expires, changed, signedIn, created, updated, proven int64
	if err := rows.Scan(&u.Seq, &id, &kind, &status, &u.FirstName, &u.LastName, &u.Nickname, &u.Email, &u.EmailKey, &u.Phone, &u.ExternalID,
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
	l.list, l.ids = append(l.list, u), append(l.ids, id)
	return nil
}
