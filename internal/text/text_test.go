package text

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/retinue/retinue/internal/iam"
)

// problem is what Name or Description says about s: "" when it is fine.
func problem(check func(*Checker, string, *string), s *string) string {
	var c Checker
	check(&c, "/x", s)
	if len(c.fields) == 0 {
		return ""
	}
	return c.fields[0].Code
}

func TestName(t *testing.T) {
	for in, want := range map[string]struct{ out, code string }{
		" Night shift ":                                {"Night shift", ""},
		"Cafe\u0301":                                   {"Café", ""},
		"夜勤 👩‍🚀":                                       {"夜勤 👩‍🚀", ""},
		strings.Repeat("é", 80):                        {strings.Repeat("é", 80), ""},
		strings.Repeat("é", 81):                        {strings.Repeat("é", 81), "too_long"},
		strings.Repeat("e\u0301", 80):                  {strings.Repeat("é", 80), ""},
		strings.Repeat("\u03b1\u0313\u0300\u0345", 80): {strings.Repeat("\u1f82", 80), ""},
		strings.Repeat("e\u0301", 81):                  {strings.Repeat("é", 81), "too_long"},
		"":                                             {"", "required"},
		"\u200b\u200d\u00a0":                           {"", "required"},
		"a\u0000b":                                     {"a\u0000b", "invalid_text"},
		"a\nb":                                         {"a\nb", "invalid_text"},
		"a\u202eb":                                     {"a\u202eb", "invalid_text"},
		"a\u2028b":                                     {"a\u2028b", "invalid_text"},
		"a\xffb":                                       {"a\xffb", "invalid_text"},
		strings.Repeat("x", 1e6):                       {strings.Repeat("x", 1e6), "too_long"},
		"<script>alert()</script>":                     {"<script>alert()</script>", ""},
	} {
		got := in
		if code := problem((*Checker).Name, &got); code != want.code || got != want.out {
			t.Errorf("%.40q became %.40q, %q; want %.40q, %q", in, got, code, want.out, want.code)
		}
	}
}

func TestDescription(t *testing.T) {
	s := " one\r\ntwo "
	if code := problem((*Checker).Description, &s); code != "" || s != "one\ntwo" {
		t.Errorf("%q, %q", s, code)
	}
	s = ""
	if code := problem((*Checker).Description, &s); code != "" {
		t.Errorf("an empty one is %q", code)
	}
	s = "a\tb"
	if code := problem((*Checker).Description, &s); code != "invalid_text" {
		t.Errorf("a tab is %q", code)
	}
}

func TestErr(t *testing.T) {
	var c Checker
	if err := c.Err(); err != nil {
		t.Errorf("nothing wrong is %v", err)
	}
	c.Add("/a", "b", "c")
	if err := c.Err(); iam.CodeOf(err) != iam.CodeInvalid {
		t.Errorf("error = %v", err)
	}
}

// What is accepted stays as it is when it is sent again.
func TestAcceptedIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		if problem((*Checker).Name, &s) != "" {
			return
		}
		again := s
		if code := problem((*Checker).Name, &again); code != "" || again != s || !utf8.ValidString(s) {
			t.Fatalf("%q became %q, %q", s, again, code)
		}
	})
}

func TestSlug(t *testing.T) {
	for in, want := range map[string]string{
		"Marrow & Co": "marrow-co", "  Straße 7 ": "strasse-7", "夜勤": "", "--a--": "a", "abcdefghijklm": "abcdefghij", "abcdefghi jkl": "abcdefghi",
	} {
		if got := Slug(in, "-", 10); got != want {
			t.Errorf("Slug(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestUnique(t *testing.T) {
	taken := map[string]bool{}
	var got []string
	for range 11 {
		s := Unique("abcde", "_", 6, func(s string) bool { return taken[s] })
		taken[s] = true
		got = append(got, s)
	}
	want := []string{"abcde", "abcd_2", "abcd_3", "abcd_4", "abcd_5", "abcd_6", "abcd_7", "abcd_8", "abcd_9", "abc_10", "abc_11"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
