package store

import (
	"context"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/userindex"
)

// userInsert are the columns that an insert writes, in the order of userValues.
const userInsert = "INSERT INTO users (tenant_id, id, user_type, status, first_name, last_name, nickname, name_key, email, email_key, phone, " +
	"external_id, timezone, locale, theme, photo_key, password_hash, must_change_password, password_expires_at, password_changed_at, " +
	"last_sign_in_at, created_at, updated_at, version, custom_values, member_of, email_proven_at)"

const userColumns = 27

// userValues appends the values of a new user's row.
func userValues(args []any, tenant iam.TenantID, u *iam.User) []any {
	return append(args, string(tenant), string(u.ID), string(u.Type), string(u.Status),
		u.FirstName, u.LastName, u.Nickname, nameKey(u), u.Email, u.EmailKey, u.Phone,
		nullable(u.ExternalID), u.Timezone, u.Locale, u.Theme, u.PhotoKey,
		u.PasswordHash, number(u.MustChangePassword), micros(u.PasswordExpiresAt), micros(u.PasswordChangedAt),
		micros(u.LastSignInAt), micros(u.CreatedAt), micros(u.UpdatedAt), u.Version, encodeCustomValues(u.CustomValues),
		encodeMemberOf(u.Memberships), micros(u.EmailProvenAt))
}

// nullable is NULL for "": only an external id that there is must be unique.
func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// born sets what the store sets in a new user. One that is created into the
// past, as a demo does, keeps its time.
func (t *tx) born(u *iam.User) {
	if u.CreatedAt.IsZero() {
		u.CreatedAt = t.now
	}
	u.UpdatedAt, u.Version = u.CreatedAt, 1
	for i := range u.Memberships {
		u.Memberships[i].CreatedAt = u.CreatedAt
	}
}

var userInsertOne = userInsert + valuesText(userColumns, 1) + " RETURNING seq"

// InsertUser implements iam.UserStore.
func (t *tx) InsertUser(ctx context.Context, tenant iam.TenantID, u *iam.User) error {
	t.born(u)
	err := t.row(ctx, "user", userInsertOne, userValues(make([]any, 0, userColumns), tenant, u), &u.Seq)
	if err != nil {
		return t.refused(err, iam.NotFound("tenant"))
	}
	if err := t.insertMemberships(ctx, tenant, u.ID, u.Memberships); err != nil {
		return err
	}
	if err := t.noteChange(ctx, tenant, u.Seq, userindex.ChangeCreated, nil); err != nil {
		return err
	}
	d := deltas{}
	d.user(u, 1)
	return t.addDeltas(ctx, tenant, d)
}

// UpdateUser implements iam.UserStore.
func (t *tx) UpdateUser(ctx context.Context, tenant iam.TenantID, before, after *iam.User) error {
	t.keepJoined(before, after)
	n, err := t.exec(ctx, `
		UPDATE users SET status = $1, first_name = $2, last_name = $3, nickname = $4, name_key = $5, email = $6, email_key = $7,
			phone = $8, external_id = $9, timezone = $10, locale = $11, theme = $12, photo_key = $13,
			password_hash = $14, must_change_password = $15, password_expires_at = $16, password_changed_at = $17,
			last_sign_in_at = $18, updated_at = $19, custom_values = $20, member_of = $21, email_proven_at = $22,
			version = version + 1
		WHERE tenant_id = $23 AND id = $24 AND version = $25`,
		string(after.Status), after.FirstName, after.LastName, after.Nickname, nameKey(after), after.Email, after.EmailKey,
		after.Phone, nullable(after.ExternalID), after.Timezone, after.Locale, after.Theme, after.PhotoKey,
		after.PasswordHash, number(after.MustChangePassword), micros(after.PasswordExpiresAt), micros(after.PasswordChangedAt),
		micros(after.LastSignInAt), micros(t.now), encodeCustomValues(after.CustomValues),
		encodeMemberOf(after.Memberships), micros(after.EmailProvenAt), string(tenant), string(before.ID), before.Version)
	if err != nil {
		return t.refused(err, nil)
	}
	if n == 0 {
		return t.staleUser(ctx, tenant, before.ID)
	}
	if before.PasswordHash != after.PasswordHash || before.EmailKey != after.EmailKey {
		// A link for a new password went to whoever read the mails then.
		if err := t.DeletePasswordResets(ctx, tenant, before.ID); err != nil {
			return err
		}
	}
	if err := t.updateMemberships(ctx, tenant, before, after); err != nil {
		return err
	}
	if after.Teams, err = t.leaveTeams(ctx, tenant, before, after); err != nil {
		return err
	}
	after.ID, after.Seq, after.Type, after.CreatedAt = before.ID, before.Seq, before.Type, before.CreatedAt
	after.UpdatedAt, after.Version = t.now, before.Version+1
	if err := t.noteChange(ctx, tenant, before.Seq, userindex.ChangeUpdated, before); err != nil {
		return err
	}
	d := deltas{}
	d.user(before, -1)
	d.user(after, 1)
	return t.addDeltas(ctx, tenant, d)
}

