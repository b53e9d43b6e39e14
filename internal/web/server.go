package web

import (
	"context"
	"crypto/rand"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/retinue/retinue/console"
	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/photo"
	"github.com/retinue/retinue/internal/problem"
)

// LogRequests says which requests are logged.
type LogRequests string

// What can be logged of requests.
const (
	LogNone   LogRequests = "none"
	LogErrors LogRequests = "errors" // those answered with 5xx
	LogAll    LogRequests = "all"
)

// Deps are what the web layer works with.
type Deps struct {
	// API answers everything below /api/.
	API http.Handler
	// Console holds the console's build; NoncePlaceholder stands in its page
	// where the nonce goes.
	Console          fs.FS
	NoncePlaceholder string
	// MayOpen tells whether whoever sent a request may open a page that belongs
	// to a portal. Of strangers it says yes: the console asks them to sign in.
	MayOpen func(*http.Request, console.Page) bool
	Photos  photo.Store
	Hosts   Hosts
	// OpenTab opens a tab of the dashboard of whoever sent the request, in the
	// organization that is named; "" is where their session acts.
	OpenTab func(r *http.Request, org iam.OrgID, tab string) (*TabPage, error)
	// TenantOf tells which tenant the session of a request belongs to:
	// CodeUnauthenticated when it has none.
	TenantOf func(*http.Request) (iam.TenantID, error)
	// WithRequestID gives a context the id of its request.
	WithRequestID func(ctx context.Context, id string) context.Context
	// TrustedProxy tells whether an address may say for whom it asks.
	TrustedProxy func(netip.Addr) bool
	Metrics      *Metrics
	// MayReadMetrics tells whether /metrics is for this address; with
	// MetricsToken whoever bears it may, too.
	MayReadMetrics func(netip.Addr) bool
	MetricsToken   string
	// MetricsElsewhere takes /metrics off: it has a listener of its own.
	MetricsElsewhere bool
	// Ready says why the server should get no requests, nil when it should.
	Ready       func(context.Context) error
	Logger      *slog.Logger
	LogRequests LogRequests
	// Extra adds routes, by pattern.
	Extra map[string]http.HandlerFunc
}

// Server is the tree of all handlers.
type Server struct {
	deps Deps
	mux  *http.ServeMux
}

// New assembles the handlers.
func New(d Deps) *Server {
	s := &Server{deps: d, mux: http.NewServeMux()}
	s.mux.Handle("/api/", d.API)
	s.mux.HandleFunc("GET /photos/{tenant}/{key}", s.photos)
	s.mux.HandleFunc("/photos/", func(w http.ResponseWriter, r *http.Request) {
		writeProblem(w, r, iam.CodeNotFound, "There is nothing at this address.")
	})
	s.mux.HandleFunc("GET /logos/{tenant}/{key}", s.logo)
	s.mux.HandleFunc("GET /frames/{tab}", s.frame)
	s.mux.HandleFunc("GET /.well-known/jwks.json", s.jwks)
	// The type of a problem is an address (RFC 9457, section 3.1.1): it says more.
	for code := range problem.Kinds {
		s.mux.Handle("GET "+problem.TypePrefix+string(code), http.RedirectHandler("/api/docs#"+problem.Anchor(code), http.StatusFound))
	}
	s.mux.HandleFunc("GET /.well-known/retinue/tls-check", s.tlsCheck)
	s.mux.HandleFunc("GET /.well-known/retinue-challenge/{token}", s.domainProof)
	s.mux.HandleFunc("GET /healthz", s.healthy)
	s.mux.HandleFunc("GET /readyz", s.ready)
	if !d.MetricsElsewhere {
		s.mux.HandleFunc("GET /metrics", s.MetricsHandler)
	}
	for pattern, h := range d.Extra {
		s.mux.HandleFunc(pattern, h)
	}
	s.mux.Handle("/", newSite(d.Console, d.NoncePlaceholder, d.MayOpen))
	return s
}

