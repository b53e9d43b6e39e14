package branding

import (
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"strings"

	"github.com/retinue/retinue/internal/contrast"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/text"
)

const (
	maxEmail = 254
	maxURL   = 500
	// faintest is the least contrast with a white page that the console can make
	// up for by darkening, without turning the color into another one.
	faintest = 1.25
)

var hexColor = regexp.MustCompile(`^#[0-9a-f]{6}$`)

// check brings a brand into the form it is kept in.
func check(b *iam.Brand) error {
	var v text.Checker
	if strings.TrimSpace(b.Name) != "" {
		v.Name("/name", &b.Name)
	} else {
		b.Name = ""
	}
	b.Color = strings.ToLower(strings.TrimSpace(b.Color))
	switch {
	case b.Color == "":
	case !hexColor.MatchString(b.Color):
		v.Add("/color", "invalid_color", "Write the color as #rrggbb, such as #3056d3.")
	case contrast.Ratio(b.Color, contrast.White) < faintest:
		v.Add("/color", "low_contrast", fmt.Sprintf("This color is too close to white (%.1f to 1). Choose a darker one.", contrast.Ratio(b.Color, contrast.White)))
	}
	b.SupportEmail, b.SupportURL = strings.TrimSpace(b.SupportEmail), strings.TrimSpace(b.SupportURL)
	if b.SupportEmail != "" && !validEmail(b.SupportEmail) {
		v.Add("/support_email", "invalid_email", "Enter an address such as help@example.com.")
	}
	if b.SupportURL != "" && !validLink(b.SupportURL) {
		v.Add("/support_url", "invalid_url", "Enter an address that begins with https://.")
	}
	switch b.PoweredBy {
	case "", iam.PoweredByShow, iam.PoweredByHide:
	default:
		v.Add("/powered_by", "unknown", "Choose show or hide, or leave it empty.")
	}
	return v.Err()
}

func validEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && len(s) <= maxEmail && strings.Contains(s[strings.LastIndexByte(s, '@'):], ".")
}

func validLink(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil && len(s) <= maxURL && !strings.ContainsAny(s, " \t\r\n\"<>\\")
}
