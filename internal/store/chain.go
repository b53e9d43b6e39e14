package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"

	"github.com/retinue/retinue/internal/iam"
)

// chainHead is the end of a tenant's audit chain.
type chainHead struct {
	seq  int64
	hash []byte
	// openUntil is up to where names can have been under the hash.
	openUntil int64
}

// noEvents is the end of a chain without events.
func noEvents() chainHead { return chainHead{hash: make([]byte, sha256.Size)} }

// sum is the hash that seals the row at seq behind prev: SHA-256 over the
// tenant, the position, the hash before and every field, each text with its
// length before it, so that no two different events have the same encoding. Of
// the parts that are about people, it is over their salted digests. The hash of
// an event that can't be the one that was sealed is nil.
func (r *eventRow) sum(tenant iam.TenantID, seq int64, prev, scratch []byte) (hash, buffer []byte) {
	var parts [eventParts][sha256.Size]byte
	if len(r.salts) != eventParts*saltSize {
		return r.firstSum(tenant, seq, prev, scratch)
	}
	for part := range eventParts {
		var ok bool
		if parts[part], ok, scratch = r.digest(part, scratch); !ok {
			return nil, scratch
		}
	}
	// Events from before there were organizations in them are sealed without one:
	// neither can be given one nor lose it unseen.
	version := byte(2)
	if r.texts[textOrg] != "" {
		version = 3
	}
	b := r.begin(scratch, version, tenant, seq, prev)
	for _, i := range openTexts {
		b = appendText(b, r.texts[i])
	}
	if version == 3 {
		b = appendText(b, r.texts[textOrg])
	}
	for _, digest := range parts {
		b = append(b, digest[:]...)
	}
	h := sha256.Sum256(b)
	return h[:], b
}

// begin is how every encoding begins: with its own version.
func (r *eventRow) begin(scratch []byte, version byte, tenant iam.TenantID, seq int64, prev []byte) []byte {
	b := append(scratch[:0], version)
	b = appendText(b, string(tenant))
	b = binary.BigEndian.AppendUint64(b, uint64(seq))
	b = appendText(b, string(prev))
	b = appendText(b, r.id)
	return binary.BigEndian.AppendUint64(b, uint64(r.at))
}

// firstSum is the hash of an event from before there were parts: over all of its
// texts. Of one that was erased since, the hash can't be made again: it counts
// as it is, and so does its place in the chain.
func (r *eventRow) firstSum(tenant iam.TenantID, seq int64, prev, scratch []byte) (hash, buffer []byte) {
	if len(r.salts) != 0 || r.texts[textPersonal] != "" || r.texts[textOrg] != "" {
		return nil, scratch
	}
	if r.erased != 0 {
		for part := range eventParts {
			if r.erased&(1<<part) != 0 && !r.blank(part) {
				return nil, scratch
			}
		}
		return r.hash, scratch
	}
	b := r.begin(scratch, 1, tenant, seq, prev)
	for _, s := range r.texts[:textPersonal] {
		b = appendText(b, s)
	}
	h := sha256.Sum256(b)
	return h[:], b
}

// lockHead reads the head of the chain and keeps other sealers of the tenant
// out until the transaction ends.
func (t *tx) lockHead(ctx context.Context, tenant iam.TenantID) (chainHead, error) {
	h, err := t.head(ctx, tenant, t.d.forUpdate)
	if iam.CodeOf(err) != iam.CodeNotFound {
		return h, err
	}
	none := noEvents()
	_, err = t.exec(ctx, "INSERT INTO audit_heads (tenant_id, seq, hash) VALUES ($1, $2, $3) ON CONFLICT (tenant_id) DO NOTHING",
		string(tenant), none.seq, none.hash)
	if err := t.refused(err, iam.NotFound("tenant")); err != nil {
		return h, err
	}
	return t.head(ctx, tenant, t.d.forUpdate)
}

func (t *tx) head(ctx context.Context, tenant iam.TenantID, lock string) (h chainHead, err error) {
	err = t.row(ctx, "audit chain", "SELECT seq, hash, open_until FROM audit_heads WHERE tenant_id = $1"+lock,
		[]any{string(tenant)}, &h.seq, &h.hash, &h.openUntil)
	return h, err
}

// seal gives the rows the next places in the chain.
func (h *chainHead) seal(tenant iam.TenantID, rows []*eventRow) {
	var scratch []byte
	for _, r := range rows {
		h.seq++
		h.hash, scratch = r.sum(tenant, h.seq, h.hash, scratch)
		r.seq, r.hash = h.seq, h.hash
	}
}

func (t *tx) moveHead(ctx context.Context, tenant iam.TenantID, h chainHead) error {
	_, err := t.exec(ctx, "UPDATE audit_heads SET seq = $2, hash = $3 WHERE tenant_id = $1", string(tenant), h.seq, h.hash)
	return err
}

// SealEvents implements iam.AuditStore. Events that are appended meanwhile wait
// for the next call: their place is where they are sealed, not their id.
func (t *tx) SealEvents(ctx context.Context, tenant iam.TenantID, limit int) (int, error) {
	h, err := t.lockHead(ctx, tenant)
	if err != nil {
		return 0, err
	}
	rows, err := many(ctx, t, scanEventRow, "SELECT "+eventSelect+
		" FROM audit_events WHERE tenant_id = $1 AND seq IS NULL ORDER BY id LIMIT $2", string(tenant), limit)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	h.seal(tenant, rows)
	bytesForm := t.d.ddl.Replace("CAST(% AS {{bytes}})")
	err = bulks(rows, func(rows []*eventRow) error {
		args := make([]any, 1, 1+3*len(rows))
		args[0] = string(tenant)
		for _, r := range rows {
			args = append(args, r.id, r.seq, r.hash)
		}
		_, err := t.exec(ctx, "UPDATE audit_events SET seq = v.column2, hash = v.column3 FROM (VALUES "+
			tuples(len(rows), 2, "CAST(% AS text)", "CAST(% AS bigint)", bytesForm)+
			") AS v WHERE tenant_id = $1 AND id = v.column1 AND seq IS NULL", args...)
		return err
	})
	if err != nil {
		return 0, err
	}
	return len(rows), t.moveHead(ctx, tenant, h)
}