func (t *tx) staleUser(ctx context.Context, tenant iam.TenantID, id iam.UserID) error {
	exists, err := t.has(ctx, "SELECT 1 FROM users WHERE tenant_id = $1 AND id = $2", string(tenant), string(id))
	if err != nil {
		return err
	}
	return stale(exists, "user")
}

// SetPasswordHash implements iam.UserStore. The version stays: whoever edits
// the user at the moment loses nothing.
func (t *tx) SetPasswordHash(ctx context.Context, tenant iam.TenantID, id iam.UserID, old, hash string) error {
	_, err := t.exec(ctx, "UPDATE users SET password_hash = $1 WHERE tenant_id = $2 AND id = $3 AND password_hash = $4",
		hash, string(tenant), string(id), old)
	return err
}

// RecordSignIn implements iam.UserStore. The version stays, as a sign-in is no
// edit.
func (t *tx) RecordSignIn(ctx context.Context, tenant iam.TenantID, id iam.UserID) error {
	if err := t.s.later(ctx, itself, "UPDATE users SET last_sign_in_at = $1 WHERE tenant_id = $2 AND id = $3",
		micros(t.now), string(tenant), string(id)); err != nil {
		return err
	}
	return t.s.later(ctx, t.missing("user"), "INSERT INTO user_changes (tenant_id, seq, kind)"+
		" VALUES ($1, (SELECT seq FROM users WHERE tenant_id = $1 AND id = $2), $3)",
		string(tenant), string(id), string(userindex.ChangeSignIn))
}

// DeleteUser implements iam.UserStore.
func (t *tx) DeleteUser(ctx context.Context, tenant iam.TenantID, u *iam.User, by string) error {
	n, err := t.exec(ctx, "DELETE FROM users WHERE tenant_id = $1 AND id = $2 AND version = $3", string(tenant), string(u.ID), u.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return t.staleUser(ctx, tenant, u.ID)
	}
	if err := t.insertTombstone(ctx, tenant, u, by); err != nil {
		return err
	}
	if err := t.noteChange(ctx, tenant, u.Seq, userindex.ChangeDeleted, u); err != nil {
		return err
	}
	if err := t.endInvitations(ctx, tenant, "tenant_id = $1 AND user_id = $2 AND state = 'pending'", []any{string(tenant), string(u.ID)}); err != nil {
		return err
	}
	d := deltas{}
	d.user(u, -1)
	return t.addDeltas(ctx, tenant, d)
}

// LockAdmins implements iam.UserStore.
func (t *tx) LockAdmins(ctx context.Context, tenant iam.TenantID) error {
	return t.lock(ctx, "admins "+string(tenant))
}

// OtherActiveAdmins implements iam.UserStore.
func (t *tx) OtherActiveAdmins(ctx context.Context, tenant iam.TenantID, except iam.UserID) (byType, byRole bool, err error) {
	if byType, err = t.has(ctx, `
		SELECT 1 FROM users
		WHERE tenant_id = $1 AND user_type = 'tenant_admin' AND status = 'active' AND id <> $2 LIMIT 1`,
		string(tenant), string(except)); err != nil {
		return false, false, err
	}
	byRole, err = t.has(ctx, `
		SELECT 1 FROM memberships m
		JOIN tenants t ON t.id = m.tenant_id AND t.root_org = m.org_id
		JOIN users u ON u.tenant_id = m.tenant_id AND u.id = m.user_id
		WHERE m.tenant_id = $1 AND m.runs = 1 AND ' ' || m.roles || ' ' LIKE '% role!_admin %' ESCAPE '!'
		  AND u.status = 'active' AND m.user_id <> $2 LIMIT 1`,
		string(tenant), string(except))
	return byType, byRole, err
}

// TakenUsers implements iam.UserStore.
func (t *tx) TakenUsers(ctx context.Context, tenant iam.TenantID, emailKeys, externalIDs []string) (emails, external map[string]iam.UserID, err error) {
	emails, external = map[string]iam.UserID{}, map[string]iam.UserID{}
	into := func(m map[string]iam.UserID) func(scanner) error {
		return func(row scanner) error {
			var key, id string
			if err := row.Scan(&key, &id); err != nil {
				return err
			}
			m[key] = iam.UserID(id)
			return nil
		}
	}
	if err = eachIn(ctx, t, tenant, "SELECT email_key, id FROM users WHERE tenant_id = $1 AND email_key IN ", "", emailKeys, into(emails)); err != nil {
		return nil, nil, err
	}
	err = eachIn(ctx, t, tenant, "SELECT external_id, id FROM users WHERE tenant_id = $1 AND external_id IN ", "", externalIDs, into(external))
	return emails, external, err
}
