package web

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// client is who is at the other end of a request, past trusted proxies.
type client struct {
	addr   netip.Addr
	secure bool   // came over https
	host   string // that the client asked for, with port
	// relayed is set when headers of a proxy came from an address that is not
	// a trusted one: then nothing they say is believed.
	relayed bool
}

type contextKey int

const clientKey contextKey = iota

// identify finds out who is calling. trusted tells whether an address is that
// of a proxy whose word counts.
func identify(r *http.Request, trusted func(netip.Addr) bool) *client {
	c := &client{addr: remoteAddr(r), secure: r.TLS != nil, host: r.Host}
	if len(r.Header["X-Forwarded-For"]) == 0 && len(r.Header["X-Forwarded-Proto"]) == 0 && len(r.Header["Forwarded"]) == 0 {
		return c
	}
	if !trusted(c.addr) {
		c.relayed = true
		return c
	}
	c.addr = original(c.addr, r.Header["X-Forwarded-For"], trusted)
	switch lastOf(r.Header["X-Forwarded-Proto"]) {
	case "https":
		c.secure = true
	case "http":
		c.secure = false
	}
	if host := lastOf(r.Header["X-Forwarded-Host"]); validHost(host) {
		c.host = host
	}
	return c
}

// original is the rightmost address that no trusted proxy has: what stands to
// the left of it is only what that client claims.
func original(nearest netip.Addr, headers []string, trusted func(netip.Addr) bool) netip.Addr {
	hops := strings.Split(strings.Join(headers, ","), ",")
	for _, hop := range slices.Backward(hops) {
		hop, err := parseHop(strings.TrimSpace(hop))
		if err != nil {
			return nearest
		}
		nearest = hop
		if !trusted(hop) {
			return nearest
		}
	}
	return nearest
}

// parseHop reads an address, which some proxies write with a port.
func parseHop(s string) (netip.Addr, error) {
	if a, err := netip.ParseAddr(s); err == nil {
		return a.Unmap().WithZone(""), nil
	}
	ap, err := netip.ParseAddrPort(s)
	return ap.Addr().Unmap().WithZone(""), err
}

func remoteAddr(r *http.Request) netip.Addr {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap().WithZone("")
}

// lastOf is the last element of the last header of a name: the nearest proxy's.
func lastOf(headers []string) string {
	if len(headers) == 0 {
		return ""
	}
	h := headers[len(headers)-1]
	return strings.TrimSpace(h[strings.LastIndexByte(h, ',')+1:])
}

// validHost tells whether s can be a Host header: it ends up in comparisons
// with the host names of tenants only, never in links.
func validHost(s string) bool {
	const longest = 255
	if s == "" || len(s) > longest {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`/\@?#%"<>`, c) >= 0 {
			return false
		}
	}
	return true
}

func clientOf(ctx context.Context) *client {
	if c, ok := ctx.Value(clientKey).(*client); ok {
		return c
	}
	return &client{}
}

// ClientIP is the address of whoever sent the request, past trusted proxies; ""
// when it is not known, as on a Unix socket.
func ClientIP(r *http.Request) string {
	if a := clientOf(r.Context()).addr; a.IsValid() {
		return a.String()
	}
	return ""
}

// Secure tells whether the client came over https, past trusted proxies.
func Secure(r *http.Request) bool { return clientOf(r.Context()).secure }

// local tells whether the client is on this machine for all we know.
func (c *client) local() bool { return c.addr.IsLoopback() && !c.relayed }
