package mail

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func fullData() Data {
	return Data{
		TenantName: "Nordwind & Söhne", TenantColor: "#ffcc00", LogoURL: "https://x.example/logo.png", Name: "María <b>",
		Email: "maria@x.example", Link: "https://x.example/reset?a=1&t=abc", ExpiresIn: 30 * time.Minute,
		At: time.Date(2026, 11, 22, 10, 30, 0, 0, time.UTC), Gained: []string{"read <chats>"}, Lost: []string{"edit roles"},
		Until: time.Date(2026, 12, 3, 9, 0, 0, 0, time.UTC), Zone: "Europe/Berlin",
		Organization: "Fabrikam & Co", Inviter: "Ada <i>", Domain: "help.x.example",
	}
}

//
func TestEveryKindInEveryLocale(t *testing.T) {
	r := &Renderer{}
	subjects := map[string]bool{}
	for _, locale := range Locales {
		for _, kind := range Kinds {
			c, err := r.Render(kind, locale, fullData())
			if err != nil {
				t.Fatal(err)
			}
			if subjects[c.Subject] || !strings.Contains(c.Subject, "Nordwind & Söhne") && !strings.Contains(c.Subject, "Fabrikam & Co") {
				t.Errorf("%s in %s: subject %q is not its own or names no tenant", kind, locale, c.Subject)
			}
			subjects[c.Subject] = true
			for _, phrase := range locales[locale].all(kind) {
				if phrase == "" {
					t.Errorf("a text of %s in %s is missing", kind, locale)
				}
			}
			for _, want := range []string{"María <b>", "https://x.example/reset?a=1&t=abc\n", "- read <chats>", "- edit roles"} {
				if !strings.Contains(c.Text, want) {
					t.Errorf("%s in %s: text lacks %q:\n%s", kind, locale, want, c.Text)
				}
			}
			for _, want := range []string{`lang="` + locale + `"`, "María &lt;b&gt;", `href="https://x.example/reset?a=1&amp;t=abc"`, "background:#ffcc00;color:#000000", `src="https://x.example/logo.png"`, "<li>read &lt;chats&gt;</li>"} {
				if !strings.Contains(c.HTML, want) {
					t.Errorf("%s in %s: HTML lacks %q:\n%s", kind, locale, want, c.HTML)
				}
			}
			if all := c.Subject + c.Text + c.HTML; strings.Contains(all, "{{") || strings.Contains(all, "ZgotmplZ") || strings.Contains(all, "<no value>") {
				t.Errorf("%s in %s has an unfilled variable:\n%s", kind, locale, all)
			}
		}
	}
}

func (l locale) all(kind Kind) []string {
	p := l.kinds[kind]
	return append([]string{l.common.Greeting, l.common.Gained, l.common.Lost, l.common.Automatic, p.Subject, p.Button, p.Note}, p.Body...)
}

func TestVariablesOfEachKind(t *testing.T) {
	r := &Renderer{}
	for kind, want := range map[Kind]string{
		PasswordReset: "30 Minuten", PasswordChanged: "wurde geändert: 22. November 2026, 11:30 Uhr (CET).", EmailChanged: "wurde am 22. November 2026, 11:30 Uhr (CET) geändert",
		TemporaryPasswordReset: "Es gilt bis zum 3. Dezember 2026, 10:00 Uhr (CET).",
	} {
		if c, err := r.Render(kind, "de-AT", fullData()); err != nil || !strings.Contains(c.Text, want) {
			t.Errorf("%s lacks %q: %v\n%s", kind, want, err, c.Text)
		}
	}
	for kind, remove := range map[Kind]func(*Data){
		PasswordReset:          func(d *Data) { d.ExpiresIn = 0 },
		PasswordChanged:        func(d *Data) { d.At = time.Time{} },
		TemporaryPasswordReset: func(d *Data) { d.Until = time.Time{} },
		SignInInvitation:       func(d *Data) { d.Link = "javascript:alert(1)" },
		EmailChanged:           func(d *Data) { d.Email = "" },
		AccessChanged:          func(d *Data) { d.Gained, d.Lost = nil, nil },
		ReviewDue:              func(d *Data) { d.Organization = "" },
		DomainFailing:          func(d *Data) { d.Domain = "" },
	} {
		d := fullData()
		remove(&d)
		if _, err := r.Render(kind, "en", d); !errors.Is(err, ErrData) {
			t.Errorf("%s: %v", kind, err)
		}
	}
	if _, err := r.Render("unknown", "en", fullData()); err == nil {
		t.Error("an unknown kind is rendered")
	}
}

// Moments are told on the clocks of the recipient, as their language writes them.
func TestMoments(t *testing.T) {
	winter, first := time.Date(2026, 12, 3, 9, 0, 0, 0, time.UTC), time.Date(2026, 8, 1, 3, 5, 0, 0, time.UTC)
	for _, tt := range []struct {
		language, zone string
		at             time.Time
		want           string
	}{
		{"en", "Europe/Berlin", winter, "3 December 2026, 10:00 (CET)"},
		{"es", "Europe/Madrid", winter, "3 de diciembre de 2026, 10:00 (CET)"},
		{"fr", "Europe/Paris", first, "1er août 2026 à 05:05 (CEST)"},
		{"de", "America/New_York", first, "31. Juli 2026, 23:05 Uhr (EDT)"},
		{"en", "America/Sao_Paulo", winter, "3 December 2026, 06:00 (UTC-03)"},
		{"en", "", winter, "3 December 2026, 09:00 (UTC)"},
		{"en", "No/Where", winter, "3 December 2026, 09:00 (UTC)"},
	} {
		if got := locales[tt.language].common.moment(tt.at, tt.zone); got != tt.want {
			t.Errorf("%s in %q: %q, want %q", tt.language, tt.zone, got, tt.want)
		}
	}
}

func TestHostileData(t *testing.T) {
	d := fullData()
	d.TenantName = "Acme\r\nBcc: victim@other.example\u202e" + strings.Repeat("x", 500)
	d.TenantColor, d.LogoURL, d.Name = "red;background:url(//evil)", "http://x.example/l.png", "</p><script>\n\nhi"
	c, err := (&Renderer{}).Render(TemporaryPasswordReset, "xx", d)
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(c.Subject, "\r\n\u202e") || len(c.Subject) > 300 || !strings.HasPrefix(c.Subject, "Your password for Acme Bcc:") {
		t.Errorf("subject %q", c.Subject)
	}
	for _, bad := range []string{"<script>", "evil", "<img", "\u202e"} {
		if strings.Contains(c.HTML, bad) {
			t.Errorf("HTML contains %q:\n%s", bad, c.HTML)
		}
	}
	if !strings.Contains(c.HTML, "background:"+defaultColor+";color:#ffffff") {
		t.Error("the default color is not used")
	}
}

func TestDurations(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Second: "1 minute", 30 * time.Minute: "30 minutes", time.Hour: "1 hour", 90 * time.Minute: "90 minutes",
		24 * time.Hour: "1 day", 36 * time.Hour: "36 hours", 72 * time.Hour: "3 days",
	} {
		if got := locales["en"].common.duration(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
