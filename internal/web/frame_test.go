package web

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/photo"
)

// names is an installation with one host name of its own.
type names struct{}

// Serves implements Hosts.
func (names) Serves(_ context.Context, host string) (bool, error) {
	return host == "help.acme.example", nil
}

// DomainProof implements Hosts.
func (names) DomainProof(_ context.Context, host, token string) (string, error) {
	if host == "help.client.example" && token == "T0ken" {
		return "the proof", nil
	}
	return "", nil
}

// KeySet implements Hosts.
func (names) KeySet(_ context.Context, host string, tenant iam.TenantID) ([]byte, error) {
	if host != "help.acme.example" && tenant == "" {
		return nil, iam.NotFound("tenant")
	}
	return []byte(`{"keys":[]}`), nil
}

// Logo implements Hosts.
func (names) Logo(context.Context, iam.TenantID, string) (content []byte, contentType string, err error) {
	return nil, "", photo.ErrNotFound
}

func newFrameServer(t *testing.T, page *TabPage, err error) *Server {
	t.Helper()
	return newServer(t, func(d *Deps) {
		d.Hosts = names{}
		d.OpenTab = func(*http.Request, iam.OrgID, string) (*TabPage, error) { return page, err }
	})
}

// The page around a frame allows its one origin, and nothing in a title or an
// address gets out of its place.
func TestFrame(t *testing.T) {
	s := newFrameServer(t, &TabPage{
		Tab: "tab_1", Title: `"><script>alert(1)</script>`, URL: "https://orders.example/?a=1&b=2", Origin: "https://orders.example", Identify: true,
	}, nil)
	res := ask(s, here, http.MethodGet, "/frames/tab_1?organization=%22onload%3Dx")
	policy, body := res.Header.Get("Content-Security-Policy"), bodyOf(t, res)
	if res.StatusCode != http.StatusOK || !strings.Contains(policy, "frame-src https://orders.example;") || !strings.Contains(policy, "connect-src 'self' https://orders.example;") || !strings.Contains(policy, "frame-ancestors 'self'") ||
		strings.Contains(policy, "unsafe") || !strings.Contains(policy, "default-src 'none'") {
		t.Errorf("%d, policy %s", res.StatusCode, policy)
	}
	if strings.Contains(body, "<script>alert(1)") || strings.Contains(body, `"onload=x`) || strings.Contains(body, "allow-top-navigation") ||
		!strings.Contains(body, `src="https://orders.example/?a=1&amp;b=2"`) {
		t.Error(body)
	}
}

func TestFrameRefuses(t *testing.T) {
	for code, status := range map[iam.Code]int{
		iam.CodeUnauthenticated: http.StatusUnauthorized, iam.CodeForbidden: http.StatusForbidden, iam.CodeNotMember: http.StatusForbidden,
		iam.CodeImpersonationEnded: http.StatusUnauthorized, iam.CodeIPRefused: http.StatusForbidden, iam.CodeNotFound: http.StatusNotFound, iam.CodeInternal: http.StatusInternalServerError,
		iam.CodeAccountSuspended: http.StatusForbidden, iam.CodeThrottled: http.StatusTooManyRequests, "unheard_of": http.StatusInternalServerError,
	} {
		if res := ask(newFrameServer(t, nil, iam.Errorf(code, "No.")), here, http.MethodGet, "/frames/x"); res.StatusCode != status {
			t.Errorf("%s: %d, want %d", code, res.StatusCode, status)
		}
		photos := newServer(t, func(d *Deps) {
			d.TenantOf = func(*http.Request) (iam.TenantID, error) { return "", iam.Errorf(code, "No.") }
		})
		if res := ask(photos, here, http.MethodGet, "/photos/tenant_a/abc.jpg"); res.StatusCode != status {
			t.Errorf("a photo, %s: %d, want %d", code, res.StatusCode, status)
		}
	}
	// Not even by mistake is the service framed in itself.
	own := newFrameServer(t, &TabPage{URL: "http://example.com/", Origin: "http://example.com"}, nil)
	if res := ask(own, here, http.MethodGet, "/frames/x"); res.StatusCode != http.StatusForbidden {
		t.Errorf("its own origin: %d", res.StatusCode)
	}
}

// A window of its own gets the token where no server sees it.
func TestFrameInWindow(t *testing.T) {
	s := newFrameServer(t, &TabPage{URL: "https://orders.example/?a=1", Origin: "https://orders.example", Window: true, Identify: true, Token: "a.b.c"}, nil)
	res := ask(s, here, http.MethodGet, "/frames/x")
	if got := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || got != "https://orders.example/?a=1#token=a.b.c" || res.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("%d, %q", res.StatusCode, got)
	}
}

func TestWellKnown(t *testing.T) {
	s := newFrameServer(t, nil, nil)
	for path, want := range map[string]int{
		"/.well-known/retinue/tls-check?domain=help.acme.example":  http.StatusOK,
		"/.well-known/retinue/tls-check?domain=other.acme.example": http.StatusNotFound,
		"/.well-known/retinue/tls-check":                           http.StatusNotFound,
		"/.well-known/jwks.json":                                   http.StatusNotFound,
		"/.well-known/jwks.json?tenant=tenant_x":                   http.StatusOK,
		"/logos/tenant_a/abc.jpg":                                  http.StatusNotFound,
	} {
		if res := ask(s, here, http.MethodGet, path); res.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, res.StatusCode, want)
		}
	}
}

// The proof of a domain is given under its own name only.
func TestDomainProof(t *testing.T) {
	s := newFrameServer(t, nil, nil)
	const path = "/.well-known/retinue-challenge/"
	res := ask(s, proxy, http.MethodGet, path+"T0ken", "X-Forwarded-For", "203.0.113.5", "X-Forwarded-Host", "Help.client.example:443")
	if body := bodyOf(t, res); res.StatusCode != http.StatusOK || body != "the proof\n" || res.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("%d, %q, %v", res.StatusCode, body, res.Header)
	}
	for _, ask404 := range [][2]string{{"help.client.example", "Other"}, {"help.acme.example", "T0ken"}} {
		res := ask(s, proxy, http.MethodGet, path+ask404[1], "X-Forwarded-For", "203.0.113.5", "X-Forwarded-Host", ask404[0])
		if res.StatusCode != http.StatusNotFound {
			t.Errorf("%v: %d", ask404, res.StatusCode)
		}
	}
}
