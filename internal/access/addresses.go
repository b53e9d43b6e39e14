package access

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/retinue/retinue/internal/iam"
)

// AddressRange is the addresses from the first to the last, both included, of
// one family. IPv4 in IPv6's clothes (RFC 4291, 2.5.5.2) is IPv4.
type AddressRange struct{ First, Last netip.Addr }

// Contains tells whether the address is one of the range.
func (r AddressRange) Contains(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	return a.BitLen() == r.First.BitLen() && r.First.Compare(a) <= 0 && a.Compare(r.Last) <= 0
}

// everything tells whether the range is all addresses of its family.
func (r AddressRange) everything() bool {
	return r.First.IsUnspecified() && !r.Last.Next().IsValid()
}

// Everything tells whether some ranges are together all addresses of a family.
func Everything(ranges []AddressRange) bool {
	sorted := slices.SortedFunc(slices.Values(ranges), func(a, b AddressRange) int { return a.First.Compare(b.First) })
	var reached AddressRange // from the first address of a family on, without a gap
	for _, r := range sorted {
		switch {
		case r.First.IsUnspecified() && r.First.BitLen() != reached.First.BitLen():
			reached = r
		case reached.First.BitLen() != r.First.BitLen() || reached.Last.Next().Less(r.First):
			continue
		case reached.Last.Less(r.Last):
			reached.Last = r.Last
		}
		if reached.everything() {
			return true
		}
	}
	return false
}

// String is the range as it is kept: an address, a network or "first-last".
func (r AddressRange) String() string {
	if r.First == r.Last {
		return r.First.String()
	}
	for bits := range r.First.BitLen() {
		if p, err := r.First.Prefix(bits); err == nil && p.Addr() == r.First && lastOf(p) == r.Last {
			return p.String()
		}
	}
	return r.First.String() + "-" + r.Last.String()
}

// The codes with which ParseAddresses refuses.
const (
	AddressMalformed  = "malformed"
	AddressFamilies   = "mixed_families"
	AddressTurned     = "turned_around"
	AddressEverything = "everything"
)

func badAddress(code, message string) error { return iam.InvalidField("", code, message) }

// ParseAddresses reads an address, a network in CIDR notation (RFC 4632) or two
// addresses with a dash between them. It refuses with CodeInvalid a range that
// is turned around, and one that is all addresses: who wants that switches the
// list off.
func ParseAddresses(s string) (AddressRange, error) {
	const longest = 100
	s = strings.TrimSpace(s)
	malformed := badAddress(AddressMalformed, "Enter an address such as 203.0.113.7, a network such as 203.0.113.0/24, or a range such as 203.0.113.7-203.0.113.20.")
	if s == "" || len(s) > longest {
		return AddressRange{}, malformed
	}
	var r AddressRange
	var ok bool
	if strings.Contains(s, "/") {
		r, ok = parseNetwork(s)
	} else {
		first, last, dash := strings.Cut(strings.ReplaceAll(s, "–", "-"), "-")
		if r.First, ok = parseAddress(first); ok && dash {
			r.Last, ok = parseAddress(last)
		} else {
			r.Last = r.First
		}
	}
	switch {
	case !ok:
		return AddressRange{}, malformed
	case r.First.BitLen() != r.Last.BitLen():
		return AddressRange{}, badAddress(AddressFamilies, "A range is of IPv4 or of IPv6 addresses, not of both.")
	case r.Last.Less(r.First):
		return AddressRange{}, badAddress(AddressTurned, "This range is turned around: "+r.Last.String()+" comes before "+r.First.String()+". Write "+r.Last.String()+"-"+r.First.String()+".")
	case r.everything():
		return AddressRange{}, badAddress(AddressEverything, "This is every address there is. To let people in from anywhere, switch the list off.")
	}
	return r, nil
}

func parseAddress(s string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(strings.TrimSpace(s))
	return a.Unmap(), err == nil && a.Zone() == ""
}

func parseNetwork(s string) (AddressRange, bool) {
	const mapped = 96 // bits before an IPv4 address in IPv6's clothes
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return AddressRange{}, false
	}
	if p.Addr().Is4In6() {
		if p.Bits() < mapped {
			return AddressRange{}, false
		}
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-mapped)
	}
	p = p.Masked()
	return AddressRange{p.Addr(), lastOf(p)}, true
}

// lastOf is the last address of a network.
func lastOf(p netip.Prefix) netip.Addr {
	b := p.Addr().AsSlice()
	for i := p.Bits(); i < len(b)*8; i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

// Allowlist is an iam.Allowlist, ready to be asked.
type Allowlist struct {
	Enabled      bool
	ExemptAdmins bool
	rules        []compiledRule
}

type compiledRule struct {
	r    AddressRange
	rule iam.AddressRule
}

// CompileAllowlist makes a list ready to be asked. A rule that can't be read
// lets nobody in.
func CompileAllowlist(l iam.Allowlist) *Allowlist {
	out := &Allowlist{Enabled: l.Enabled, ExemptAdmins: l.ExemptAdmins}
	for _, rule := range l.Rules {
		if r, err := ParseAddresses(rule.Addresses); err == nil {
			out.rules = append(out.rules, compiledRule{r, rule})
		}
	}
	return out
}

// Allows tells whether the list lets the address in. When not, near is the rule
// that would but is switched off, if there is one. An address that is not known
// is let in by no rule.
func (l *Allowlist) Allows(a netip.Addr) (ok bool, near *iam.AddressRule) {
	if l == nil || !l.Enabled {
		return true, nil
	}
	for i := range l.rules {
		c := &l.rules[i]
		if !a.IsValid() || !c.r.Contains(a) {
			continue
		}
		if c.rule.Enabled {
			return true, nil
		}
		near = &c.rule
	}
	return false, near
}

// Active is how many rules are on.
func (l *Allowlist) Active() int {
	n := 0
	for i := range l.rules {
		if l.rules[i].rule.Enabled {
			n++
		}
	}
	return n
}
