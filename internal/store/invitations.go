package store

import (
	"context"
	"strconv"
	"strings"

	"github.com/retinue/retinue/internal/iam"
)

const invitationColumns = "tenant_id, id, org_id, email, email_key, user_id, user_type, role_ids, permissions, team_ids, locale, state, token_hash," +
	" mail_id, invited_by, invited_name, created_at, sent_at, times_sent, expires_at, accepted_at, accepted_by"

// selectInvitations reads them with what became of the latest mail.
const selectInvitations = "SELECT " + invitationColumns + "," +
	" COALESCE((SELECT m.state FROM mails m WHERE m.id = mail_id), '')," +
	" COALESCE((SELECT m.last_error FROM mails m WHERE m.id = mail_id), '')," +
	" COALESCE((SELECT m.problem_code FROM mails m WHERE m.id = mail_id), '') FROM invitations"

var invitationTable = newBulkTable("INSERT INTO invitations ("+invitationColumns+")", iam.InvalidField("/organization_id", "unknown", "Choose an organization that exists."))

func scanInvitation(row scanner) (*iam.Invitation, error) {
	i := &iam.Invitation{}
	var roles, permissions, teams string
	var created, sent, expires, accepted int64
	err := row.Scan(&i.Tenant, &i.ID, &i.Org, &i.Email, &i.EmailKey, &i.User, &i.Type, &roles, &permissions, &teams, &i.Locale, &i.State, &i.TokenHash,
		&i.Mail, &i.InvitedBy, &i.InvitedName, &created, &sent, &i.TimesSent, &expires, &accepted, &i.AcceptedBy, &i.MailState, &i.MailError, &i.MailProblem)
	for id := range strings.FieldsSeq(roles) {
		i.Roles = append(i.Roles, iam.RoleID(id))
	}
	for id := range strings.FieldsSeq(teams) {
		i.Teams = append(i.Teams, iam.TeamID(id))
	}
	i.Permissions = splitPermissions(permissions)
	i.CreatedAt, i.SentAt, i.ExpiresAt, i.AcceptedAt = fromMicros(created), fromMicros(sent), fromMicros(expires), fromMicros(accepted)
	return i, err
}

// InsertInvitations implements iam.InvitationStore.
func (t *tx) InsertInvitations(ctx context.Context, tenant iam.TenantID, list []*iam.Invitation) error {
	return t.insertBulk(ctx, invitationTable, len(list), func(n int, v []any) {
		i := list[n]
		copy(v, []any{
			string(tenant), string(i.ID), string(i.Org), i.Email, i.EmailKey, string(i.User), string(i.Type), strings.Join(texts(i.Roles), " "),
			joinPermissions(i.Permissions), strings.Join(texts(i.Teams), " "), i.Locale, string(i.State), i.TokenHash, string(i.Mail), string(i.InvitedBy), i.InvitedName,
			micros(i.CreatedAt), micros(i.SentAt), int64(i.TimesSent), micros(i.ExpiresAt), micros(i.AcceptedAt), string(i.AcceptedBy),
		})
	})
}

// PendingInvitations implements iam.InvitationStore. Each address is looked up
// for itself: PostgreSQL would read all rows, again and again, for a long IN in
// a table that has just begun to grow.
func (t *tx) PendingInvitations(ctx context.Context, tenant iam.TenantID, org iam.OrgID, emailKeys []string) (map[string]iam.PendingInvitation, error) {
	out := map[string]iam.PendingInvitation{}
	err := bulks(emailKeys, func(part []string) error {
		args := []any{string(tenant), string(org)}
		for _, key := range part {
			args = append(args, key)
		}
		return t.each(ctx, pendingInvitations(len(part)), args, func(row scanner) error {
			var key, found string
			if err := row.Scan(&key, &found); err != nil || found == "" {
				return err
			}
			id, expires, _ := strings.Cut(found, " ")
			at, err := strconv.ParseInt(expires, 10, 64)
			out[key] = iam.PendingInvitation{ID: iam.InvitationID(id), ExpiresAt: fromMicros(at)}
			return err
		})
	})
	return out, err
}

func pendingInvitations(n int) string {
	return "WITH wanted(k) AS (VALUES " + tuples(n, 3, "CAST(% AS TEXT)") + ") SELECT k, COALESCE((SELECT id || ' ' || CAST(expires_at AS TEXT)" +
		" FROM invitations WHERE tenant_id = $1 AND email_key = k AND org_id = $2 AND state = 'pending'), '') FROM wanted"
}

// Invitation implements iam.InvitationStore.
func (t *tx) Invitation(ctx context.Context, tenant iam.TenantID, id iam.InvitationID) (*iam.Invitation, error) {
	return one(ctx, t, "invitation", scanInvitation, selectInvitations+" WHERE tenant_id = $1 AND id = $2", string(tenant), string(id))
}

// InvitationForUpdate implements iam.InvitationStore.
func (t *tx) InvitationForUpdate(ctx context.Context, tenant iam.TenantID, id iam.InvitationID) (*iam.Invitation, error) {
	return one(ctx, t, "invitation", scanInvitation, selectInvitations+" WHERE tenant_id = $1 AND id = $2"+t.d.forUpdate, string(tenant), string(id))
}

