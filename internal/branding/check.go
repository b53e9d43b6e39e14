package branding

import (
	"fmt"
	"math"
	"net/mail"
	"net/url"
	"regexp"
	"strconv"
	"strings"

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
	case Contrast(b.Color, "#ffffff") < faintest:
		v.Add("/color", "low_contrast", fmt.Sprintf("This color is too close to white (%.1f to 1). Choose a darker one.", Contrast(b.Color, "#ffffff")))
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

// Contrast is the contrast ratio of two colors by WCAG 2.2, from 1 to 21.
func Contrast(a, b string) float64 {
	hi, lo := luminance(a), luminance(b)
	if hi < lo {
		hi, lo = lo, hi
	}
	return (hi + 0.05) / (lo + 0.05)
}

func luminance(hex string) float64 {
	n, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 24)
	if err != nil {
		return 0
	}
	linear := func(v uint64) float64 {
		c := float64(v&255) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(n>>16) + 0.7152*linear(n>>8) + 0.0722*linear(n)
}