const requestIDHeader = "X-Request-Id"

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	watch := clock.Start()
	c := identify(r, s.deps.TrustedProxy)
	h := w.Header()
	secureHeaders(h, c.secure)
	id := requestID(r, c)
	h[requestIDHeader] = []string{id}
	r = r.WithContext(context.WithValue(s.deps.WithRequestID(r.Context(), id), clientKey, c))
	r.Host = c.host
	answer := &recorder{ResponseWriter: w}
	defer s.finish(answer, r, c, id, watch)
	if refusal := c.refusal(r); refusal != "" {
		writeProblem(answer, r, problem.CodeHTTPSRequired, refusal)
		return
	}
	s.mux.ServeHTTP(answer, r)
}

// requestID takes over the id that a proxy in front has given, and makes one
// for everybody else.
func requestID(r *http.Request, c *client) string {
	if given := r.Header[requestIDHeader]; len(given) == 1 && !c.relayed && len(r.Header["X-Forwarded-For"]) > 0 && plainWord(given[0]) {
		return given[0]
	}
	return "req_" + strings.ToLower(rand.Text())
}

func plainWord(s string) bool {
	const longest = 64
	for i := range len(s) {
		c := s[i]
		if c < '-' || c > 'z' || c == '\\' || c == '<' || c == '>' || c == '`' {
			return false
		}
	}
	return s != "" && len(s) <= longest
}

// refusal says why a request that carries a secret, or may, can't be taken: it
// came in the clear from another machine.
func (c *client) refusal(r *http.Request) string {
	if c.secure || c.local() || !carriesSecret(r) {
		return ""
	}
	if c.relayed {
		return "This request came through a proxy that the server does not trust. Whoever runs the server names it with --trusted-proxies."
	}
	return "Sign-ins, passwords and API keys are taken over https only. Use an address that begins with https://, or whoever runs the server sets up TLS."
}

// carriesSecret tells whether a request brings the cookie of a session or an API
// key, or could bring a password or a token in its body: everything that is sent
// to the API and is no plain question.
func carriesSecret(r *http.Request) bool {
	if !strings.HasPrefix(r.URL.Path, "/api/") && !strings.HasPrefix(r.URL.Path, "/frames/") && !strings.HasPrefix(r.URL.Path, "/photos/") {
		return false // nothing there asks who is calling, or /metrics with its own token
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return true
	}
	if r.Header.Get("Authorization") != "" {
		return true
	}
	return slices.ContainsFunc(r.Cookies(), func(c *http.Cookie) bool {
		return strings.HasPrefix(c.Name, "__Host-retinue") || strings.HasPrefix(c.Name, "retinue_")
	})
}

// finish recovers from a panic, counts the request and logs it.
func (s *Server) finish(answer *recorder, r *http.Request, c *client, id string, watch clock.Stopwatch) {
	if v := recover(); v != nil {
		if v == http.ErrAbortHandler { //nolint:errorlint // compared as net/http does
			panic(v)
		}
		s.deps.Logger.LogAttrs(r.Context(), slog.LevelError, "panic", slog.String("request_id", id),
			slog.Any("panic", v), slog.String("stack", string(debug.Stack())))
		if answer.status == 0 {
			writeDetails(answer, r, problem.Internal(id))
		}
	}
	status := answer.status
	if status == 0 {
		status = http.StatusOK
	}
	took := watch.Elapsed()
	s.deps.Metrics.observe(r.Pattern, status, took)
	if s.deps.LogRequests == LogAll || s.deps.LogRequests == LogErrors && status >= http.StatusInternalServerError {
		// Without the query: what people search for is theirs.
		s.deps.Logger.LogAttrs(r.Context(), slog.LevelInfo, "request", slog.String("method", r.Method), slog.String("path", r.URL.Path),
			slog.Int("status", status), slog.Duration("took", took), slog.String("client", c.addr.String()), slog.String("request_id", id))
	}
}

// recorder remembers the status of an answer.
type recorder struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }
