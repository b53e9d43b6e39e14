// Package text brings what people type into the form it is kept in, and says
// what is wrong with it. Names of roles, organizations, keys and tenants go
// through it: one line, or a few, that can be stored and shown anywhere.
package text

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
)

// The longest values, in characters.
const (
	MaxName        = 80
	MaxDescription = 500
)

// Checker collects what is wrong with the fields of an input.
type Checker struct{ fields []iam.Field }

// Add notes a problem with a field, by JSON pointer (RFC 6901).
func (c *Checker) Add(pointer, code, message string) {
	c.fields = append(c.fields, iam.Field{Pointer: pointer, Code: code, Message: message})
}

// Err is CodeInvalid with all that was noted; nil when nothing was.
func (c *Checker) Err() error {
	if len(c.fields) == 0 {
		return nil
	}
	return iam.Invalid(c.fields)
}

// Name checks a required name of one line and at most MaxName characters.
func (c *Checker) Name(pointer string, s *string) {
	c.check(pointer, "name", s, MaxName, false)
	if *s == "" && !c.has(pointer) {
		c.Add(pointer, "required", "Enter a name.")
	}
}

// Description checks an optional text of at most MaxDescription characters; it
// may have several lines.
func (c *Checker) Description(pointer string, s *string) {
	c.check(pointer, "description", s, MaxDescription, true)
}

// Line checks an optional text of one line and at most limit characters; what
// is how it is called.
func (c *Checker) Line(pointer, what string, s *string, limit int) {
	c.check(pointer, what, s, limit, false)
}

func (c *Checker) has(pointer string) bool {
	for _, f := range c.fields {
		if f.Pointer == pointer {
			return true
		}
	}
	return false
}

// mostBytes is how many bytes a character may take before it is composed: it is
// decomposed into four at most, of four bytes at most.
const mostBytes = 4 * utf8.UTFMax

// check trims and composes (NFC) the text, makes it empty when nothing of it
// could be seen, and refuses what is too long, can't be shown, or would turn
// the reading direction of what stands after it.
func (c *Checker) check(pointer, what string, s *string, limit int, lines bool) {
	if lines {
		*s = strings.ReplaceAll(*s, "\r\n", "\n")
	}
	if !Compose(s, limit) {
		c.Add(pointer, "too_long", fmt.Sprintf("The %s can have at most %d characters.", what, limit))
		return
	}
	if !utf8.ValidString(*s) {
		c.Add(pointer, "invalid_text", fmt.Sprintf("The %s is not valid text.", what))
		return
	}
	visible := false
	for _, r := range *s {
		if unicode.IsControl(r) && !(lines && r == '\n') || TurnsDirection(r) {
			c.Add(pointer, "invalid_text", fmt.Sprintf("The %s contains a character that can't be shown (U+%04X). Remove it.", what, r))
			return
		}
		visible = visible || !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Mn, r)
	}
	if !visible {
		*s = ""
	}
}

// Compose trims and composes (NFC) a text and tells whether it has at most limit
// characters then. One that could not have is left alone, however long it is.
func Compose(s *string, limit int) bool {
	if len(*s) > mostBytes*limit {
		return false
	}
	*s = norm.NFC.String(strings.TrimSpace(*s))
	return utf8.RuneCountInString(*s) <= limit
}

// TurnsDirection tells whether r overrides or isolates the reading direction,
// or separates lines and paragraphs.
func TurnsDirection(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x2028 || r == 0x2029
}

// Slug makes an identifier of a name: folded, of the letters a to z, digits and
// sep, at most limit bytes; "" when nothing of the name can be in one.
func Slug(name, sep string, limit int) string {
	words := strings.FieldsFunc(fold.Text(name), func(r rune) bool { return !isSlugRune(r) })
	s := strings.Join(words, sep)
	if len(s) > limit {
		s = s[:limit]
	}
	return strings.Trim(s, sep)
}

func isSlugRune(r rune) bool { return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' }

// Unique returns base, or base with the first suffix sep and a number from 2 on
// that is not taken, at most limit bytes.
func Unique(base, sep string, limit int, taken func(string) bool) string {
	if !taken(base) {
		return base
	}
	for n := 2; ; n++ {
		suffix := fmt.Sprintf("%s%d", sep, n)
		candidate := base[:min(len(base), limit-len(suffix))] + suffix
		if !taken(candidate) {
			return candidate
		}
	}
}
