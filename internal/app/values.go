package app

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The types of settings. Each says in its error what was given and what is
// allowed; the name of the setting is put in front by whoever reads it.

// Duration is a span of time such as 30m or 24h.
type Duration time.Duration

// UnmarshalText reads a duration.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%q is not a span of time; write it like 90s, 30m or 24h", text)
	}
	*d = Duration(v)
	return nil
}

// String writes the duration without units that are zero: 24h, not 24h0m0s.
func (d Duration) String() string {
	s := time.Duration(d).String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// Count is a whole number that is not negative.
type Count int

// UnmarshalText reads a count.
func (c *Count) UnmarshalText(text []byte) error {
	v, err := strconv.ParseUint(string(text), 10, 31)
	if err != nil {
		return fmt.Errorf("%q is not a whole number from 0 on", text)
	}
	*c = Count(v)
	return nil
}

// Choice is one of a few words; which ones is checked with the other limits.
type Choice string

// UnmarshalText reads a choice in lower case.
func (c *Choice) UnmarshalText(text []byte) error {
	*c = Choice(strings.ToLower(string(text)))
	return nil
}

// Secret is a text that is never shown.
type Secret string

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// String tells only whether there is a secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "(set)"
}

// Address is where to listen: host and port, the host may be empty for all.
type Address string

// UnmarshalText reads an address.
func (a *Address) UnmarshalText(text []byte) error {
	_, port, err := net.SplitHostPort(string(text))
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil && len(text) > 0 {
		return fmt.Errorf("%q is not a host and a port from 0 to 65535; write it like 127.0.0.1:8080 or [::1]:8080", text)
	}
	*a = Address(text)
	return nil
}

// URL is an http or https address without path, query and user.
type URL string

// UnmarshalText reads a URL and takes off a slash at its end.
func (u *URL) UnmarshalText(text []byte) error {
	v, err := url.Parse(strings.TrimSuffix(string(text), "/"))
	ok := err == nil && (v.Scheme == "https" || v.Scheme == "http") && v.Hostname() != "" && v.Path == "" &&
		v.RawQuery == "" && v.Fragment == "" && v.User == nil
	if !ok && len(text) > 0 {
		return fmt.Errorf("%q is not an address of a site; write it like https://people.example.com", text)
	}
	*u = URL(v.String())
	return nil
}

// Networks are address ranges.
type Networks []netip.Prefix

// UnmarshalText reads ranges in CIDR notation, or single addresses, separated by commas.
func (n *Networks) UnmarshalText(text []byte) error {
	*n = nil
	for part := range strings.SplitSeq(string(text), ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		p, err := netip.ParsePrefix(part)
		if err != nil {
			var a netip.Addr
			if a, err = netip.ParseAddr(part); err == nil {
				p, err = a.Prefix(a.BitLen())
			}
		}
		if err != nil {
			return fmt.Errorf("%q is not a network; write it like 10.0.0.0/8 or 192.0.2.7, several with commas", part)
		}
		*n = append(*n, p.Masked())
	}
	return nil
}

// Contains tells whether an address is in one of the ranges.
func (n Networks) Contains(a netip.Addr) bool {
	return slices.ContainsFunc(n, func(p netip.Prefix) bool { return p.Contains(a.Unmap()) })
}

// Mailbox is a sender's address with an optional name.
type Mailbox struct{ mail.Address }

// UnmarshalText reads a mailbox (RFC 5322).
func (m *Mailbox) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*m = Mailbox{}
		return nil
	}
	a, err := mail.ParseAddress(string(text))
	if err != nil {
		return fmt.Errorf("%q is not an e-mail address; write it like people@example.com or Retinue <people@example.com>", text)
	}
	m.Address = *a
	return nil
}

// limit is what is wrong with a setting, nil when it is fine.
type limit error

func inRange(name string, v Count, low, high int) limit {
	if int(v) < low || int(v) > high {
		return fmt.Errorf("--%s: %d is out of range; %d to %d is allowed", name, v, low, high)
	}
	return nil
}

func atMost(a, b string, product, high int) limit {
	if product > high {
		return fmt.Errorf("--%s times --%s is %d; at most %d is allowed", a, b, product, high)
	}
	return nil
}

func within(name string, v Duration, low, high time.Duration) limit {
	if time.Duration(v) < low || time.Duration(v) > high {
		return fmt.Errorf("--%s: %s is out of range; %s to %s is allowed", name, v, Duration(low), Duration(high))
	}
	return nil
}

func orZero(l limit, zero bool) limit {
	if zero || l == nil {
		return nil
	}
	return fmt.Errorf("%w, and 0s for never", l)
}

func oneOf(name string, v Choice, allowed ...string) limit {
	if slices.Contains(allowed, string(v)) {
		return nil
	}
	return fmt.Errorf("--%s: %q is not one of %s", name, string(v), strings.Join(allowed, ", "))
}

func together(a, av, b, bv string) limit {
	if (av == "") != (bv == "") {
		return fmt.Errorf("--%s and --%s go together: give both or none", a, b)
	}
	return nil
}

func needs(a string, aSet bool, b string, bSet bool) limit {
	if aSet && !bSet {
		return fmt.Errorf("--%s needs --%s", a, b)
	}
	return nil
}

func notBoth(a string, aSet bool, b string, bSet bool) limit {
	if aSet && bSet {
		return errors.New("--" + a + " and --" + b + " say the same: give one of them")
	}
	return nil
}
