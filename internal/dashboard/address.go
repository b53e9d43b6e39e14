package dashboard

import (
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/retinue/retinue/internal/text"
)

// MaxURL is the longest address of a tab, in bytes.
const MaxURL = 2000

// Variables are what can stand in braces in the path and the query of an
// address; the value is put in escaped.
var Variables = []string{"tenant", "organization", "organization_id", "user_id", "locale"}

var variable = regexp.MustCompile(`\{([a-z_]+)\}`)

// fill puts values in place of variables.
func fill(address string, values map[string]string) string {
	return variable.ReplaceAllStringFunc(address, func(v string) string {
		return url.QueryEscape(values[v[1:len(v)-1]])
	})
}

// checkAddress brings an address into the form it is kept in and notes what is
// wrong with it. Only https is taken, and http on the very machine, where
// people develop; the host is never a variable.
func (s *Service) checkAddress(v *text.Checker, pointer string, address *string, ours func(host string) bool) {
	*address = strings.TrimSpace(*address)
	if len(*address) > MaxURL {
		v.Add(pointer, "too_long", "An address can have at most 2,000 characters.")
		return
	}
	const invalid = "Enter an address that begins with https://, such as https://app.example.com/chats?client={organization}."
	for _, name := range variable.FindAllStringSubmatch(*address, -1) {
		if !known(name[1]) {
			v.Add(pointer, "unknown_variable", "There is no variable {"+name[1]+"}. These can be used: {"+strings.Join(Variables, "}, {")+"}.")
			return
		}
	}
	plain := variable.ReplaceAllString(*address, "x")
	u, err := url.Parse(plain)
	if err != nil || u.Opaque != "" || u.Hostname() == "" || !printable(plain) {
		v.Add(pointer, "invalid_url", invalid)
		return
	}
	authority := strings.TrimPrefix(strings.TrimPrefix(*address, "https://"), "http://")
	if i := strings.IndexAny(authority, "/?#"); i >= 0 {
		authority = authority[:i]
	}
	switch {
	case u.User != nil:
		v.Add(pointer, "credentials", "An address may not contain a name and password. Everybody who opens the tab would see them.")
	case u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())):
		v.Add(pointer, "insecure_url", invalid)
	case strings.ContainsAny(authority, "{}*;,'") || u.Fragment != "":
		v.Add(pointer, "invalid_url", invalid+" It may have no variable in its host name and no part after #.")
	case ours(u.Hostname()):
		v.Add(pointer, "own_address", "This is an address of the service itself. Pages of the service can't be embedded in it.")
	}
}

func known(name string) bool {
	return slices.Contains(Variables, name)
}

// printable tells whether an address has neither blanks nor what could end an
// attribute, a header or a policy it is written into.
func printable(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"'<>\\^`{|}", c) >= 0 {
			return false
		}
	}
	return true
}

func loopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback() || host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// Origin is the origin of an address (RFC 6454) as browsers write it; "" when
// it has none.
func Origin(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return ""
	}
	scheme, host, port := strings.ToLower(u.Scheme), strings.ToLower(u.Hostname()), u.Port()
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port == "" || scheme == "https" && port == "443" || scheme == "http" && port == "80" {
		return scheme + "://" + host
	}
	return scheme + "://" + net.JoinHostPort(strings.Trim(host, "[]"), port)
}
