package store

import (
	"context"

	"github.com/retinue/retinue/internal/iam"
)

func scanMailSettings(row scanner) (*iam.MailSettings, error) {
	m := &iam.MailSettings{}
	var off int64
	err := row.Scan(&m.Org, &m.SenderName, &m.ReplyTo, &off, &m.Version)
	m.NoticesOff = off != 0
	return m, err
}

// AllMailSettings implements iam.MailTextStore.
func (t *tx) AllMailSettings(ctx context.Context, tenant iam.TenantID) ([]*iam.MailSettings, error) {
	return many(ctx, t, scanMailSettings, "SELECT org_id, sender_name, reply_to, notices_off, version FROM mail_settings WHERE tenant_id = $1 ORDER BY org_id", string(tenant))
}

// SetMailSettings implements iam.MailTextStore.
func (t *tx) SetMailSettings(ctx context.Context, tenant iam.TenantID, m *iam.MailSettings) error {
	return t.saveVersioned(ctx, "sender", &m.Version,
		"INSERT INTO mail_settings (tenant_id, org_id, sender_name, reply_to, notices_off, updated_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7 + 1)"+
			" ON CONFLICT (tenant_id, org_id) DO UPDATE SET sender_name = excluded.sender_name, reply_to = excluded.reply_to, notices_off = excluded.notices_off,"+
			" updated_at = excluded.updated_at, version = excluded.version WHERE mail_settings.version = $7",
		string(tenant), string(m.Org), m.SenderName, m.ReplyTo, number(m.NoticesOff), micros(t.now))
}

func scanMailTemplate(row scanner) (*iam.MailTemplate, error) {
	m := &iam.MailTemplate{}
	var own, updated int64
	err := row.Scan(&m.Kind, &m.Locale, &m.Subject, &m.Body, &m.Button, &m.Note, &own, &updated, &m.Version)
	m.Own, m.UpdatedAt = own != 0, fromMicros(updated)
	return m, err
}

// MailTemplates implements iam.MailTextStore.
func (t *tx) MailTemplates(ctx context.Context, tenant iam.TenantID) ([]*iam.MailTemplate, error) {
	return many(ctx, t, scanMailTemplate,
		"SELECT kind, locale, subject, body, button, note, own, updated_at, version FROM mail_templates WHERE tenant_id = $1 ORDER BY kind, locale", string(tenant))
}

// SetMailTemplate implements iam.MailTextStore.
func (t *tx) SetMailTemplate(ctx context.Context, tenant iam.TenantID, m *iam.MailTemplate) error {
	m.UpdatedAt = t.now
	return t.saveVersioned(ctx, "text", &m.Version,
		"INSERT INTO mail_templates (tenant_id, kind, locale, subject, body, button, note, own, updated_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10 + 1)"+
			" ON CONFLICT (tenant_id, kind, locale) DO UPDATE SET subject = excluded.subject, body = excluded.body, button = excluded.button, note = excluded.note,"+
			" own = excluded.own, updated_at = excluded.updated_at, version = excluded.version WHERE mail_templates.version = $10",
		string(tenant), m.Kind, m.Locale, m.Subject, m.Body, m.Button, m.Note, number(m.Own), micros(t.now))
}
