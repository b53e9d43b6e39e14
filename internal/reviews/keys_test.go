package reviews

import (
	"bufio"
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tenanttest"
	"github.com/retinue/retinue/internal/tokens"
)

// A report verifies long after the key that signed it stopped signing, and keys
// that signed no report are gone by then.
func TestReportsVerifyAfterRotations(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(t, k), k.Caller(k.Admin)
	k.User(tenanttest.Person{Type: iam.TypeAgent})
	v := start(t, s, admin, Start{Name: "Spring"})
	if _, err := s.Finish(t.Context(), admin, v.ID, true); err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	out := bufio.NewWriter(&buf)
	if err := s.WriteCSV(t.Context(), admin, v.ID, out); err != nil {
		t.Fatal(err)
	}
	_ = out.Flush()
	_, signature, _ := strings.Cut(buf.String(), "signature,")
	parsed, err := jwt.ParseSigned(strings.TrimSpace(signature), []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		t.Fatal(err)
	}
	verifies := func() bool {
		set, err := s.Tokens.KeySet(t.Context(), admin.Tenant)
		if err != nil {
			t.Fatal(err)
		}
		if len(set.Keys) > 4 {
			t.Errorf("%d keys are published", len(set.Keys))
		}
		var claims tokens.Attestation
		return parsed.Claims(set, &claims) == nil
	}
	for month := range 24 {
		k.Clock.Advance(tokens.KeyLifetime)
		for range 3 {
			if _, err := s.Tokens.Rotate(t.Context()); err != nil {
				t.Fatal(err)
			}
			k.Clock.Advance(tokens.PublishedBefore)
		}
		if !verifies() {
			t.Fatalf("after %d rotations the report can't be verified", month+1)
		}
	}
	k.Clock.Advance(tokens.AttestedFor + 48*time.Hour)
	if _, err := s.Tokens.Rotate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if verifies() {
		t.Error("the key is there for ever")
	}
}
