package app

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/clock"
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

// A request that never ends is given up, whoever it is from and whether anybody
// reads its body or not.
func TestEndlessRequestsAreGivenUp(t *testing.T) {
	short := limits{header: time.Second, request: 300 * time.Millisecond, answer: time.Second, idle: time.Second}
	srv := httptest.NewUnstartedServer(nil)
	srv.Config = short.server(handlerOf(t))
	srv.Start()
	defer srv.Close()
	for _, path := range []string{"/api/v1/session", "/api/v1/users/user_x/suspend", "/api/v1/me/photo", "/api/nothing", "/photos/a/b", "/healthz", "/"} {
		conn, err := net.Dial("tcp", srv.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := fmt.Fprintf(conn, "PUT %s HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n", path); err != nil {
			t.Fatal(err)
		}
		go func() {
			for {
				if _, err := conn.Write([]byte("x")); err != nil {
					return
				}
				time.Sleep(20 * time.Millisecond)
			}
		}()
		_ = conn.SetReadDeadline(clock.System{}.Now().Add(10 * time.Second))
		if _, err := io.Copy(io.Discard, conn); err != nil && errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s holds its connection", path)
		}
	}
	if ordinary.request <= 0 || ordinary.answer <= 0 {
		t.Errorf("a request may take %v, its answer %v", ordinary.request, ordinary.answer)
	}
}
