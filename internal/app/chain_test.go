package app

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/retinue/retinue/internal/tokens"
)

// answer is an answer as it came: no redirect is followed.
type answer struct {
	status int
	header http.Header
	text   string
	body   map[string]any
}

// send sends a request with headers, given as names and values in turn.
func (b *browser) send(method, path, body string, headers ...string) answer {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, bytes.NewReader([]byte(body)))
	if err != nil {
		b.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	client := b.http
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	out := answer{status: resp.StatusCode, header: resp.Header, text: string(text)}
	_ = json.Unmarshal(text, &out.body) // not every answer is JSON
	return out
}

// id is that of what an answer made, whichever member it is in.
func id(in map[string]any, member string) string {
	if member != "" {
		in, _ = in[member].(map[string]any)
	}
	s, _ := in["id"].(string)
	return s
}

func claimsOf(t *testing.T, token string) tokens.Claims {
	t.Helper()
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		t.Fatalf("%v: %q", err, token)
	}
	var out tokens.Claims
	if err := parsed.UnsafeClaimsWithoutVerification(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

// Whoever is logged in as somebody else opens that person's tabs, by that person's
// rights, and the pages are told of both. covers A-07 A-10
func TestFramesAsSomebodyElse(t *testing.T) {
	databases(t, func(t *testing.T, dir string) {
		c := serve(t, dir, nil)
		admin := c.setUp()
		self := id(admin.must(http.StatusOK, "GET", "/api/v1/session", nil), "user")
		org := id(admin.must(http.StatusCreated, "POST", "/api/v1/organizations", map[string]any{"name": "Fabrikam"}), "")
		jo := id(admin.must(http.StatusCreated, "POST", "/api/v1/users", map[string]any{
			"first_name": "Jo", "last_name": "Doe", "email": "jo@fabrikam.example", "user_type": "member", "organization_id": org,
			"permissions": []string{"dashboard.custom_tabs", "users.update"},
		}), "user")
		tab := func(mode, title string, more map[string]any) string {
			in := map[string]any{"title": title, "icon": "app", "url": "https://orders.example/", "mode": mode, "identify": true, "audience": "everybody", "all_organizations": true}
			maps.Copy(in, more)
			return "/frames/" + id(admin.must(http.StatusCreated, "POST", "/api/v1/tabs", in), "") + "?organization=" + org
		}
		window, frame := tab("window", "Window", nil), tab("frame", "Frame", nil)
		own := tab("window", "Own", map[string]any{"audience": "chosen", "people": []string{self}})

		told := func(location string) tokens.Claims {
			_, token, _ := strings.Cut(location, "#token=")
			return claimsOf(t, token)
		}
		if got := told(admin.send("GET", own, "").header.Get("Location")); got.Subject != self || got.Actor != nil {
			t.Errorf("as oneself: %+v", got)
		}
		admin.must(http.StatusOK, "POST", "/api/v1/users/"+jo+"/impersonation", map[string]any{"reason": "Check the set-up"})
		check := func(what string, got tokens.Claims, changes bool) {
			t.Helper()
			if got.Subject != jo || got.Name != "Jo Doe" || got.Organization.ID != org || got.Actor == nil || got.Actor.Subject != self || got.Actor.Name != "Ada Byron" {
				t.Errorf("%s tells of %+v, %+v", what, got, got.Actor)
			}
			if !slices.Contains(got.Permissions, "dashboard.custom_tabs") || slices.Contains(got.Permissions, "users.update") != changes || slices.Contains(got.Permissions, "tabs.manage") {
				t.Errorf("%s says that they may %v", what, got.Permissions)
			}
		}
		both := func(changes bool) {
			t.Helper()
			check("the window", told(admin.send("GET", window, "").header.Get("Location")), changes)
			if page := admin.send("GET", frame, ""); page.status != http.StatusOK || !strings.Contains(page.text, "data-identify") {
				t.Errorf("the frame: %d %s", page.status, page.text)
			}
			name, _, _ := strings.Cut(strings.TrimPrefix(frame, "/frames/"), "?")
			token := admin.send("POST", "/api/v1/dashboard/tabs/"+name+"/token", "", "Retinue-Organization", org, "Retinue-Activity", "none")
			text, _ := token.body["token"].(string)
			check("the frame", claimsOf(t, text), changes)
		}
		both(false)
		if got := admin.send("GET", own, ""); got.status != http.StatusForbidden {
			t.Errorf("a tab for the administrator alone opens: %d %v", got.status, got.header)
		}
		admin.must(http.StatusNoContent, "POST", "/api/v1/session/impersonation/changes", nil)
		both(true)
		// When it is over, nothing is done as oneself unawares.
		c.signIn("ada@northwind.example", chosenPassword).must(http.StatusOK, "POST", "/api/v1/users/"+jo+"/suspend", nil)
		if got := admin.send("GET", own, ""); got.status != http.StatusUnauthorized || got.body["code"] != "impersonation_ended" {
			t.Errorf("when it is over: %d %s", got.status, got.text)
		}
		admin.must(http.StatusNoContent, "DELETE", "/api/v1/session/impersonation", nil)
		if got := told(admin.send("GET", own, "").header.Get("Location")); got.Subject != self {
			t.Errorf("back as oneself: %+v", got)
		}
	})
}

// What a client claims of where it comes from gets it past no list of addresses:
// neither through a trusted proxy nor without one. covers E-11
func TestForgedAddressesMeetTheList(t *testing.T) {
	const office, hotel = "203.0.113.5", "198.51.100.7"
	dir := t.TempDir()
	c := serve(t, dir, nil, "--trusted-proxies", "127.0.0.1")
	admin := c.setUp()
	root := id(admin.must(http.StatusOK, "GET", "/api/v1/session", nil), "organization")
	policy := "/api/v1/organizations/" + root + "/policy"
	set := admin.send("PUT", policy, `{"confirm_self":true,"allowlist":{"value":{"enabled":true,"rules":[{"addresses":"203.0.113.0/24","enabled":true}]}}}`,
		"If-Match", admin.send("GET", policy, "").header.Get("ETag"))
	if set.status != http.StatusOK {
		t.Fatal(set.text)
	}
	const header, proto = "X-Forwarded-For", "X-Forwarded-Proto"
	// Browsers keep the cookie of an address with https under another name.
	at, err := url.Parse(admin.url)
	if err != nil {
		t.Fatal(err)
	}
	session := "__Host-retinue=" + admin.http.Jar.Cookies(at)[0].Value
	for _, test := range []struct {
		name, address string // "" is let in
		headers       []string
	}{
		{"from the office", "", []string{header, office}},
		{"the office, whatever it claims", "", []string{header, hotel + ", " + office}},
		{"no proxy at all", "127.0.0.1", nil},
		{"from elsewhere", hotel, []string{header, hotel}},
		{"claims to be the office", hotel, []string{header, office + ", " + hotel}},
		{"claims it in a header of its own", hotel, []string{header, office, header, hotel}},
		{"through two proxies", hotel, []string{header, office + ", " + hotel + ", 127.0.0.1"}},
		{"with nonsense at the end", "127.0.0.1", []string{header, office + ", nonsense"}},
		{"in headers that nobody asked for", "127.0.0.1", []string{"Forwarded", "for=" + office, "X-Real-Ip", office, "X-Client-Ip", office}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := admin.send("GET", "/api/v1/me", "", append([]string{proto, "https", "Cookie", session}, test.headers...)...)
			if test.address == "" {
				if got.status != http.StatusOK {
					t.Errorf("%d %s", got.status, got.text)
				}
				return
			}
			if got.status != http.StatusForbidden || got.body["code"] != "ip_refused" || got.body["address"] != test.address {
				t.Errorf("%d %s, want a refusal of %s", got.status, got.text, test.address)
			}
		})
	}
	signIn := `{"tenant":"northwind","email":"ada@northwind.example","password":"` + chosenPassword + `"}`
	if got := c.browser().send("POST", "/api/v1/session", signIn, header, office+", "+hotel, proto, "https"); got.body["code"] != "ip_refused" || got.body["address"] != hotel {
		t.Errorf("signing in: %d %s", got.status, got.text)
	}
	if got := c.browser().send("POST", "/api/v1/session", signIn, header, hotel+", "+office, proto, "https"); got.status != http.StatusOK {
		t.Errorf("signing in from the office: %d %s", got.status, got.text)
	}
	c.stop(syscall.SIGTERM)
	// Without a proxy that is trusted, nobody's word counts.
	alone := serve(t, dir, nil)
	admin.url = alone.url
	if got := admin.send("GET", "/api/v1/me", ""); got.body["code"] != "ip_refused" || got.body["address"] != "127.0.0.1" {
		t.Errorf("without a proxy: %d %s", got.status, got.text)
	}
	if got := admin.send("GET", "/api/v1/me", "", header, office, proto, "https"); got.body["code"] != "https_required" {
		t.Errorf("through a proxy that is not trusted: %d %s", got.status, got.text)
	}
}
