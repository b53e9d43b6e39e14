package mail

import (
	_ "embed" // the layouts
	"errors"
	"fmt"
	htmltemplate "html/template"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"text/template"
	"time"

	"github.com/retinue/retinue/internal/contrast"
)

// Kind names what a message is about.
type Kind string

// The kinds, with the fields of Data that each requires beside TenantName.
const (
	PasswordReset          Kind = "password_reset"           // Link, ExpiresIn
	PasswordChanged        Kind = "password_changed"         // Link, At
	EmailChanged           Kind = "email_changed"            // Link, At, Email: to the address that the recipient had
	TemporaryPasswordReset Kind = "temporary_password_reset" // Link, Until
	AccessChanged          Kind = "access_changed"           // Link; Gained or Lost
	Invitation             Kind = "invitation"               // Link, ExpiresIn, Organization, Inviter: to an address
	SignInInvitation       Kind = "sign_in_invitation"       // the same and Email: to a person of the directory
	ReviewDue              Kind = "review_due"               // Link, Organization
	DomainFailing          Kind = "domain_failing"           // Link, ExpiresIn, Organization, Domain
)

// Kinds lists every kind, and Locales every locale there are texts for.
var (
	Kinds   = []Kind{PasswordReset, PasswordChanged, EmailChanged, TemporaryPasswordReset, AccessChanged, Invitation, SignInInvitation, ReviewDue, DomainFailing}
	Locales = []string{"en", "es", "fr", "de"}
)

// Data is what the texts speak of. Texts are plain: they are escaped where needed.
type Data struct {
	TenantName  string
	TenantColor string // "#rrggbb"; anything else is replaced by a neutral blue
	LogoURL     string // https; anything else is left out
	Name        string // the recipient's name; optional
	Email       string // the address the recipient signs in with
	// Organization is what the recipient is invited to, Inviter by whom.
	Organization, Inviter string
	Domain                string // the host name that the message is about
	Link                  string // http or https
	ExpiresIn             time.Duration
	At                    time.Time // shown in Zone, like Until
	Until                 time.Time
	Zone                  string   // the recipient's time zone, as IANA names it; UTC for one that there is not
	Gained                []string // what the recipient can now do, in their language
	Lost                  []string // what they can't do any more
}

// Content is a rendered message without its addresses.
type Content struct{ Subject, Text, HTML string }

// ErrData means that Data lacks something the kind requires, or that Link is
// not an absolute http or https address.
var ErrData = errors.New("mail: incomplete data for the message")

// phrases are one locale's texts for one kind. Each is a text template over view.
type phrases struct {
	Subject string
	Body    []string // paragraphs above the button
	Button  string
	Note    string // what to do if this comes unexpectedly
}

// common are the phrases that all messages of a locale share.
type common struct {
	Greeting, Gained, Lost, Automatic string
	// More says how many further lines a list has; it is a format.
	More string
	// WorkIn says that one belongs to an organization; it has its name for %s.
	WorkIn string
	// Units has singular and plural of minute, hour and day.
	Units [3][2]string
	// Months are their names, and Moment how a day of one is written with a time:
	// a format of the day, the month, the year, the time and the zone.
	Months [12]string
	Moment string
	// First is how the first day of a month is written, when not as a number.
	First string
}

type locale struct {
	common common
	kinds  map[Kind]phrases
}

var (
	//go:embed layout.html
	layoutHTML string
	//go:embed layout.txt
	layoutText string
)

// Renderer writes messages. It is safe for concurrent use, and needs no
// preparation: what it writes with is parsed when it is needed first.
type Renderer struct {
	phrases sync.Map // *template.Template by phrase
}

var layouts = sync.OnceValue(func() (l struct {
	html *htmltemplate.Template
	text *template.Template
},
) {
	l.html = htmltemplate.Must(htmltemplate.New("html").Parse(layoutHTML))
	l.text = template.Must(template.New("text").Parse(layoutText))
	return l
})

// phrase returns the template of a phrase. There are as many as the locales have.
func (r *Renderer) phrase(text string) (*template.Template, error) {
	if t, known := r.phrases.Load(text); known {
		return t.(*template.Template), nil //nolint:forcetypeassert // nothing else is stored
	}
	t, err := template.New("phrase").Option("missingkey=error").Parse(text)
	if err == nil {
		r.phrases.Store(text, t)
	}
	return t, err
}

// view is what templates see: data made safe for one line, and rendered phrases.
type view struct {
	Data

	Lang, Expiry, When, End, Foreground                     string
	Subject, Greeting, Button, Note, Automatic, Can, Cannot string
	Body                                                    []string
}

// Render writes a message. An unknown locale falls back to its language, then
// to English. It fails with ErrData, and for a kind that does not exist.
func (r *Renderer) Render(kind Kind, localeName string, data Data) (Content, error) {
	return r.RenderWith(kind, localeName, data, nil)
}

// Language is the one of Locales in which somebody with this locale is written to.
func Language(localeName string) string {
	language, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(localeName, "_", "-")), "-")
	if _, known := locales[language]; !known {
		return "en"
	}
	return language
}

