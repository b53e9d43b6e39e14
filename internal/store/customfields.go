package store

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/userindex"
)

const customFieldColumns = "id, key, label, kind, required, in_table, choices, position, created_at, updated_at, version"

func scanCustomField(row scanner) (*iam.CustomField, error) {
	f := &iam.CustomField{}
	var required, inTable, position, created, updated int64
	var choices string
	if err := row.Scan(&f.ID, &f.Key, &f.Label, &f.Kind, &required, &inTable, &choices, &position, &created, &updated, &f.Version); err != nil {
		return nil, err
	}
	f.Required, f.InTable, f.Position = required > 0, inTable > 0, int(position)
	f.CreatedAt, f.UpdatedAt = fromMicros(created), fromMicros(updated)
	if choices == noChoices {
		return f, nil
	}
	if err := json.Unmarshal([]byte(choices), &f.Choices); err != nil {
		return nil, fmt.Errorf("read the choices of %s: %w", f.ID, err)
	}
	return f, nil
}

// noChoices is how a field without choices is kept.
const noChoices = "[]"

// encodeChoices writes choices as they are kept.
func encodeChoices(f *iam.CustomField) (string, error) {
	if len(f.Choices) == 0 {
		return noChoices, nil
	}
	b, err := json.Marshal(f.Choices)
	return string(b), err
}

// CustomFields implements iam.CustomFieldStore.
func (t *tx) CustomFields(ctx context.Context, tenant iam.TenantID) ([]*iam.CustomField, error) {
	return many(ctx, t, scanCustomField,
		"SELECT "+customFieldColumns+" FROM custom_fields WHERE tenant_id = $1 AND deleted_at = 0 ORDER BY position, id", string(tenant))
}

// InsertCustomField implements iam.CustomFieldStore.
func (t *tx) InsertCustomField(ctx context.Context, tenant iam.TenantID, f *iam.CustomField) error {
	f.CreatedAt, f.UpdatedAt, f.Version = t.now, t.now, 1
	choices, err := encodeChoices(f)
	if err != nil {
		return err
	}
	if _, err := t.exec(ctx, "INSERT INTO custom_fields (tenant_id, "+customFieldColumns+", deleted_at)"+
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0)",
		string(tenant), string(f.ID), f.Key, f.Label, string(f.Kind), number(f.Required), number(f.InTable), choices,
		int64(f.Position), micros(t.now), micros(t.now), f.Version); err != nil {
		return t.refused(err, iam.NotFound("tenant"))
	}
	return t.directoryChanged(ctx, tenant)
}

// UpdateCustomField implements iam.CustomFieldStore.
func (t *tx) UpdateCustomField(ctx context.Context, tenant iam.TenantID, f *iam.CustomField) error {
	choices, err := encodeChoices(f)
	if err != nil {
		return err
	}
	n, err := t.exec(ctx, "UPDATE custom_fields SET label = $1, required = $2, in_table = $3, choices = $4, updated_at = $5, version = version + 1"+
		" WHERE tenant_id = $6 AND id = $7 AND version = $8 AND deleted_at = 0",
		f.Label, number(f.Required), number(f.InTable), choices, micros(t.now), string(tenant), string(f.ID), f.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		exists, err := t.has(ctx, "SELECT 1 FROM custom_fields WHERE tenant_id = $1 AND id = $2 AND deleted_at = 0", string(tenant), string(f.ID))
		if err != nil {
			return err
		}
		return stale(exists, "field")
	}
	f.UpdatedAt, f.Version = t.now, f.Version+1
	return t.directoryChanged(ctx, tenant)
}

// MoveCustomField implements iam.CustomFieldStore.
func (t *tx) MoveCustomField(ctx context.Context, tenant iam.TenantID, id iam.FieldID, position int) error {
	n, err := t.exec(ctx, "UPDATE custom_fields SET position = $1 WHERE tenant_id = $2 AND id = $3 AND deleted_at = 0",
		int64(position), string(tenant), string(id))
	if err := gone(n, err, "field"); err != nil {
		return err
	}
	return t.directoryChanged(ctx, tenant)
}

