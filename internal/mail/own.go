package mail

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/retinue/retinue/internal/iam"
)

// Text is what a kind of message says in one language, as people write it: plain
// text with variables such as {{name}}. The body has paragraphs with empty lines
// between them. The greeting above and the button's link are always there.
type Text struct{ Subject, Body, Button, Note string }

// The longest parts of a text, in characters.
const (
	maxSubject = 200
	maxBody    = 5000
	maxButton  = 60
	maxNote    = 500
)

// variables are those of every kind, in the order of screens, and builtin is how
// the built-in texts call them.
var variables = []struct{ name, builtin string }{
	{"company", "TenantName"},
	{"name", "Name"},
	{"email", "Email"},
	{"organization", "Organization"},
	{"inviter", "Inviter"},
	{"domain", "Domain"},
	{"expiry", "Expiry"},
	{"when", "When"},
	{"until", "End"},
}

// ofKind are the variables that not every kind has.
var ofKind = map[Kind][]string{
	PasswordReset:          {"expiry"},
	PasswordChanged:        {"when"},
	EmailChanged:           {"when"},
	TemporaryPasswordReset: {"until"},
	AccessChanged:          {},
	Invitation:             {"organization", "inviter", "expiry"},
	SignInInvitation:       {"organization", "inviter", "expiry"},
	ReviewDue:              {"organization"},
	DomainFailing:          {"organization", "domain", "expiry"},
}

// Variables returns those that the texts of a kind may use.
func Variables(kind Kind) []string {
	out := []string{"company", "name", "email"}
	return append(out, ofKind[kind]...)
}

// Known tells whether there is such a kind of message.
func Known(kind Kind) bool { return slices.Contains(Kinds, kind) }

// Builtin is what a kind says by itself in one of Locales.
func Builtin(kind Kind, localeName string) Text {
	p := locales[Language(localeName)].kinds[kind]
	return Text{asWritten(p.Subject), asWritten(strings.Join(p.Body, "\n\n")), asWritten(p.Button), asWritten(p.Note)}
}

func asWritten(phrase string) string {
	for _, v := range variables {
		phrase = strings.ReplaceAll(phrase, "{{."+v.builtin+"}}", "{{"+v.name+"}}")
	}
	return phrase
}

// placeholder matches a variable, with blanks as people type them.
var placeholder = regexp.MustCompile(`\{\{\s*([^{}]*?)\s*\}\}`)

// Check brings a text into the form it is kept in and says what is wrong with
// it, by JSON pointer: empty and too long parts, what can't be shown, and
// variables that the kind does not have.
func (t *Text) Check(kind Kind) []iam.Field {
	var fields []iam.Field
	for _, part := range []struct {
		pointer, name string
		text          *string
		longest       int
		lines         bool
	}{
		{"/subject", "subject", &t.Subject, maxSubject, false},
		{"/body", "text", &t.Body, maxBody, true},
		{"/button", "label of the button", &t.Button, maxButton, false},
		{"/note", "note", &t.Note, maxNote, false},
	} {
		if code, message := checkPart(part.text, part.longest, part.lines, Variables(kind)); code != "" {
			fields = append(fields, iam.Field{Pointer: part.pointer, Code: code, Message: fmt.Sprintf(message, part.name)})
		}
	}
	return fields
}

// checkPart returns a code and a message in which %s is the name of the part.
func checkPart(text *string, longest int, lines bool, known []string) (code, message string) {
	if !utf8.ValidString(*text) || utf8.RuneCountInString(*text) > longest {
		return "too_long", fmt.Sprintf("The %%s can have at most %d characters.", longest)
	}
	*text = strings.TrimSpace(strings.ReplaceAll(*text, "\r\n", "\n"))
	if *text == "" {
		return "required", "Enter the %s."
	}
	for _, r := range *text {
		if unicode.IsControl(r) && !(lines && r == '\n') || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return "invalid_text", fmt.Sprintf("The %%s contains a character that can't be shown (U+%04X). Remove it.", r)
		}
	}
	for _, m := range placeholder.FindAllStringSubmatch(*text, -1) {
		if !slices.Contains(known, m[1]) {
			return "unknown_variable", strings.ReplaceAll("There is no variable {{"+m[1]+"}} in this kind of mail. These are known: {{"+
				strings.Join(known, "}}, {{")+"}}.", "%", "%%") + "%.0s"
		}
	}
	if rest := placeholder.ReplaceAllString(*text, ""); strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
		return "unknown_variable", "The %s has braces that belong to no variable. Write a variable like {{name}}."
	}
	return "", ""
}

// fill replaces the built-in phrases of a view. What the variables stand for is
// one line each and is not searched for variables again.
func (t *Text) fill(v *view) {
	values := map[string]string{
		"company": v.TenantName, "name": v.Name, "email": v.Email, "organization": v.Organization, "inviter": v.Inviter,
		"domain": v.Domain, "expiry": v.Expiry, "when": v.When, "until": v.End,
	}
	say := func(text string) string {
		return placeholder.ReplaceAllStringFunc(text, func(m string) string { return values[placeholder.FindStringSubmatch(m)[1]] })
	}
	v.Subject, v.Button, v.Note, v.Body = say(t.Subject), oneLine(say(t.Button)), say(t.Note), nil
	for paragraph := range strings.SplitSeq(t.Body, "\n\n") {
		if paragraph = strings.TrimSpace(paragraph); paragraph != "" {
			v.Body = append(v.Body, say(paragraph))
		}
	}
}