// RenderWith is Render with a text of the tenant's own instead of the built-in
// one, which it is when own is nil.
func (r *Renderer) RenderWith(kind Kind, localeName string, data Data, own *Text) (Content, error) {
	language := Language(localeName)
	l := locales[language]
	p, known := l.kinds[kind]
	if !known {
		return Content{}, fmt.Errorf("mail: unknown kind of message %q", kind)
	}
	v := view{Data: clean(data, l.common.More), Lang: language}
	if !v.completeFor(kind) {
		return Content{}, ErrData
	}
	v.Expiry = l.common.duration(data.ExpiresIn)
	v.When = l.common.moment(data.At, data.Zone)
	v.End = l.common.moment(data.Until, data.Zone)
	v.Foreground = contrast.Text(v.TenantColor)
	if err := r.fill(&v, l.common, p); err != nil {
		return Content{}, err
	}
	if own != nil {
		own.fill(&v)
	}
	var text, html strings.Builder
	if err := errors.Join(layouts().text.Execute(&text, v), layouts().html.Execute(&html, v)); err != nil {
		return Content{}, fmt.Errorf("mail: %w", err)
	}
	return Content{Subject: oneLine(v.Subject), Text: text.String(), HTML: html.String()}, nil
}

// fill renders the phrases into the view.
func (r *Renderer) fill(v *view, c common, p phrases) error {
	var failed error
	say := func(text string) string {
		var b strings.Builder
		t, err := r.phrase(text)
		if err == nil {
			err = t.Execute(&b, *v)
		}
		if err != nil {
			failed = fmt.Errorf("mail: %w", err)
		}
		return b.String()
	}
	v.Subject, v.Greeting, v.Button, v.Note = say(p.Subject), say(c.Greeting), say(p.Button), say(p.Note)
	v.Automatic, v.Can, v.Cannot = say(c.Automatic), say(c.Gained), say(c.Lost)
	for _, paragraph := range p.Body {
		v.Body = append(v.Body, say(paragraph))
	}
	return failed
}

func (v view) completeFor(kind Kind) bool {
	if v.TenantName == "" || !isWebAddress(v.Link, "http", "https") {
		return false
	}
	switch kind {
	case PasswordReset:
		return v.ExpiresIn > 0
	case PasswordChanged:
		return !v.At.IsZero()
	case EmailChanged:
		return !v.At.IsZero() && v.Email != ""
	case Invitation:
		return v.ExpiresIn > 0 && v.Organization != "" && v.Inviter != ""
	case SignInInvitation:
		return v.ExpiresIn > 0 && v.Organization != "" && v.Inviter != "" && v.Email != ""
	case AccessChanged:
		return len(v.Gained)+len(v.Lost) > 0
	case ReviewDue:
		return v.Organization != ""
	case DomainFailing:
		return v.ExpiresIn > 0 && v.Organization != "" && v.Domain != ""
	case TemporaryPasswordReset:
		return !v.Until.IsZero()
	}
	return true
}

const (
	defaultColor = "#2f5bd8"
	maxName      = 120 // characters of a name that are shown
	maxLines     = 15  // of a list
)

var hexColor = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

// clean makes data fit for one line each and leaves out what is not safe to show.
func clean(d Data, more string) Data {
	short := func(s string) string {
		if runes := []rune(oneLine(s)); len(runes) > maxName {
			return string(runes[:maxName]) + "…"
		}
		return oneLine(s)
	}
	lines := func(list []string) []string {
		out := make([]string, 0, len(list))
		for _, s := range list[:min(len(list), maxLines)] {
			out = append(out, short(s))
		}
		if rest := len(list) - maxLines; rest > 0 {
			out = append(out, fmt.Sprintf(more, rest))
		}
		return out
	}
	d.TenantName, d.Name, d.Email = short(d.TenantName), short(d.Name), short(d.Email)
	d.Organization, d.Inviter, d.Domain = short(d.Organization), short(d.Inviter), oneLine(d.Domain)
	d.Gained, d.Lost = lines(d.Gained), lines(d.Lost)
	if !hexColor.MatchString(d.TenantColor) {
		d.TenantColor = defaultColor
	}
	if !isWebAddress(d.LogoURL, "https") {
		d.LogoURL = ""
	}
	return d
}

func isWebAddress(text string, schemes ...string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || strings.ContainsAny(text, " \t\r\n") {
		return false
	}
	return slices.Contains(schemes, u.Scheme)
}

// duration says a time in the largest unit that gives a whole number.
func (c common) duration(d time.Duration) string {
	minutes := max(1, int(d/time.Minute))
	n, unit := minutes, 0
	if minutes%60 == 0 {
		n, unit = minutes/60, 1
	}
	if unit == 1 && n%24 == 0 {
		n, unit = n/24, 2
	}
	form := 1
	if n == 1 {
		form = 0
	}
	return fmt.Sprintf("%d %s", n, c.Units[unit][form])
}
