package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/console"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/photo"
	"github.com/retinue/retinue/internal/problem"
)

const pixel = "\xff\xd8\xff\xe0\x00\x10JFIF"

// memory keeps photos of tenant_a.
type memory struct{ photo.Store }

// Get implements photo.Store.
func (memory) Get(_ context.Context, tenant, key string) ([]byte, string, error) {
	if tenant == "tenant_a" && key == "abc.jpg" {
		return []byte(pixel), "image/jpeg", nil
	}
	return nil, "", photo.ErrNotFound
}

var build = fstest.MapFS{
	"index.html":          {Data: []byte(`<!doctype html><meta name="csp-nonce" content="__N__"><script src="/assets/a-1.js"></script>`)},
	"assets/a-1.js":       {Data: []byte(strings.Repeat("let tired = true;\n", 200))},
	"favicon.svg":         {Data: []byte("<svg/>")},
	".gitkeep":            {Data: []byte("secret")},
	"assets/font.woff2":   {Data: []byte("x1y2")},
	"assets/unknown.blob": {Data: []byte("?")},
}

// newServer is a server whose API answers with what it knows of the client.
func newServer(t *testing.T, change func(*Deps)) *Server {
	t.Helper()
	d := Deps{
		API: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/api/panic" {
				panic("the password is hunter2")
			}
			_ = json.NewEncoder(w).Encode([]any{ClientIP(r), Secure(r), r.Host})
		}),
		Console: build, NoncePlaceholder: "__N__", Photos: memory{},
		MayOpen: func(r *http.Request, p console.Page) bool {
			return r.Header.Get("Cookie") != "an agent's" || p.Portal != "tenant_admin"
		},
		TenantOf: func(r *http.Request) (iam.TenantID, error) {
			switch c := r.Header.Get("Cookie"); c {
			case "":
				return "", iam.Errorf(iam.CodeUnauthenticated, "Sign in.")
			case "broken":
				return "", errors.New("disk on fire")
			default:
				return iam.TenantID(c), nil
			}
		},
		WithRequestID:  func(ctx context.Context, _ string) context.Context { return ctx },
		TrustedProxy:   func(a netip.Addr) bool { return netip.MustParsePrefix("10.0.0.0/8").Contains(a) },
		MayReadMetrics: netip.Addr.IsLoopback, MetricsToken: "s3cret", Metrics: NewMetrics("v1"),
		Ready: func(context.Context) error { return nil }, Logger: slog.New(slog.DiscardHandler), LogRequests: LogErrors,
	}
	if change != nil {
		change(&d)
	}
	return New(d)
}

