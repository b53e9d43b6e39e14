package password

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/retinue/retinue/internal/zxcvbn"
)

// Codes of a Problem. They are stable; the API shows them beside the password field.
const (
	CodeTooShort = "password_too_short" // fewer characters than the minimum
	CodeTooLong  = "password_too_long"  // more characters than the maximum
	CodeInvalid  = "password_invalid"   // control characters or not UTF-8
	CodeCommon   = "password_common"    // on the list of common passwords
	CodePersonal = "password_personal"  // contains the person's or the company's name or address
	CodeWeak     = "password_weak"      // guessable in too few attempts
)

// DefaultMinLength and DefaultMaxLength are counted in characters (Unicode code points).
const (
	DefaultMinLength = 12
	DefaultMaxLength = 256
	defaultMinScore  = 3

	// scoredCharacters caps what zxcvbn sees, whose time grows with the cube of
	// the length (a quarter of a second at 256).
	scoredCharacters = 64

	// maxDecoration is how many bytes around a common password do not make it uncommon.
	maxDecoration = 8
)

// Problem is one reason why a password is refused.
type Problem struct {
	Code    string // one of the Code constants
	Message string // a plain-English sentence that never contains the password
	Limit   int    // the length that was missed, for CodeTooShort and CodeTooLong
}

// Policy judges passwords that people choose, as NIST SP 800-63B-4 section 3.1.1
// asks: length, a list of common passwords and what is known about the person,
// but no rules about kinds of characters. Zero values take the defaults.
type Policy struct {
	MinLength int // characters; default 12
	MaxLength int // characters; default 256, the most that is allowed
	MinScore  int // zxcvbn score from 1 to 4; default 3, about 10^8 guesses
}

// Context is what an attacker knows, and a password therefore may not contain.
type Context struct {
	Email string   // the person's address
	Names []string // first name, last name, nickname
	Words []string // the names of tenant, organization and product, host names
}

// Check returns everything that is wrong with a password, or nil when it may be
// used. Its time is bounded for input of any length.
func (p Policy) Check(password string, about Context) []Problem {
	p = p.withDefaults()
	if len(password) > MaxBytes {
		return []Problem{p.tooLong()}
	}
	if !utf8.ValidString(password) || strings.ContainsFunc(password, unicode.IsControl) {
		return []Problem{{Code: CodeInvalid, Message: "Remove the control characters (such as tabs or line breaks) from the password."}}
	}
	password = prepare(password)
	length := utf8.RuneCountInString(password)
	if length > p.MaxLength {
		return []Problem{p.tooLong()}
	}
	var problems []Problem
	if length < p.MinLength {
		problems = append(problems, Problem{
			Code: CodeTooShort, Limit: p.MinLength,
			Message: fmt.Sprintf("Use at least %d characters; a few unrelated words make a good password.", p.MinLength),
		})
	}
	known := knownWords(about)
	switch {
	case isCommon(password):
		problems = append(problems, Problem{
			Code:    CodeCommon,
			Message: "This password is on the list of the most used ones. Choose another.",
		})
	case containsAny(password, known):
		problems = append(problems, Problem{
			Code:    CodePersonal,
			Message: "The password contains a name or an e-mail address that others know. Choose one without.",
		})
	case score(password, known) < p.MinScore:
		problems = append(problems, Problem{
			Code:    CodeWeak,
			Message: "This password is easy to guess. Make it longer or less regular; a few unrelated words work well.",
		})
	}
	return problems
}

func (p Policy) withDefaults() Policy {
	if p.MinLength <= 0 {
		p.MinLength = DefaultMinLength
	}
	if p.MaxLength <= 0 || p.MaxLength > DefaultMaxLength {
		p.MaxLength = DefaultMaxLength
	}
	if p.MinScore <= 0 {
		p.MinScore = defaultMinScore
	}
	return p
}

func (p Policy) tooLong() Problem {
	return Problem{
		Code: CodeTooLong, Limit: p.MaxLength,
		Message: fmt.Sprintf("Use at most %d characters.", p.MaxLength),
	}
}

// score rates the weaker-sounding part first: a long password is at least as
// strong as its first or its last 64 characters.
func score(password string, known []string) int {
	runes := []rune(password)
	if len(runes) <= scoredCharacters {
		return zxcvbn.Score(password, known)
	}
	head := zxcvbn.Score(string(runes[:scoredCharacters]), known)
	if head == 4 {
		return head
	}
	tail := zxcvbn.Score(string(runes[len(runes)-scoredCharacters:]), known)
	return max(head, tail)
}

// isCommon also sees through what people append to reach a length or to satisfy
// a rule ("dragon2024!!!!") and through repetition ("dragondragon").
func isCommon(password string) bool {
	folded := fold(password)
	core := strings.TrimFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) })
	if len(folded)-len(core) > maxDecoration {
		core = "" // so much more than a word must be judged by its strength
	}
	return slices.ContainsFunc([]string{folded, core, repeated(folded), repeated(core)}, zxcvbn.Common)
}

// repeated returns the shortest unit that the text is a repetition of.
func repeated(text string) string {
	if text == "" {
		return ""
	}
	at := strings.Index((text + text)[1:], text)
	return text[:at+1]
}
