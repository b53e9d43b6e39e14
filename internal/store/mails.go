package store

import (
	"context"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

const mailColumns = "id, tenant_id, kind, recipient, subject, body_text, body_html, state, attempts, last_error," +
	" created_at, next_attempt_at, sent_at"

func scanMail(row scanner) (*iam.Mail, error) {
	m := &iam.Mail{}
	var created, next, sent int64
	err := row.Scan(&m.ID, &m.Tenant, &m.Kind, &m.To, &m.Subject, &m.Text, &m.HTML, &m.State, &m.Attempts, &m.LastError,
		&created, &next, &sent)
	m.CreatedAt, m.NextAttemptAt, m.SentAt = fromMicros(created), fromMicros(next), fromMicros(sent)
	return m, err
}

// EnqueueMail implements iam.MailStore.
func (t *tx) EnqueueMail(ctx context.Context, m *iam.Mail) error {
	_, err := t.exec(ctx, "INSERT INTO mails ("+mailColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
		string(m.ID), string(m.Tenant), m.Kind, m.To, m.Subject, m.Text, m.HTML, string(m.State), m.Attempts, m.LastError,
		micros(m.CreatedAt), micros(m.NextAttemptAt), micros(m.SentAt))
	return t.refused(err, iam.NotFound("tenant"))
}

// ClaimMails implements iam.MailStore. Rows that another node is claiming are
// passed over, and a claimed one is not due before its lease is over.
func (t *tx) ClaimMails(ctx context.Context, n int, lease time.Duration) ([]*iam.Mail, error) {
	due, err := many(ctx, t, scanMail, "SELECT "+mailColumns+" FROM mails WHERE state = 'queued' AND next_attempt_at <= $1"+
		" ORDER BY next_attempt_at, id LIMIT $2"+t.d.skipLocked, micros(t.now), n)
	if err != nil {
		return nil, err
	}
	until := t.now.Add(lease)
	err = bulks(due, func(due []*iam.Mail) error {
		args := []any{micros(until), micros(t.now)}
		for _, m := range due {
			args = append(args, string(m.ID))
			m.NextAttemptAt = until
		}
		_, err := t.exec(ctx, "UPDATE mails SET next_attempt_at = $1 WHERE state = 'queued' AND next_attempt_at <= $2 AND id IN ("+
			params(len(due), 3)+")", args...)
		return err
	})
	return due, err
}

// UpdateMail implements iam.MailStore.
func (t *tx) UpdateMail(ctx context.Context, m *iam.Mail) error {
	n, err := t.exec(ctx, "UPDATE mails SET state = $3, attempts = $4, last_error = $5, next_attempt_at = $6, sent_at = $7,"+
		" body_text = $8, body_html = $9 WHERE id = $1 AND tenant_id = $2", string(m.ID), string(m.Tenant), string(m.State), m.Attempts,
		m.LastError, micros(m.NextAttemptAt), micros(m.SentAt), m.Text, m.HTML)
	if err == nil && n == 0 {
		return iam.NotFound("mail")
	}
	return err
}

// Mail implements iam.MailStore.
func (t *tx) Mail(ctx context.Context, tenant iam.TenantID, id iam.MailID) (*iam.Mail, error) {
	return one(ctx, t, "mail", scanMail, "SELECT "+mailColumns+" FROM mails WHERE id = $1 AND tenant_id = $2", string(id), string(tenant))
}

// Mails implements iam.MailStore: the newest first.
func (t *tx) Mails(ctx context.Context, tenant iam.TenantID, p iam.Page) (iam.List[*iam.Mail], error) {
	return keysetList[*iam.Mail]{
		id:       newListID(tenant, "mails"),
		kinds:    "s",
		position: func(m *iam.Mail) []any { return []any{string(m.ID)} },
		fetch: func(pos []any, back bool, limit int) ([]*iam.Mail, error) {
			const base = "SELECT " + mailColumns + " FROM mails WHERE tenant_id = $1"
			switch {
			case pos == nil:
				return many(ctx, t, scanMail, base+" ORDER BY id DESC LIMIT $2", string(tenant), limit)
			case back:
				return many(ctx, t, scanMail, base+" AND id > $2 ORDER BY id LIMIT $3", string(tenant), pos[0], limit)
			}
			return many(ctx, t, scanMail, base+" AND id < $2 ORDER BY id DESC LIMIT $3", string(tenant), pos[0], limit)
		},
	}.page(p)
}
