package main

import (
	"bufio"
	"encoding/base64"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/retinue/retinue/internal/people"
	"github.com/retinue/retinue/internal/usercsv"
)

// seed makes the people of every run the same.
const seed = 2026

// csvColumns are the columns of the files that are imported.
var csvColumns = []string{
	"first_name", "last_name", "nickname", "email", "phone", "external_id", "timezone", "locale",
	"user_type", "status", "roles", "password_hash", "last_sign_in_at", "organization",
}

// peopleFile is what a file of users is made of.
type peopleFile struct {
	generator *people.Generator
	count     int
	now       time.Time
	// signers is how many people who can sign in get the hash known, for the
	// password that the sign-in benchmark knows. Everybody else gets a hash of
	// the same form that belongs to no password: computing a million real ones
	// would take half a day.
	signers int
	known   string
	// roles tells whether people hold roles; the small tenants have none.
	roles bool
	// places are where people belong; nil: all to the company itself.
	places *places
}

// write writes the CSV and returns the addresses of the people with the known
// password.
func (f *peopleFile) write(w io.Writer) (signers []string, err error) {
	buffered := bufio.NewWriterSize(w, 1<<20)
	out := csv.NewWriter(buffered)
	if err := out.Write(csvColumns); err != nil {
		return nil, err
	}
	hashes := newHashes()
	for i := range f.count {
		p := f.generator.Person(i)
		hash := hashes.next()
		if p.Type == "service" {
			hash = ""
		} else if len(signers) < f.signers && p.Status == "active" {
			hash = f.known
			signers = append(signers, p.Email)
		}
		if err := out.Write(f.record(i, &p, hash)); err != nil {
			return nil, err
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return nil, err
	}
	if len(signers) < f.signers {
		return nil, fmt.Errorf("only %d of %d people can sign in", len(signers), f.count)
	}
	return signers, buffered.Flush()
}

func (f *peopleFile) record(i int, p *people.Person, hash string) []string {
	// The generator draws numbers without looking at its other people; here they
	// must differ.
	externalID := p.ExternalID
	if externalID != "" {
		externalID = fmt.Sprintf("E-%07d", i)
	}
	record := []string{
		p.GivenName, p.FamilyName, p.Nickname, p.Email, p.Phone, externalID, p.Timezone, p.Locale,
		p.Type, p.Status, "", hash, "", "",
	}
	if f.places != nil && p.Type != "tenant_admin" {
		record[13] = f.places.next(i)
	}
	if f.roles {
		record[10] = strings.Join(p.Roles, ";")
	}
	if p.LastSignInAgo >= 0 {
		record[12] = usercsv.Stamp(f.now.Add(-p.LastSignInAgo))
	}
	for i := range record {
		record[i] = usercsv.Defuse(record[i])
	}
	return record
}

// hashes makes PHC strings of argon2id with the product's default parameters,
// from random salts and keys that are the same in every run.
type hashes struct{ random *rand.ChaCha8 }

func newHashes() *hashes { return &hashes{rand.NewChaCha8([32]byte{seed & 0xff, seed >> 8})} }

func (h *hashes) next() string {
	var b [48]byte
	_, _ = h.random.Read(b[:]) // never fails
	b64 := base64.RawStdEncoding
	return "$argon2id$v=19$m=19456,t=2,p=1$" + b64.EncodeToString(b[:16]) + "$" + b64.EncodeToString(b[16:])
}