// ask sends a request from an address.
func ask(s http.Handler, from, method, path string, headers ...string) *http.Response {
	r := httptest.NewRequest(method, path, nil)
	r.RemoteAddr = from
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func bodyOf(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

const here, proxy, away = "127.0.0.1:999", "10.1.2.3:999", "198.51.100.9:999"

// Only trusted proxies are believed, and of what they pass on only what stands
// to the right of the first address that is not one of them.
func TestClientBehindProxies(t *testing.T) {
	s := newServer(t, nil)
	for _, c := range []struct {
		from    string
		headers []string
		want    string
	}{
		{away, nil, `["198.51.100.9",false,"example.com"]`},
		{"[2001:db8::1%eth0]:1", nil, `["2001:db8::1",false,"example.com"]`},
		{"[::ffff:198.51.100.9]:1", nil, `["198.51.100.9",false,"example.com"]`},
		{"@", nil, `["",false,"example.com"]`},
		{away, []string{"X-Forwarded-For", "127.0.0.1", "X-Forwarded-Proto", "https", "X-Forwarded-Host", "evil.example"}, `["198.51.100.9",false,"example.com"]`},
		{proxy, []string{"X-Forwarded-For", "203.0.113.5", "X-Forwarded-Proto", "https", "X-Forwarded-Host", "people.example"}, `["203.0.113.5",true,"people.example"]`},
		{proxy, []string{"X-Forwarded-For", "127.0.0.1, 203.0.113.5, 10.9.9.9"}, `["203.0.113.5",false,"example.com"]`},
		{proxy, []string{"X-Forwarded-For", "1.1.1.1", "X-Forwarded-For", "203.0.113.5"}, `["203.0.113.5",false,"example.com"]`},
		{proxy, []string{"X-Forwarded-For", "203.0.113.5:4711"}, `["203.0.113.5",false,"example.com"]`},
		{proxy, []string{"X-Forwarded-For", "203.0.113.5, unknown"}, `["10.1.2.3",false,"example.com"]`},
		{proxy, []string{"X-Forwarded-For", "203.0.113.5", "X-Forwarded-Proto", "https, http"}, `["203.0.113.5",false,"example.com"]`},
		{proxy, []string{"X-Forwarded-For", "203.0.113.5", "X-Forwarded-Host", "a/b"}, `["203.0.113.5",false,"example.com"]`},
	} {
		if got := strings.TrimSpace(bodyOf(t, ask(s, c.from, "GET", "/api/x", c.headers...))); got != c.want {
			t.Errorf("from %s with %q: %s, want %s", c.from, c.headers, got, c.want)
		}
	}
}

// operations are all of the API, as "GET /api/v1/users", from its document.
func operations(t *testing.T) []string {
	t.Helper()
	b, err := os.ReadFile("../../docs/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var document struct{ Paths map[string]map[string]any }
	if err := json.Unmarshal(b, &document); err != nil {
		t.Fatal(err)
	}
	var out []string
	for path, methods := range document.Paths {
		for method := range methods {
			if method != "parameters" {
				out = append(out, strings.ToUpper(method)+" /api/v1"+strings.NewReplacer("{", "", "}", "").Replace(path))
			}
		}
	}
	const fewest = 100
	if len(out) < fewest {
		t.Fatalf("only %d operations", len(out))
	}
	return out
}

// Nothing secret is taken over plain http from another machine: no operation
// with a session or an API key, and none that takes a body, whoever calls.
func TestPlainHTTP(t *testing.T) {
	s := newServer(t, nil)
	relayed := []string{"X-Forwarded-For", "203.0.113.5"}
	https := []string{"X-Forwarded-For", "203.0.113.5", "X-Forwarded-Proto", "https"}
	check := func(from, operation string, refused bool, headers ...string) {
		t.Helper()
		method, path, _ := strings.Cut(operation, " ")
		r := ask(s, from, method, path, headers...)
		if got := r.StatusCode == http.StatusForbidden; got != refused {
			t.Errorf("%s from %s with %q: %d, want it refused: %t", operation, from, headers, r.StatusCode, refused)
		} else if refused && !strings.Contains(bodyOf(t, r), `"code":"https_required"`) {
			t.Errorf("%s: the refusal does not say why", operation)
		}
	}
	for _, operation := range append(operations(t), "GET /frames/tab_1", "GET /photos/tenant_a/abc.jpg") {
		for _, secret := range [][]string{
			{"Cookie", "retinue_session=x"},
			{"Cookie", "a=b; __Host-retinue=x"},
			{"Cookie", "retinue_as=x"},
			{"Cookie", "__Host-retinue-as=x"},
			{"Authorization", "Bearer rtn_x"},
		} {
			check(away, operation, true, secret...)
			check(proxy, operation, true, append(relayed, secret...)...)
			// A proxy on this machine that nobody has told the server of.
			check(here, operation, true, append(https, secret...)...)
			check(proxy, operation, false, append(https, secret...)...)
			check(here, operation, false, secret...)
		}
		asks := strings.HasPrefix(operation, "GET ")
		check(away, operation, !asks)
		check(away, operation, !asks, "Cookie", "theme=dark")
		check(here, operation, false)
	}
	check(away, "GET /", false, "Cookie", "retinue_session=x")
}

// The console's page carries the nonce of its own policy, which allows nothing
// inline besides; every answer has the headers that protect it.
func TestPageAndHeaders(t *testing.T) {
	s := newServer(t, nil)
	first, second := ask(s, here, "GET", "/"), ask(s, proxy, "GET", "/admin/users/user_1", "X-Forwarded-Proto", "https", "X-Forwarded-For", "203.0.113.5")
	nonce := regexp.MustCompile(`'nonce-([A-Z2-7]{26})'`).FindStringSubmatch(first.Header.Get("Content-Security-Policy"))
	if page := bodyOf(t, first); nonce == nil || !strings.Contains(page, `content="`+nonce[1]+`"`) || strings.Contains(page, "__N__") {
		t.Errorf("the nonce %v is not in %s", nonce, page)
	}
	if csp := first.Header.Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") || csp == second.Header.Get("Content-Security-Policy") {
		t.Errorf("the policy is %s", csp)
	}
	if first.Header.Get("Cache-Control") != "no-store" || second.StatusCode != http.StatusOK {
		t.Errorf("caching %q, a route answers %d", first.Header.Get("Cache-Control"), second.StatusCode)
	}
	if first.Header.Get("Strict-Transport-Security") != "" || second.Header.Get("Strict-Transport-Security") == "" {
		t.Error("Strict-Transport-Security belongs to https")
	}
	for _, path := range []string{"/", "/api/x", "/healthz", "/assets/a-1.js", "/nothing.js", "/photos/tenant_a/abc.jpg"} {
		r := ask(s, here, "GET", path)
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got := r.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		if r.Header.Get("Content-Security-Policy") == "" || r.Header.Get("Permissions-Policy") == "" || r.Header.Get("X-Request-ID") == "" {
			t.Errorf("%s: a header is missing: %v", path, r.Header)
		}
	}
}

// What somebody may not see is refused by its address, too, and where there is no
// page that is said; the console still comes, to say so in words.
// covers D-12
func TestPageStatus(t *testing.T) {
	s := newServer(t, nil)
	for path, want := range map[string]int{
		"/": 200, "/index.html": 200, "/sign-in": 200, "/account": 200, "/desktop": 200, "/desktop/": 200,
		"/admin": 403, "/admin/users": 403, "/admin/users/user_1": 403, "/admin/nothing": 404, "/nothing": 404,
	} {
		r := ask(s, here, "GET", path, "Cookie", "an agent's", "Accept", "text/html")
		if body := bodyOf(t, r); r.StatusCode != want || !strings.Contains(body, "<script") {
			t.Errorf("%s: %d, %q", path, r.StatusCode, body)
		}
		if r := ask(s, here, "GET", path, "Accept", "text/html"); r.StatusCode == http.StatusForbidden {
			t.Errorf("%s refuses a stranger, who could sign in", path)
		}
	}
}

// Files are served compressed and cached by their names; what is no file and
// no route is a problem.
func TestFiles(t *testing.T) {
	s := newServer(t, nil)
	r := ask(s, here, "GET", "/assets/a-1.js", "Accept-Encoding", "br, gzip;q=0.8")
	z, err := gzip.NewReader(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if _, err := io.Copy(&text, z); err != nil || text.String() != string(build["assets/a-1.js"].Data) {
		t.Errorf("unpacked %d bytes, %v", text.Len(), err)
	}
	want := []string{"gzip", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable", "Accept-Encoding"}
	got := []string{r.Header.Get("Content-Encoding"), r.Header.Get("Content-Type"), r.Header.Get("Cache-Control"), r.Header.Get("Vary")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if plain := ask(s, here, "GET", "/assets/a-1.js", "Accept-Encoding", "gzip;q=0"); plain.Header.Get("Content-Encoding") != "" {
		t.Error("compressed for somebody who refuses it")
	}
	icon := ask(s, here, "GET", "/favicon.svg")
	if icon.Header.Get("Cache-Control") != "no-cache" || icon.Header.Get("Content-Type") != "image/svg+xml" {
		t.Errorf("the icon has %v", icon.Header)
	}
	if again := ask(s, here, "GET", "/favicon.svg", "If-None-Match", icon.Header.Get("ETag")); again.StatusCode != http.StatusNotModified || bodyOf(t, again) != "" {
		t.Errorf("the same again: %d", again.StatusCode)
	}
	if head := ask(s, here, "HEAD", "/admin"); head.StatusCode != http.StatusOK || bodyOf(t, head) != "" {
		t.Error("HEAD has a body")
	}
	for _, c := range []struct {
		method, path, accept string
		want                 int
	}{
		{"GET", "/assets/gone.js", "*/*", 404},
		{"GET", "/.gitkeep", "*/*", 404},
		{"GET", "/admin", "application/json", 404},
		{"POST", "/admin", "text/html", 405},
		{"GET", "/photos/", "text/html", 404},
	} {
		r := ask(s, here, c.method, c.path, "Accept", c.accept)
		if r.StatusCode != c.want || r.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s: %d %s", c.method, c.path, r.StatusCode, r.Header.Get("Content-Type"))
		}
	}
	unbuilt := newServer(t, func(d *Deps) { d.Console = fstest.MapFS{".gitkeep": {}} })
	if r := ask(unbuilt, here, "GET", "/"); r.StatusCode != http.StatusServiceUnavailable || !strings.Contains(bodyOf(t, r), "make build") {
		t.Error("a missing build is not explained")
	}
}

// Photos are for signed-in people of the same tenant.
func TestPhotos(t *testing.T) {
	s := newServer(t, nil)
	for _, c := range []struct {
		cookie, path string
		want         int
	}{
		{"tenant_a", "/photos/tenant_a/abc.jpg", 200},
		{"", "/photos/tenant_a/abc.jpg", 401},
		{"tenant_b", "/photos/tenant_a/abc.jpg", 404},
		{"tenant_a", "/photos/tenant_a/other.jpg", 404},
		{"broken", "/photos/tenant_a/abc.jpg", 500},
	} {
		var headers []string
		if c.cookie != "" {
			headers = []string{"Cookie", c.cookie}
		}
		r := ask(s, here, "GET", c.path, headers...)
		body := bodyOf(t, r)
		if r.StatusCode != c.want || strings.Contains(body, "fire") {
			t.Errorf("%s as %q: %d %s", c.path, c.cookie, r.StatusCode, body)
		}
		if c.want != 200 {
			continue
		}
		want := []string{"image/jpeg", "private, max-age=31536000, immutable", "inline"}
		got := []string{r.Header.Get("Content-Type"), r.Header.Get("Cache-Control"), r.Header.Get("Content-Disposition")}
		if diff := cmp.Diff(want, got); diff != "" || body != pixel || !strings.Contains(r.Header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%v: %s", r.Header, diff)
		}
	}
}

// Metrics are for this machine and for who bears the token, never for who came
// through a proxy that is not trusted; their labels are routes.
func TestMetrics(t *testing.T) {
	s := newServer(t, nil)
	ask(s, away, "GET", "/admin/users/user_123")
	for _, c := range []struct {
		from    string
		headers []string
		want    int
	}{
		{here, nil, 200},
		{away, nil, 403},
		{away, []string{"Authorization", "Bearer s3cret"}, 200},
		{away, []string{"Authorization", "Bearer wrong"}, 403},
		{here, []string{"X-Forwarded-For", "127.0.0.1"}, 403},
	} {
		r := ask(s, c.from, "GET", "/metrics", c.headers...)
		if r.StatusCode != c.want {
			t.Errorf("from %s with %q: %d, want %d", c.from, c.headers, r.StatusCode, c.want)
		}
		if body := bodyOf(t, r); c.want == 200 && (!strings.Contains(body, `retinue_http_requests_total{route="/",status="200"}`) ||
			!strings.Contains(body, `retinue_build_info{`) || strings.Contains(body, "user_123")) {
			t.Errorf("the metrics are %s", body)
		}
	}
	without := newServer(t, func(d *Deps) { d.MetricsToken = "" })
	if r := ask(without, away, "GET", "/metrics", "Authorization", "Bearer "); r.StatusCode != http.StatusForbidden {
		t.Error("no token is a token")
	}
	elsewhere := newServer(t, func(d *Deps) { d.MetricsElsewhere = true })
	if r := ask(elsewhere, here, "GET", "/metrics", "Accept", "text/plain"); r.StatusCode != http.StatusNotFound {
		t.Errorf("metrics that have a listener of their own: %d", r.StatusCode)
	}
}

// Readiness tells nobody what is wrong; a panic tells nobody anything.
func TestReadyAndPanic(t *testing.T) {
	var log bytes.Buffer
	s := newServer(t, func(d *Deps) {
		d.Ready = func(context.Context) error { return errors.New("db.internal is away") }
		d.Logger = slog.New(slog.NewTextHandler(&log, nil))
	})
	if r := ask(s, here, "GET", "/readyz"); r.StatusCode != http.StatusServiceUnavailable || bodyOf(t, r) != "not ready\n" {
		t.Error("readyz")
	}
	if r := ask(s, here, "GET", "/healthz"); r.StatusCode != http.StatusOK {
		t.Error("healthz")
	}
	r := ask(s, here, "GET", "/api/panic")
	body := bodyOf(t, r)
	if r.StatusCode != http.StatusInternalServerError || r.Header.Get("Content-Type") != "application/problem+json" || strings.Contains(body, "hunter2") || !strings.Contains(body, r.Header.Get("X-Request-ID")) {
		t.Errorf("a panic: %d %s", r.StatusCode, body)
	}
	if !strings.Contains(log.String(), r.Header.Get("X-Request-ID")) || strings.Count(log.String(), "msg=request ") != 2 {
		t.Errorf("logged: %s", log.String())
	}
	if r := ask(newServer(t, nil), here, "GET", "/readyz"); r.StatusCode != http.StatusOK {
		t.Error("readyz of a ready server")
	}
}

// A proxy's request id is taken over; others can't choose what is logged.
func TestRequestID(t *testing.T) {
	s := newServer(t, nil)
	for _, c := range []struct {
		from, given string
		forwarded   bool
		kept        bool
	}{
		{proxy, "abc-123", true, true},
		{away, "abc-123", true, false},
		{away, "abc-123", false, false},
		{proxy, "a b", true, false},
		{proxy, strings.Repeat("x", 65), true, false},
	} {
		headers := []string{"X-Request-Id", c.given}
		if c.forwarded {
			headers = append(headers, "X-Forwarded-For", "203.0.113.5")
		}
		got := ask(s, c.from, "GET", "/healthz", headers...).Header.Get("X-Request-ID")
		if (got == c.given) != c.kept || got == "" {
			t.Errorf("from %s: %q became %q", c.from, c.given, got)
		}
	}
}

// The type of a problem is an address: it leads to what the API's page says of it.
func TestTypesOfProblemsLeadSomewhere(t *testing.T) {
	s := newServer(t, nil)
	for code := range problem.Kinds {
		res := ask(s, here, http.MethodGet, problem.New(code, "", "").Type)
		if to := res.Header.Get("Location"); res.StatusCode != http.StatusFound || to != "/api/docs#error-"+string(code) {
			t.Errorf("%s: %d %q", code, res.StatusCode, to)
		}
	}
}

// What this layer refuses reads like what the API refuses.
func TestProblemsAreThoseOfTheAPI(t *testing.T) {
	s := newServer(t, nil)
	for path, want := range map[string]problem.Details{
		"/photos/x/y": {Status: http.StatusUnauthorized, Code: iam.CodeUnauthenticated}, "/photos/x": {Status: http.StatusNotFound, Code: iam.CodeNotFound},
	} {
		res := ask(s, here, http.MethodGet, path)
		var got problem.Details
		if err := json.Unmarshal([]byte(bodyOf(t, res)), &got); err != nil {
			t.Fatal(err)
		}
		want.Type, want.Title, want.Detail, want.RequestID = "/errors/"+string(want.Code), problem.Kinds[want.Code].Title, got.Detail, res.Header.Get(requestIDHeader)
		if diff := cmp.Diff(want, got); diff != "" || got.Detail == "" || res.StatusCode != want.Status || res.Header.Get("Content-Type") != problem.MediaType ||
			(res.Header.Get("WWW-Authenticate") != "") != (want.Status == http.StatusUnauthorized) {
			t.Errorf("%s: %s%v", path, diff, res.Header)
		}
	}
}
