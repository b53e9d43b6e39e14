package usercsv

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"github.com/retinue/retinue/internal/iam"
)

// What an export writes, an import reads as it was, and no cell begins like a
// formula.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringMatching(`[=+\-@'"a-zé,;\n ]{0,8}`)
		u := &iam.User{
			ID: "user_1", FirstName: cell.Draw(t, "first"), LastName: cell.Draw(t, "last"), Nickname: cell.Draw(t, "nick"),
			Email: "a@b.example", Type: iam.TypeAgent, Status: iam.StatusActive, CreatedAt: time.Unix(1, 0),
			LastSignInAt: time.Unix(rapid.Int64Range(1, 1<<33).Draw(t, "signed in"), 0),
		}
		var b bytes.Buffer
		w := NewWriter(&b, nil, nil)
		if err := errors.Join(w.Head(), w.Write(u, []string{"agent"}, "root"), w.Flush()); err != nil {
			t.Fatal(err)
		}
		r, err := NewReader(&b)
		if err != nil {
			t.Fatal(err)
		}
		var row Row
		if err := r.Read(&row); err != nil {
			t.Fatal(err)
		}
		if row.Values["first_name"] != u.FirstName || row.Values["last_name"] != u.LastName || row.Values["nickname"] != u.Nickname {
			t.Fatalf("wrote %+v, read %q", u, row.Values)
		}
		if at, err := time.Parse(time.RFC3339, row.Values["last_sign_in_at"]); err != nil || !at.Equal(u.LastSignInAt) {
			t.Fatalf("wrote %v, read %q", u.LastSignInAt, row.Values["last_sign_in_at"])
		}
		if err := r.Read(&row); !errors.Is(err, io.EOF) {
			t.Fatalf("a second row: %v", err)
		}
	})
}

func TestDefuse(t *testing.T) {
	for _, s := range []string{"=1+1", "+1", "-1", "@x", "\tx", "\rx", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20x", "'x", "''"} {
		got := Defuse(s)
		if !strings.HasPrefix(got, "'") || undefuse(got) != s {
			t.Errorf("Defuse(%q) = %q", s, got)
		}
	}
	for _, s := range []string{"Anna", "agent;supervisor", ";;", ""} {
		if got := Defuse(s); got != s {
			t.Errorf("Defuse(%q) = %q", s, got)
		}
	}
	// A spreadsheet that divides rows at semicolons sees several cells.
	for s, want := range map[string]string{"a;=1+1": "a;'=1+1", "=1;@x;b": "'=1;'@x;b", "a;'=1": "a;''=1"} {
		if got := Defuse(s); got != want || undefuse(got) != s {
			t.Errorf("Defuse(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestReader(t *testing.T) {
	header := "first_name,last_name,email,user_type\n"
	for name, tc := range map[string]struct{ in, code string }{
		"empty":   {"", "not_csv"},
		"binary":  {"\x89PNG\"\r\n\x1a", "not_csv"},
		"picture": {"\x89PNG\r\n\x1a\n", "not_csv"},
		"packed":  {"\x1f\x8b\x08\x00abc\n", "not_csv"},
		"unknown": {"first_name,last_name,email,user_type,pasword\n", "unknown_column"},
		"twice":   {"email,email\n", "double_column"},
		"missing": {"first_name,last_name,email\n", "missing_column"},
	} {
		_, err := NewReader(strings.NewReader(tc.in))
		e, ok := errors.AsType[*iam.Error](err)
		if !ok || e.Fields[0].Code != tc.code {
			t.Errorf("%s: got %v, want %s", name, err, tc.code)
		}
	}
	rows := []struct{ in, malformed string }{
		{header + "A,B,a@b.c,agent\n", ""},
		{"\xef\xbb\xbf" + header + "A,B,a@b.c,agent\n", ""},
		{strings.ReplaceAll(header+"A,B,a@b.c,agent\n", ",", ";"), ""},
		{strings.ReplaceAll(header+"A,B,a@b.c,agent\n", ",", "\t"), ""},
		{header + "J\xf6rg,B,a@b.c,agent\n", "not_utf8"},
		{header + "A,B,a@b.c\n", "cells"},
		{header + "A,\"B,a@b.c,agent\n", "not_csv"},
		{header + strings.Repeat("x", MaxRecord) + ",B,a@b.c,agent\n", "too_long"},
	}
	for _, tc := range rows {
		r, err := NewReader(strings.NewReader(tc.in))
		if err != nil {
			t.Fatal(err)
		}
		var row Row
		if err := r.Read(&row); err != nil || row.MalformedCode != tc.malformed || row.Line != 2 {
			t.Errorf("%.60q: line %d %q %v, want %q", tc.in, row.Line, row.MalformedCode, err, tc.malformed)
		}
	}
}

// What spreadsheets call Unicode text is UTF-16, and their first line may name the
// delimiter.
func TestSpreadsheetsFiles(t *testing.T) {
	text := "first_name\tlast_name\temail\tuser_type\r\nJörg\tB\ta@b.c\tagent\r\n"
	for name, tc := range map[string]struct {
		in   string
		line int64
	}{
		"UTF-16, little end first": {utf16Of(t, text, unicode.LittleEndian), 2},
		"UTF-16, big end first":    {utf16Of(t, text, unicode.BigEndian), 2},
		"sep=":                     {"sep=;\r\n" + strings.ReplaceAll(text, "\t", ";"), 3},
	} {
		r, err := NewReader(strings.NewReader(tc.in))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var row Row
		if err := r.Read(&row); err != nil || row.Values["first_name"] != "Jörg" || row.Values["user_type"] != "agent" || row.Line != tc.line {
			t.Errorf("%s: %+v %v", name, row, err)
		}
	}
}

func utf16Of(t *testing.T, text string, end unicode.Endianness) string {
	t.Helper()
	out, err := unicode.UTF16(end, unicode.UseBOM).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTemplateIsReadable(t *testing.T) {
	r, err := NewReader(strings.NewReader(Template))
	if err != nil {
		t.Fatal(err)
	}
	var row Row
	if err := r.Read(&row); err != nil || row.Malformed != "" || row.Values["phone"] != "+48 22 555 0100" {
		t.Fatalf("%v %+v", err, row)
	}
}

// A quote that is never closed must not bring the whole file into memory.
func TestUnclosedQuote(t *testing.T) {
	in := io.MultiReader(strings.NewReader("first_name,last_name,email,user_type\n\""), io.LimitReader(endless{}, 1<<40))
	r, err := NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Read(&Row{}); iam.CodeOf(err) != iam.CodeInvalid {
		t.Fatalf("got %v", err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}