// InvitationByToken implements iam.InvitationStore.
func (t *tx) InvitationByToken(ctx context.Context, hash []byte) (*iam.Invitation, error) {
	return one(ctx, t, "invitation", scanInvitation, selectInvitations+" WHERE token_hash = $1", hash)
}

// UseInvitation implements iam.InvitationStore. The condition is checked under
// the row's lock: of two at once, the second sees what the first wrote.
func (t *tx) UseInvitation(ctx context.Context, tenant iam.TenantID, hash []byte, by iam.UserID) error {
	n, err := t.exec(ctx, "UPDATE invitations SET state = 'accepted', accepted_at = $1, accepted_by = $2"+
		" WHERE tenant_id = $3 AND token_hash = $4 AND state = 'pending' AND expires_at > $1", micros(t.now), string(by), string(tenant), hash)
	if err == nil && n == 0 {
		return iam.NotFound("invitation")
	}
	return err
}

// UpdateInvitation implements iam.InvitationStore.
func (t *tx) UpdateInvitation(ctx context.Context, tenant iam.TenantID, i *iam.Invitation) error {
	n, err := t.exec(ctx, "UPDATE invitations SET state = $3, token_hash = $4, mail_id = $5, sent_at = $6, times_sent = $7, expires_at = $8,"+
		" email = $9, email_key = $10 WHERE tenant_id = $1 AND id = $2", string(tenant), string(i.ID), string(i.State), i.TokenHash, string(i.Mail), micros(i.SentAt),
		i.TimesSent, micros(i.ExpiresAt), i.Email, i.EmailKey)
	if err == nil && n == 0 {
		return iam.NotFound("invitation")
	}
	return t.refused(err, nil)
}

// endInvitations takes those back that a condition with its arguments selects, and
// their mails that were not sent yet.
func (t *tx) endInvitations(ctx context.Context, tenant iam.TenantID, condition string, args []any) error {
	var mails []iam.MailID
	err := t.each(ctx, "SELECT mail_id FROM invitations WHERE "+condition, args, func(row scanner) error {
		var mail iam.MailID
		err := row.Scan(&mail)
		mails = append(mails, mail)
		return err
	})
	if err != nil || len(mails) == 0 {
		return err
	}
	if err := t.CancelMails(ctx, tenant, mails); err != nil {
		return err
	}
	_, err = t.exec(ctx, "UPDATE invitations SET state = 'deleted', token_hash = NULL WHERE "+condition, args...)
	return err
}

// PersonInvitations implements iam.InvitationStore.
func (t *tx) PersonInvitations(ctx context.Context, tenant iam.TenantID, id iam.UserID) ([]*iam.Invitation, error) {
	return many(ctx, t, scanInvitation, selectInvitations+" WHERE tenant_id = $1 AND state = 'pending' AND user_id = $2 ORDER BY id", string(tenant), string(id))
}

// CountInvitations implements iam.InvitationStore.
func (t *tx) CountInvitations(ctx context.Context, tenant iam.TenantID, f iam.InvitationFilter, most int) (int, error) {
	var n int
	c := t.invitationsWhere(tenant, f)
	c.args = append(c.args, most)
	query := "SELECT COUNT(*) FROM (SELECT 1 FROM invitations WHERE " + c.text + " LIMIT $" + strconv.Itoa(len(c.args)) + ") AS c"
	err := t.row(ctx, "count", query, c.args, &n)
	return n, err
}

// Invitations implements iam.InvitationStore: the newest first.
func (t *tx) Invitations(ctx context.Context, tenant iam.TenantID, f iam.InvitationFilter) (iam.List[*iam.Invitation], error) {
	return newestFirst(ctx, t, newListID(tenant, "invitations", string(f.Below), string(f.State), f.Search, string(f.Role)), t.invitationsWhere(tenant, f), selectInvitations, f.Page,
		scanInvitation, func(i *iam.Invitation) string { return string(i.ID) })
}

func (t *tx) invitationsWhere(tenant iam.TenantID, f iam.InvitationFilter) *condition {
	c := where(tenant)
	if f.Below != "" {
		c.below(f.Below)
	}
	switch f.State {
	case "":
	case iam.InvitationPending:
		c.and("state = 'pending' AND expires_at > ", micros(t.now), "")
	case iam.InvitationExpired:
		c.and("(state = 'expired' OR state = 'pending' AND expires_at <= ", micros(t.now), ")")
	default:
		c.and("state = ", string(f.State), "")
	}
	if f.Role != "" {
		c.and("' ' || role_ids || ' ' LIKE ", "% "+likeText.Replace(string(f.Role))+" %", ` ESCAPE '\'`)
	}
	if f.Search != "" {
		c.and("email_key LIKE ", "%"+likeText.Replace(f.Search)+"%", ` ESCAPE '\'`)
	}
	return c
}

// likeText escapes what has a meaning in LIKE.
var likeText = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
