package web

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
	"time"

	"github.com/retinue/retinue/internal/iam"
)

// healthy tells whether the process answers at all.
func (s *Server) healthy(w http.ResponseWriter, r *http.Request) {
	writeText(w, r, http.StatusOK, "ok\n")
}

// readyTimeout is how long the database may take to answer.
const readyTimeout = 2 * time.Second

// ready tells whether requests should be sent here.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	if err := s.deps.Ready(ctx); err != nil {
		// What is wrong is for the log: it names hosts and files.
		s.deps.Logger.WarnContext(ctx, "not ready", "error", err)
		writeText(w, r, http.StatusServiceUnavailable, "not ready\n")
		return
	}
	writeText(w, r, http.StatusOK, "ready\n")
}

// MetricsHandler serves the metrics to those who may read them.
func (s *Server) MetricsHandler(w http.ResponseWriter, r *http.Request) {
	c := clientOf(r.Context())
	if !c.addr.IsValid() { // on a listener of its own, without the middleware
		c = identify(r, s.deps.TrustedProxy)
	}
	if (c.relayed || !s.deps.MayReadMetrics(c.addr)) && !s.bearsToken(r) {
		writeProblem(w, r, iam.CodeForbidden,
			"Metrics are not for this address. Whoever runs the server sets --metrics-allow or --metrics-token-file.")
		return
	}
	s.deps.Metrics.Handler().ServeHTTP(w, r)
}

func (s *Server) bearsToken(r *http.Request) bool {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || s.deps.MetricsToken == "" {
		return false
	}
	given, wanted := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(s.deps.MetricsToken))
	return subtle.ConstantTimeCompare(given[:], wanted[:]) == 1
}

func writeText(w http.ResponseWriter, r *http.Request, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	writeBody(w, r, status, []byte(text))
}