// newEventRows returns the rows of events.
func newEventRows(events []*iam.Event) ([]*eventRow, error) {
	rows := make([]*eventRow, len(events))
	const size = eventParts * saltSize
	salts := newSalts(len(events))
	for i, e := range events {
		r, err := newEventRow(e, salts[i*size:(i+1)*size])
		if err != nil {
			return nil, err
		}
		rows[i] = &r
	}
	return rows, nil
}

// insertSealed adds events that are part of the chain already, rows being
// theirs, and sets their Seq and Hash. Other sealers of the tenant wait until
// the transaction ends.
func (t *tx) insertSealed(ctx context.Context, tenant iam.TenantID, events []*iam.Event, rows []*eventRow) error {
	if len(events) == 0 {
		return nil
	}
	h, err := t.lockHead(ctx, tenant)
	if err != nil {
		return err
	}
	h.seal(tenant, rows)
	err = t.insertBulk(ctx, eventTable, len(rows), func(i int, values []any) { rows[i].values(tenant, values) })
	if err != nil {
		return err
	}
	if err := t.noteBehalf(ctx, tenant, rows); err != nil {
		return err
	}
	for i, r := range rows {
		events[i].Seq, events[i].Hash = r.seq, r.hash
	}
	return t.moveHead(ctx, tenant, h)
}

// VerifyEvents implements iam.AuditStore. It reads the chain once, in order, and
// keeps one row in memory.
func (t *tx) VerifyEvents(ctx context.Context, tenant iam.TenantID) (int64, *iam.ChainBreach, error) {
	h, err := t.head(ctx, tenant, "")
	if iam.CodeOf(err) == iam.CodeNotFound {
		h, err = noEvents(), nil
	}
	if err != nil {
		return 0, nil, err
	}
	v := verifier{tenant: tenant, last: noEvents(), openUntil: h.openUntil}
	err = t.each(ctx, "SELECT "+eventSelect+" FROM audit_events WHERE tenant_id = $1 AND seq IS NOT NULL ORDER BY seq",
		[]any{string(tenant)}, func(row scanner) error {
			r, err := scanEventRow(row)
			if err == nil {
				v.next(r)
			}
			return err
		})
	if err != nil {
		return 0, nil, err
	}
	return v.sealed, v.end(h), nil
}

// SealedHash implements iam.AuditStore.
func (t *tx) SealedHash(ctx context.Context, tenant iam.TenantID, seq int64) (hash []byte, err error) {
	if seq == 0 {
		return noEvents().hash, nil
	}
	err = t.row(ctx, "event", "SELECT hash FROM audit_events WHERE tenant_id = $1 AND seq = $2", []any{string(tenant), seq}, &hash)
	return hash, err
}

// verifier walks a chain.
type verifier struct {
	tenant  iam.TenantID
	last    chainHead
	lastID  string
	sealed  int64
	breach  *iam.ChainBreach
	wrong   *eventRow // the row that is not what was sealed there
	scratch []byte

	openUntil int64
}

func (v *verifier) next(r *eventRow) {
	v.sealed++
	switch {
	case v.wrong != nil:
		v.belongs(r)
	case v.breach != nil: // only the first one counts
	case r.seq != v.last.seq+1:
		kind := "missing"
		if r.seq <= v.last.seq {
			kind = "reordered"
		}
		v.breach = &iam.ChainBreach{Seq: v.last.seq + 1, Kind: kind}
	default:
		var hash []byte
		if hash, v.scratch = r.sum(v.tenant, r.seq, v.last.hash, v.scratch); !r.excused(v.openUntil) && !bytes.Equal(hash, r.hash) {
			v.wrong = r
			v.breach = &iam.ChainBreach{Seq: r.seq, Event: iam.EventID(r.id), Kind: "changed"}
			return
		}
		v.last, v.lastID = chainHead{seq: r.seq, hash: r.hash}, r.id
	}
}

// belongs looks whether r is what was sealed in the place of the wrong row: then
// nothing was changed but the order. Its hash moved with it or stayed.
func (v *verifier) belongs(r *eventRow) {
	if len(r.salts) == 0 && r.erased != 0 || r.erased&openErased != 0 {
		return // its hash says nothing about a place
	}
	var hash []byte
	hash, v.scratch = r.sum(v.tenant, v.wrong.seq, v.last.hash, v.scratch)
	if bytes.Equal(hash, r.hash) || bytes.Equal(hash, v.wrong.hash) {
		v.breach.Kind, v.wrong = "reordered", nil
	}
}

// end compares the end of the chain with what the head says it is.
func (v *verifier) end(h chainHead) *iam.ChainBreach {
	switch {
	case v.breach != nil:
		return v.breach
	case v.last.seq < h.seq:
		return &iam.ChainBreach{Seq: v.last.seq + 1, Kind: "truncated"}
	case v.last.seq > h.seq || !bytes.Equal(v.last.hash, h.hash):
		// Rows that were not sealed by this program, or a head that was altered.
		return &iam.ChainBreach{Seq: v.last.seq, Event: iam.EventID(v.lastID), Kind: "changed"}
	}
	return nil
}
