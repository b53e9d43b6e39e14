package store

import (
	"context"

	"github.com/retinue/retinue/internal/iam"
)

func scanMailSettings(row scanner) (*iam.MailSettings, error) {
	m := &iam.MailSettings{}
	var off int64
	err := row.Scan(&m.Org, &m.SenderName, &m.ReplyTo, &off)
	m.NoticesOff = off != 0
	return m, err
}

// AllMailSettings implements iam.MailTextStore.
func (t *tx) AllMailSettings(ctx context.Context, tenant iam.TenantID) ([]*iam.MailSettings, error) {
	return many(ctx, t, scanMailSettings, "SELECT org_id, sender_name, reply_to, notices_off FROM mail_settings WHERE tenant_id = $1 ORDER BY org_id", string(tenant))
}

// SetMailSettings implements iam.MailTextStore.
func (t *tx) SetMailSettings(ctx context.Context, tenant iam.TenantID, m *iam.MailSettings) error {
	_, err := t.exec(ctx, "INSERT INTO mail_settings (tenant_id, org_id, sender_name, reply_to, notices_off, updated_at) VALUES ($1, $2, $3, $4, $5, $6)"+
		" ON CONFLICT (tenant_id, org_id) DO UPDATE SET sender_name = excluded.sender_name, reply_to = excluded.reply_to,"+
		" notices_off = excluded.notices_off, updated_at = excluded.updated_at",
		string(tenant), string(m.Org), m.SenderName, m.ReplyTo, number(m.NoticesOff), micros(t.now))
	return t.refused(err, iam.NotFound("organization"))
}

func scanMailTemplate(row scanner) (*iam.MailTemplate, error) {
	m := &iam.MailTemplate{}
	var updated int64
	err := row.Scan(&m.Kind, &m.Locale, &m.Subject, &m.Body, &m.Button, &m.Note, &updated)
	m.UpdatedAt = fromMicros(updated)
	return m, err
}

const selectMailTemplates = "SELECT kind, locale, subject, body, button, note, updated_at FROM mail_templates WHERE tenant_id = $1"

// MailTemplates implements iam.MailTextStore.
func (t *tx) MailTemplates(ctx context.Context, tenant iam.TenantID) ([]*iam.MailTemplate, error) {
	return many(ctx, t, scanMailTemplate, selectMailTemplates+" ORDER BY kind, locale", string(tenant))
}

// MailTemplate implements iam.MailTextStore.
func (t *tx) MailTemplate(ctx context.Context, tenant iam.TenantID, kind, locale string) (*iam.MailTemplate, error) {
	m, err := one(ctx, t, "text", scanMailTemplate, selectMailTemplates+" AND kind = $2 AND locale = $3", string(tenant), kind, locale)
	if iam.CodeOf(err) == iam.CodeNotFound {
		return nil, nil //nolint:nilnil // there being none is what it tells
	}
	return m, err
}

// SetMailTemplate implements iam.MailTextStore.
func (t *tx) SetMailTemplate(ctx context.Context, tenant iam.TenantID, m *iam.MailTemplate) error {
	_, err := t.exec(ctx, "INSERT INTO mail_templates (tenant_id, kind, locale, subject, body, button, note, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"+
		" ON CONFLICT (tenant_id, kind, locale) DO UPDATE SET subject = excluded.subject, body = excluded.body, button = excluded.button,"+
		" note = excluded.note, updated_at = excluded.updated_at",
		string(tenant), m.Kind, m.Locale, m.Subject, m.Body, m.Button, m.Note, micros(t.now))
	return t.refused(err, iam.NotFound("tenant"))
}

// DeleteMailTemplate implements iam.MailTextStore.
func (t *tx) DeleteMailTemplate(ctx context.Context, tenant iam.TenantID, kind, locale string) error {
	_, err := t.exec(ctx, "DELETE FROM mail_templates WHERE tenant_id = $1 AND kind = $2 AND locale = $3", string(tenant), kind, locale)
	return err
}
