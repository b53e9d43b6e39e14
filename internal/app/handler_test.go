package app

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/web"
)

// handlerOf is everything that answers requests, on an empty database.
func handlerOf(t *testing.T) *web.Server {
	t.Helper()
	r := testRun(t)
	v, err := r.openServices(t.Context(), "http://127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.close() })
	s := &server{run: r, services: v}
	return s.newHandler(s.metrics())
}

// The page of the API's document may fetch its style sheet, which the policy of
// answers that are no page would refuse.
func TestDocsPageHasItsStyle(t *testing.T) {
	h := handlerOf(t)
	for path, allowed := range map[string]bool{"/api/docs": true, "/api/docs.css": false, "/api/openapi.json": false} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		policy := w.Header().Get("Content-Security-Policy")
		if w.Code != http.StatusOK || !strings.Contains(policy, "default-src 'none'") ||
			strings.Contains(policy, "style-src 'self'") != allowed || strings.Contains(policy, "sandbox") == allowed {
			t.Errorf("%s: %d, %q", path, w.Code, policy)
		}
	}
}
