package access_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
)

func chainOf(t *rapid.T, locks bool) []*iam.Policy {
	var chain []*iam.Policy
	for i := range rapid.IntRange(0, 6).Draw(t, "depth") {
		p := &iam.Policy{Org: iam.OrgID(string(rune('a' + i)))}
		if rapid.Bool().Draw(t, "sets idle") {
			p.Idle = &iam.Setting[time.Duration]{
				Value: time.Duration(rapid.IntRange(0, 480).Draw(t, "minutes")) * time.Minute, Locked: locks && rapid.Bool().Draw(t, "locked"),
			}
		}
		if rapid.Bool().Draw(t, "sets log in as") {
			p.Impersonation = &iam.Setting[bool]{Value: rapid.Bool().Draw(t, "allowed"), Locked: locks && rapid.Bool().Draw(t, "locked")}
		}
		chain = append(chain, p)
	}
	return chain
}

// covers E-08, E-11
func TestPoliciesResolve(t *testing.T) {
	limits := access.Limits{Idle: 2 * time.Hour, Lifetime: 24 * time.Hour}
	rapid.Check(t, func(t *rapid.T) {
		chain := chainOf(t, true)
		got := access.ResolvePolicies(chain, limits)
		if v := got.Idle.Value; v <= 0 || v > limits.Idle {
			t.Fatalf("idle is %v beyond the installation's %v", v, limits.Idle)
		}
		// Whatever is added below changes nothing that is locked above.
		below := append(append([]*iam.Policy(nil), chain...), &iam.Policy{
			Org: "below", Idle: &iam.Setting[time.Duration]{Value: time.Minute}, Impersonation: &iam.Setting[bool]{Value: !got.Impersonation.Value},
		})
		next := access.ResolvePolicies(below, limits)
		if got.Idle.LockedBy != "" && next.Idle != got.Idle {
			t.Fatalf("locked by %s: %+v became %+v", got.Idle.LockedBy, got.Idle, next.Idle)
		}
		if got.Idle.LockedBy == "" && (next.Idle.Value != time.Minute || next.Idle.Source != "below") {
			t.Fatalf("not locked, but it stayed %+v", next.Idle)
		}
		if (got.Impersonation.LockedBy != "") != (next.Impersonation.Value == got.Impersonation.Value) {
			t.Fatalf("log in as: %+v became %+v", got.Impersonation, next.Impersonation)
		}
		// An organization that sets nothing changes nothing.
		if same := access.ResolvePolicies(append(append([]*iam.Policy(nil), chain...), nil, &iam.Policy{Org: "empty"}), limits); same.Idle != got.Idle {
			t.Fatalf("%+v became %+v", got.Idle, same.Idle)
		}
	})
}

func TestStrictestIsNoLooser(t *testing.T) {
	limits := access.Limits{Lifetime: 24 * time.Hour}
	rapid.Check(t, func(t *rapid.T) {
		a, b := access.ResolvePolicies(chainOf(t, false), limits), access.ResolvePolicies(chainOf(t, false), limits)
		s := access.Strictest(a, b)
		for _, r := range []access.Rules{a, b} {
			if r.Idle.Value > 0 && (s.Idle.Value == 0 || s.Idle.Value > r.Idle.Value) {
				t.Fatalf("idle %v is looser than %v", s.Idle.Value, r.Idle.Value)
			}
			if s.Impersonation.Value && !r.Impersonation.Value {
				t.Fatal("log in as is allowed though one forbids it")
			}
		}
	})
}

// covers E-11
func TestAddressesAreRead(t *testing.T) {
	for in, want := range map[string]string{
		"203.0.113.7":                         "203.0.113.7",
		" 203.0.113.7/32 ":                    "203.0.113.7",
		"203.0.113.9/24":                      "203.0.113.0/24",
		"203.0.113.0-203.0.113.255":           "203.0.113.0/24",
		"203.0.113.7 – 203.0.113.20":          "203.0.113.7-203.0.113.20",
		"::ffff:203.0.113.7":                  "203.0.113.7",
		"::ffff:203.0.113.0/120":              "203.0.113.0/24",
		"2001:db8::/32":                       "2001:db8::/32",
		"2001:DB8::1-2001:db8::ff":            "2001:db8::1-2001:db8::ff",
		"2001:db8:0:0:0:0:0:1":                "2001:db8::1",
		"::ffff:192.0.2.1-::ffff:192.0.2.254": "192.0.2.1-192.0.2.254",
	} {
		r, err := access.ParseAddresses(in)
		if err != nil || r.String() != want {
			t.Errorf("%q is %q, %v; want %q", in, r, err, want)
		}
		again, err := access.ParseAddresses(want)
		if err != nil || again != r {
			t.Errorf("%q is not what it is read as again: %v %v", want, again, err)
		}
	}
	for in, code := range map[string]string{
		"": access.AddressMalformed, "office": access.AddressMalformed, "1.2.3": access.AddressMalformed, "1.2.3.4/33": access.AddressMalformed,
		"fe80::1%eth0": access.AddressMalformed, "::ffff:1.2.3.4/90": access.AddressMalformed, "1.2.3.4-": access.AddressMalformed,
		"1.2.3.4-2001:db8::1": access.AddressFamilies, "203.0.113.20-203.0.113.7": access.AddressTurned,
		"::/0": access.AddressEverything, "0.0.0.0/0": access.AddressEverything, "0.0.0.0-255.255.255.255": access.AddressEverything, "::ffff:0:0/96": access.AddressEverything,
	} {
		_, err := access.ParseAddresses(in)
		e, ok := err.(*iam.Error) //nolint:errorlint // it is not wrapped
		if !ok || e.Fields[0].Code != code {
			t.Errorf("%q: %v, want %s", in, err, code)
		}
	}
}