// DeleteCustomField implements iam.CustomFieldStore.
func (t *tx) DeleteCustomField(ctx context.Context, tenant iam.TenantID, id iam.FieldID) error {
	n, err := t.exec(ctx, "UPDATE custom_fields SET deleted_at = $1 WHERE tenant_id = $2 AND id = $3 AND deleted_at = 0",
		micros(t.now), string(tenant), string(id))
	if err := gone(n, err, "field"); err != nil {
		return err
	}
	return t.directoryChanged(ctx, tenant)
}

// deletedField is a field whose values are being removed.
type deletedField struct {
	tenant iam.TenantID
	id     iam.FieldID
	at     int64
}

// SweepCustomFields implements iam.CustomFieldStore.
func (t *tx) SweepCustomFields(ctx context.Context, before time.Time, limit int) (int, error) {
	var list []deletedField
	if err := t.each(ctx, "SELECT tenant_id, id, deleted_at FROM custom_fields WHERE deleted_at > 0 ORDER BY deleted_at, id LIMIT 100", nil,
		func(row scanner) error {
			var f deletedField
			err := row.Scan(&f.tenant, &f.id, &f.at)
			list = append(list, f)
			return err
		}); err != nil {
		return 0, err
	}
	swept := 0
	for _, f := range list {
		if swept == limit {
			break
		}
		n, err := t.sweepField(ctx, f, limit-swept)
		if err != nil {
			return swept, err
		}
		if swept += n; n == 0 && f.at < micros(before) {
			if _, err := t.exec(ctx, "DELETE FROM custom_fields WHERE tenant_id = $1 AND id = $2", string(f.tenant), string(f.id)); err != nil {
				return swept, err
			}
		}
	}
	return swept, nil
}

// sweepField removes the values of one field from up to limit users.
func (t *tx) sweepField(ctx context.Context, f deletedField, limit int) (int, error) {
	page, err := t.store.index.Page(ctx, t.userIndex(), f.tenant, userindex.Query{
		Filter: userindex.Filter{Tags: []string{tagField(f.id)}}, Sort: userindex.Sort{By: userindex.ByCreation}, Limit: limit,
	})
	if err != nil {
		return 0, err
	}
	seqs := make([]int64, len(page.Users))
	for i, p := range page.Users {
		seqs[i] = p.Seq
	}
	var l userLoad
	if err := eachIn(ctx, t, f.tenant, userColumnsSelect+" FROM users u WHERE "+t.d.ownSeqs, t.d.forUpdate, seqs, l.scan); err != nil {
		return 0, err
	}
	if err := t.loadTeams(ctx, f.tenant, &l); err != nil {
		return 0, err
	}
	n := 0
	for _, u := range l.list {
		if _, has := u.CustomValues[f.id]; !has {
			continue
		}
		left := maps.Clone(u.CustomValues)
		delete(left, f.id)
		if _, err := t.exec(ctx, "UPDATE users SET custom_values = $1 WHERE tenant_id = $2 AND id = $3",
			encodeCustomValues(left), string(f.tenant), string(u.ID)); err != nil {
			return n, err
		}
		if err := t.noteChange(ctx, f.tenant, u.Seq, userindex.ChangeUpdated, u); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// encodeCustomValues writes the values of a user as they are kept: the same
// values always as the same text.
func encodeCustomValues(values map[iam.FieldID]string) string {
	if len(values) == 0 {
		return ""
	}
	b, err := json.Marshal(values)
	if err != nil {
		panic(err) // a map of texts can be written
	}
	return string(b)
}

// tagCustom begins the tags of custom fields. What follows is a hash, so that
// they are short, and so that the index does not tell what people have.
const tagCustom = "f:"

// tagField is the tag of everybody who has a value of a field.
func tagField(id iam.FieldID) string { return tagCustom + shortHash(string(id)) }

// tagValue is the tag of everybody who has this value of a field, but for case
// and accents.
func tagValue(id iam.FieldID, value string) string {
	return tagCustom + shortHash(string(id)+"\x00"+fold.Text(value))
}

func tagOf(m iam.FieldMatch) string {
	if m.Value == "" {
		return tagField(m.Field)
	}
	return tagValue(m.Field, m.Value)
}

// shortHash has 96 bits: no two of all values ever kept will meet.
func shortHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}
