package audit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/retinue/retinue/internal/iam"
)

// Mark is a place in a chain and the hash of what was sealed there, written as
// SEQ:HASH. Kept elsewhere, it shows that everything up to there is still what it
// was: every hash is over the one before.
type Mark struct {
	Seq  int64
	Hash []byte // nil for no mark
}

// String writes the mark as UnmarshalText reads it.
func (m Mark) String() string { return fmt.Sprintf("%d:%x", m.Seq, m.Hash) }

var errNoMark = errors.New("write it as audit verify prints a head: the number of the event, a colon, and 64 hexadecimal digits")

// UnmarshalText reads a mark.
func (m *Mark) UnmarshalText(text []byte) error {
	number, digits, _ := strings.Cut(string(text), ":")
	seq, err := strconv.ParseInt(number, 10, 64)
	hash, hexErr := hex.DecodeString(digits)
	if err != nil || hexErr != nil || seq < 0 || len(hash) != sha256.Size {
		return fmt.Errorf("%q: %w", text, errNoMark)
	}
	*m = Mark{Seq: seq, Hash: hash}
	return nil
}

// Verification is what became of looking at a tenant's chain.
type Verification struct {
	Sealed int64            // events in the chain
	Head   Mark             // of the last event; none when the chain does not hold
	Breach *iam.ChainBreach // nil when the chain holds
	// Missed says in which way the chain is not the one of the mark that was
	// expected; "" when it is.
	Missed string
}

// Verify walks the chain of a tenant from beginning to end and looks whether it
// holds what is expected; the zero Mark expects nothing. A log without any event
// was cut off: a tenant's creation is its first.
func (s *Service) Verify(ctx context.Context, tenant iam.TenantID, expect Mark) (*Verification, error) {
	v := &Verification{}
	err := s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		if v.Sealed, v.Breach, err = tx.VerifyEvents(ctx, tenant); err != nil {
			return err
		}
		if v.Sealed == 0 && v.Breach == nil {
			waiting, err := tx.Events(ctx, tenant, iam.EventFilter{Page: iam.Page{Limit: 1}})
			if err != nil {
				return err
			}
			if len(waiting.Items) == 0 {
				v.Breach = &iam.ChainBreach{Seq: 1, Kind: "truncated"}
			}
		}
		if v.Breach == nil {
			v.Head.Seq = v.Sealed
			if v.Head.Hash, err = tx.SealedHash(ctx, tenant, v.Sealed); err != nil {
				return err
			}
		}
		if expect.Hash != nil {
			v.Missed, err = missed(ctx, tx, tenant, expect)
		}
		return err
	})
	return v, err
}

func missed(ctx context.Context, tx iam.Tx, tenant iam.TenantID, expect Mark) (string, error) {
	hash, err := tx.SealedHash(ctx, tenant, expect.Seq)
	switch {
	case iam.CodeOf(err) == iam.CodeNotFound:
		return fmt.Sprintf("event %d is expected and is not there: the end of the log was cut off", expect.Seq), nil
	case err != nil:
		return "", err
	case !bytes.Equal(hash, expect.Hash):
		return fmt.Sprintf("event %d has the hash %x, not the expected one: the log was written anew", expect.Seq, hash), nil
	}
	return "", nil
}
