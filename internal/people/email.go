package people

import (
	"strconv"
	"strings"
)

// slots is how many consecutive indexes it takes to visit every domain as often
// as its weight says. A power of two, so that an odd multiplier permutes it.
const slots = 8192

// domains gives every index an address of its own without looking at any other
// index: index i falls on one slot of one domain, as the u-th person there, and
// (domain, u) decides the shape of the address and its number. Shapes can't be
// mistaken for one another, so two addresses are equal only if i is.
type domains struct {
	host  [slots]string
	order [slots]uint32 // which of its domain's slots this is
	count [slots]uint32 // how many slots its domain has
	turn  [slots]uint32 // shape of the domain's first address
	mul   uint32
	add   uint32
}

func newDomains(seed uint64) *domains {
	r := newRNG(seed, 0xd0)
	d := &domains{mul: uint32(r.next())*2 + 1, add: uint32(r.next())}
	hosts := hostNames()
	for i := len(hosts) - 1; i > 0; i-- {
		j := r.below(i + 1)
		hosts[i], hosts[j] = hosts[j], hosts[i]
	}
	weights := zipf(len(hosts), 12, 1)
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	counts, left := make([]uint32, len(hosts)), uint32(slots)
	for h, w := range weights {
		counts[h] = 1 + uint32(w/sum*float64(slots-len(hosts)))
		left -= counts[h]
	}
	for h := 0; left > 0; h, left = h+1, left-1 {
		counts[h]++
	}
	at := 0
	for h, n := range counts {
		turn := uint32(r.below(plainShapes))
		for k := range n {
			d.host[at], d.order[at], d.count[at], d.turn[at] = hosts[h], k, n, turn
			at++
		}
	}
	return d
}

// address returns the address of index i for names in a-z.
func (d *domains) address(i int, given, family string) string {
	slot := (uint32(i)*d.mul + d.add) % slots
	u := uint32(uint64(i)/slots)*d.count[slot] + d.order[slot]
	n := u / shapes
	var buf [96]byte
	out := appendLocal(buf[:0], (u+d.turn[slot])%shapes, given, family)
	if n > 0 {
		out = strconv.AppendUint(out, uint64(n)+1, 10)
	}
	out = append(out, '@')
	return string(append(out, d.host[slot]...))
}

const (
	plainShapes = 9
	initials    = "abcdejklmrst"
	shapes      = plainShapes + uint32(len(initials))
)

// appendLocal writes the local part in one of the shapes. given and family have
// at least two letters each, which keeps an initial apart from a name.
func appendLocal(out []byte, shape uint32, given, family string) []byte {
	switch shape {
	case 0:
		return join(out, given, ".", family)
	case 1:
		return join(out, given[:1], ".", family)
	case 2:
		return join(out, given[:1], "", family)
	case 3:
		return join(out, given, "_", family)
	case 4:
		return join(out, given, ".", family[:1])
	case 5:
		return join(out, given, "-", family)
	case 6:
		return join(out, given[:1], "_", family)
	case 7:
		return join(out, given, "_", family[:1])
	case 8:
		return join(out, given[:1], "-", family)
	}
	out = append(append(out, given...), '.', initials[shape-plainShapes], '.')
	return append(out, family...)
}

func join(out []byte, a, separator, b string) []byte {
	out = append(out, a...)
	out = append(out, separator...)
	return append(out, b...)
}

// hostNames returns some 1,500 company domains under .example (RFC 2606).
func hostNames() []string {
	first := strings.Fields("bright harbor north silver copper maple lumen river cobalt juniper amber summit clear quiet atlas willow granite ember falcon meadow tidal orchard polar velvet saffron lantern cedar mosaic prairie marble nimbus coral indigo beacon raven sierra aurora linden pebble")
	last := strings.Fields("desk line works field cloud care point loop bank labs mart wise path hub trade health foods motors travel logic supply media energy retail studio freight homes air sport mobile print garden pay learn stay reach craft yard")
	hosts := make([]string, 0, len(first)*len(last))
	for _, a := range first {
		for _, b := range last {
			hosts = append(hosts, a+b+".example")
		}
	}
	return hosts
}
