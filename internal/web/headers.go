package web

import (
	"crypto/rand"
	"net/http"
	"strings"
)

// The values are shared by all answers: header maps keep slices, and making
// them anew for every request would cost more than the request.
var (
	noSniff    = []string{"nosniff"}
	sameOrigin = []string{"same-origin"}
	strictTLS  = []string{"max-age=31536000"}
	powers     = []string{"accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), " +
		"fullscreen=(self), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=(), xr-spatial-tracking=()"}
	// What is no page runs nothing and is framed by nobody.
	noPage = []string{"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"}
)

// secureHeaders sets what every answer carries. Handlers that answer with a
// page set a Content-Security-Policy of their own.
func secureHeaders(h http.Header, secure bool) {
	h["X-Content-Type-Options"] = noSniff
	h["Referrer-Policy"] = sameOrigin
	h["Permissions-Policy"] = powers
	h["Cross-Origin-Opener-Policy"] = sameOrigin
	h["Cross-Origin-Resource-Policy"] = sameOrigin
	h["Content-Security-Policy"] = noPage
	if secure {
		h["Strict-Transport-Security"] = strictTLS
	}
}

// pagePolicy is the policy of the console's page: its own scripts, styles that
// carry the nonce of this one answer, and nothing from elsewhere.
func pagePolicy(nonce string) string {
	return strings.Join([]string{
		"default-src 'self'", "script-src 'self'", "style-src 'self' 'nonce-" + nonce + "'", "img-src 'self' data: blob:",
		"font-src 'self'", "connect-src 'self'", "frame-src 'self'", "object-src 'none'", "base-uri 'none'",
		"form-action 'self'", "frame-ancestors 'none'",
	}, "; ")
}

// newNonce makes a nonce of 130 random bits.
func newNonce() string { return rand.Text() }