// Rules that leave no address out are every address, however they are cut.
func TestEverythingTogether(t *testing.T) {
	for list, want := range map[string]bool{
		"":                                     false,
		"0.0.0.0/1 128.0.0.0/1":                true,
		"128.0.0.0/1 0.0.0.0/1":                true,
		"128.0.0.0/2 0.0.0.0/1 192.0.0.0/2":    true,
		"0.0.0.0/1 128.0.0.0/2":                false,
		"0.0.0.0/1 128.0.0.1-255.255.255.255":  false,
		"0.0.0.0/1 64.0.0.0-255.255.255.255":   true,
		"128.0.0.0/1 8000::/1":                 false,
		"::/1 8000::/1 203.0.113.7":            true,
		"0.0.0.0/1 8000::/1":                   false,
		"::/1 128.0.0.0/1":                     false,
		"::/1 8000::/1 0.0.0.0/1 128.0.0.0/1":  true,
		"0.0.0.0/1 128.0.0.0/1 203.0.113.0/24": true,
	} {
		var ranges []access.AddressRange
		for text := range strings.FieldsSeq(list) {
			r, err := access.ParseAddresses(text)
			if err != nil {
				t.Fatal(err)
			}
			ranges = append(ranges, r)
		}
		if got := access.Everything(ranges); got != want {
			t.Errorf("%q: %t", list, got)
		}
	}
}

func TestRangesContainWhatLiesBetween(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		addr := func(name string) netip.Addr {
			if rapid.Bool().Draw(t, name+" is v6") {
				return netip.AddrFrom16([16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, name))).Unmap()
			}
			return netip.AddrFrom4([4]byte(rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, name)))
		}
		a, b, c := addr("a"), addr("b"), addr("c")
		if a.BitLen() != b.BitLen() || b.Less(a) {
			return
		}
		r, err := access.ParseAddresses(a.String() + "-" + b.String())
		if err != nil {
			return // all addresses
		}
		inside := c.BitLen() == a.BitLen() && a.Compare(c) <= 0 && c.Compare(b) <= 0
		if r.Contains(c) != inside || !r.Contains(a) || !r.Contains(b) {
			t.Fatalf("%v contains %v: %v", r, c, r.Contains(c))
		}
		if c.Is4() && r.Contains(netip.AddrFrom16(c.As16())) != inside {
			t.Fatalf("%v is another address in IPv6's clothes", c)
		}
	})
}

func TestAllowlistTruthTable(t *testing.T) {
	rule := func(on bool) iam.AddressRule { return iam.AddressRule{Addresses: "192.0.2.0/24", Enabled: on} }
	in, out := netip.MustParseAddr("192.0.2.7"), netip.MustParseAddr("198.51.100.7")
	for _, c := range []struct {
		name     string
		list     iam.Allowlist
		addr     netip.Addr
		ok, near bool
	}{
		{"off", iam.Allowlist{Rules: []iam.AddressRule{rule(true)}}, out, true, false},
		{"in", iam.Allowlist{Enabled: true, Rules: []iam.AddressRule{rule(true)}}, in, true, false},
		{"out", iam.Allowlist{Enabled: true, Rules: []iam.AddressRule{rule(true)}}, out, false, false},
		{"rule off", iam.Allowlist{Enabled: true, Rules: []iam.AddressRule{rule(false)}}, in, false, true},
		{"unknown", iam.Allowlist{Enabled: true, Rules: []iam.AddressRule{rule(true)}}, netip.Addr{}, false, false},
		{"broken rule", iam.Allowlist{Enabled: true, Rules: []iam.AddressRule{{Addresses: "?", Enabled: true}}}, in, false, false},
	} {
		ok, near := access.CompileAllowlist(c.list).Allows(c.addr)
		if ok != c.ok || (near != nil) != c.near {
			t.Errorf("%s: %v %v", c.name, ok, near)
		}
	}
}
