package store

import (
	"context"
	"strconv"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

const mailColumns = "id, tenant_id, org_id, kind, from_name, reply_to, recipient, subject, body_text, body_html, state, attempts, last_error," +
	" problem_code, created_at, next_attempt_at, sent_at"

var mailTable = newBulkTable("INSERT INTO mails ("+mailColumns+")", iam.NotFound("tenant"))

func scanMail(row scanner) (*iam.Mail, error) {
	m := &iam.Mail{}
	var created, next, sent int64
	err := row.Scan(&m.ID, &m.Tenant, &m.Org, &m.Kind, &m.FromName, &m.ReplyTo, &m.To, &m.Subject, &m.Text, &m.HTML, &m.State, &m.Attempts,
		&m.LastError, &m.Problem, &created, &next, &sent)
	m.CreatedAt, m.NextAttemptAt, m.SentAt = fromMicros(created), fromMicros(next), fromMicros(sent)
	return m, err
}

func mailValues(tenant iam.TenantID, m *iam.Mail, v []any) {
	copy(v, []any{
		string(m.ID), string(tenant), string(m.Org), m.Kind, m.FromName, m.ReplyTo, m.To, m.Subject, m.Text, m.HTML, string(m.State),
		int64(m.Attempts), m.LastError, string(m.Problem), micros(m.CreatedAt), micros(m.NextAttemptAt), micros(m.SentAt),
	})
}

// EnqueueMail implements iam.MailStore.
func (t *tx) EnqueueMail(ctx context.Context, m *iam.Mail) error {
	v := make([]any, len(mailTable.columns))
	mailValues(m.Tenant, m, v)
	_, err := t.exec(ctx, "INSERT INTO mails ("+mailColumns+") VALUES ("+params(len(v), 1)+")", v...)
	return t.refused(err, iam.NotFound("tenant"))
}

// EnqueueMails implements iam.MailStore.
func (t *tx) EnqueueMails(ctx context.Context, tenant iam.TenantID, list []*iam.Mail) error {
	return t.insertBulk(ctx, mailTable, len(list), func(i int, v []any) { mailValues(tenant, list[i], v) })
}

// CancelMails implements iam.MailStore.
func (t *tx) CancelMails(ctx context.Context, tenant iam.TenantID, ids []iam.MailID) error {
	return bulks(ids, func(ids []iam.MailID) error {
		args := []any{string(tenant)}
		for _, id := range ids {
			args = append(args, string(id))
		}
		_, err := t.exec(ctx, "UPDATE mails SET state = 'cancelled', body_text = '', body_html = ''"+
			" WHERE tenant_id = $1 AND state IN ('queued', 'kept', 'failed') AND id IN ("+params(len(ids), 2)+")", args...)
		return err
	})
}

// furthestAttempt is more than any delay between two attempts to send a mail.
// What is due later was written when the clock was ahead.
const furthestAttempt = 8 * time.Hour

// ClaimMails implements iam.MailStore. Rows that another node is claiming are
// passed over, and a claimed one is not due before its lease is over.
func (t *tx) ClaimMails(ctx context.Context, n int, lease time.Duration) ([]*iam.Mail, error) {
	const due = "state = 'queued' AND (next_attempt_at <= $1 OR next_attempt_at > $2)"
	far := t.now.Add(max(furthestAttempt, 2*lease))
	claimed, err := many(ctx, t, scanMail, "SELECT "+mailColumns+" FROM mails WHERE "+due+
		" ORDER BY next_attempt_at, id LIMIT $3"+t.d.skipLocked, micros(t.now), micros(far), n)
	if err != nil {
		return nil, err
	}
	until := t.now.Add(lease)
	err = bulks(claimed, func(part []*iam.Mail) error {
		args := []any{micros(t.now), micros(far), micros(until)}
		for _, m := range part {
			args = append(args, string(m.ID))
			m.NextAttemptAt = until
		}
		_, err := t.exec(ctx, "UPDATE mails SET next_attempt_at = $3 WHERE "+due+" AND id IN ("+params(len(part), 4)+")", args...)
		return err
	})
	return claimed, err
}

// UpdateMail implements iam.MailStore. A mail that was cancelled stays so,
// unless it was on its way already and has arrived.
func (t *tx) UpdateMail(ctx context.Context, m *iam.Mail) error {
	n, err := t.exec(ctx, "UPDATE mails SET state = $3, attempts = $4, last_error = $5, next_attempt_at = $6, sent_at = $7,"+
		" body_text = $8, body_html = $9, problem_code = $10 WHERE id = $1 AND tenant_id = $2 AND (state <> 'cancelled' OR $3 = 'sent')",
		string(m.ID), string(m.Tenant), string(m.State), m.Attempts, m.LastError, micros(m.NextAttemptAt), micros(m.SentAt), m.Text, m.HTML, string(m.Problem))
	if err == nil && n == 0 {
		return iam.NotFound("mail")
	}
	return err
}

// Mail implements iam.MailStore.
func (t *tx) Mail(ctx context.Context, tenant iam.TenantID, id iam.MailID) (*iam.Mail, error) {
	return one(ctx, t, "mail", scanMail, "SELECT "+mailColumns+" FROM mails WHERE id = $1 AND tenant_id = $2", string(id), string(tenant))
}

// condition collects the conditions of a filtered list; the tenant is $1.
type condition struct {
	text string
	args []any
}

func where(tenant iam.TenantID) *condition {
	return &condition{"tenant_id = $1", []any{string(tenant)}}
}

// and adds a condition in which % stands for the value's parameter.
func (c *condition) and(before string, value any, after string) {
	c.args = append(c.args, value)
	c.text += " AND " + before + "$" + strconv.Itoa(len(c.args)) + after
}

// below restricts the column org_id to an organization and those below it.
func (c *condition) below(org iam.OrgID) {
	c.and("org_id IN (WITH RECURSIVE below(id) AS (SELECT o.id FROM organizations o WHERE o.tenant_id = $1 AND o.id = ", string(org),
		" UNION ALL SELECT o.id FROM below b JOIN organizations o ON o.tenant_id = $1 AND o.parent_id = b.id) SELECT id FROM below)")
}

// newestFirst pages through what the condition selects by the column id.
func newestFirst[T any](ctx context.Context, t *tx, id listID, c *condition, selects string, p iam.Page,
	scan func(scanner) (*T, error), idOf func(*T) string,
) (iam.List[*T], error) {
	return keysetList[*T]{
		id:       id,
		kinds:    "s",
		position: func(v *T) []any { return []any{idOf(v)} },
		fetch: func(pos []any, back bool, limit int) ([]*T, error) {
			page := condition{c.text, append([]any(nil), c.args...)}
			order := " ORDER BY id DESC LIMIT "
			switch {
			case pos == nil:
			case back:
				page.and("id > ", pos[0], "")
				order = " ORDER BY id LIMIT "
			default:
				page.and("id < ", pos[0], "")
			}
			page.args = append(page.args, limit)
			return many(ctx, t, scan, selects+" WHERE "+page.text+order+"$"+strconv.Itoa(len(page.args)), page.args...)
		},
	}.page(p)
}

// Mails implements iam.MailStore: the newest first.
func (t *tx) Mails(ctx context.Context, tenant iam.TenantID, f iam.MailFilter) (iam.List[*iam.Mail], error) {
	c := where(tenant)
	if f.Below != "" {
		c.below(f.Below)
	}
	if f.State != "" {
		c.and("state = ", string(f.State), "")
	}
	return newestFirst(ctx, t, newListID(tenant, "mails", string(f.Below), string(f.State)), c, "SELECT "+mailColumns+" FROM mails", f.Page,
		scanMail, func(m *iam.Mail) string { return string(m.ID) })
}
