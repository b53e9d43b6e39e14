package users

import (
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/text"
)

// The longest values, in characters; an e-mail address in bytes (RFC 5321).
const (
	maxName     = 100
	maxExternal = 200
	maxPhone    = 40
	maxEmail    = 254
)

// Locales are the languages of the console and of mails.
var Locales = []string{"en", "es", "fr", "de"}

var themes = []string{"", "system", "light", "dark"}

// Normalize brings the text of a user into the form it is kept in, sets
// EmailKey, and returns everything that is wrong with it, by JSON pointer.
func Normalize(u *iam.User) []iam.Field {
	v := &checker{}
	v.text("/first_name", "first name", &u.FirstName, maxName, true)
	v.text("/last_name", "last name", &u.LastName, maxName, true)
	v.text("/nickname", "nickname", &u.Nickname, maxName, false)
	v.text("/external_id", "external ID", &u.ExternalID, maxExternal, false)
	v.email("/email", &u.Email)
	u.EmailKey = fold.EmailKey(u.Email)
	v.phone("/phone", &u.Phone)
	if u.Timezone != "" && !ValidTimezone(u.Timezone) {
		v.add("/timezone", "unknown", "Choose a time zone of the IANA list, such as “Europe/Berlin”.")
	}
	if u.Locale != "" && !slices.Contains(Locales, u.Locale) {
		v.add("/locale", "unknown", "Choose one of the languages "+strings.Join(Locales, ", ")+".")
	}
	if !slices.Contains(themes, u.Theme) {
		v.add("/theme", "unknown", "Choose system, light or dark.")
	}
	return v.fields
}

// zones remembers the time zones that were found: reading one takes a file.
// There are some 600, so it stays small.
var zones sync.Map

// ValidTimezone tells whether name is an IANA time zone.
func ValidTimezone(name string) bool {
	if name == "" || name == "Local" || len(name) > 64 || strings.Contains(name, "..") {
		return false
	}
	if _, ok := zones.Load(name); ok {
		return true
	}
	if _, err := time.LoadLocation(name); err != nil {
		return false
	}
	zones.Store(name, nil)
	return true
}

type checker struct{ fields []iam.Field }

func (v *checker) add(pointer, code, message string) {
	v.fields = append(v.fields, iam.Field{Pointer: pointer, Code: code, Message: message})
}

// text trims and composes one line of text and checks that it can be
// stored and shown: no control characters, none that turn the reading direction
// of what comes after, not only invisible ones.
func (v *checker) text(pointer, name string, s *string, limit int, required bool) {
	if !text.Compose(s, limit) {
		v.add(pointer, "too_long", fmt.Sprintf("The %s can have at most %d characters.", name, limit))
		return
	}
	if !utf8.ValidString(*s) {
		v.add(pointer, "invalid_text", fmt.Sprintf("The %s is not valid text.", name))
		return
	}
	visible := false
	for _, r := range *s {
		if unicode.IsControl(r) || text.TurnsDirection(r) {
			v.add(pointer, "invalid_text", fmt.Sprintf("The %s contains a character that can't be shown (U+%04X). Remove it.", name, r))
			return
		}
		visible = visible || !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Mn, r)
	}
	switch {
	case visible:
	case required:
		v.add(pointer, "required", fmt.Sprintf("Enter the %s.", name))
	case *s != "":
		*s = ""
	}
}

var domainPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[\p{L}\p{N}]([\p{L}\p{N}\p{M}-]*[\p{L}\p{N}\p{M}])?(\.[\p{L}\p{N}]([\p{L}\p{N}\p{M}-]*[\p{L}\p{N}\p{M}])?)*$`)
})

// email checks an address (RFC 5322 addr-spec, RFC 6532 for other scripts).
func (v *checker) email(pointer string, s *string) {
	fits := text.Compose(s, maxEmail) && len(*s) <= maxEmail
	if *s == "" {
		v.add(pointer, "required", "Enter the e-mail address.")
		return
	}
	if !fits {
		v.add(pointer, "too_long", fmt.Sprintf("An e-mail address can have at most %d bytes.", maxEmail))
		return
	}
	a, err := mail.ParseAddress(*s)
	at := strings.LastIndexByte(*s, '@')
	if err != nil || a.Address != *s || at < 1 || !domainPattern().MatchString((*s)[at+1:]) || strings.ContainsFunc(*s, func(r rune) bool {
		return unicode.IsControl(r) || unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError
	}) {
		v.add(pointer, "invalid_email", "Enter an e-mail address such as name@example.com.")
	}
}

var phonePattern = regexp.MustCompile(`^\+?[0-9 ().\-/x#*,]+$`)

func (v *checker) phone(pointer string, s *string) {
	*s = strings.TrimSpace(*s)
	if *s != "" && (len(*s) > maxPhone || !phonePattern.MatchString(*s) || !strings.ContainsAny(*s, "0123456789")) {
		v.add(pointer, "invalid_phone", "Enter a phone number such as +49 30 901820, at most 40 characters.")
	}
}
