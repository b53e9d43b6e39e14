package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/clock"
)

func TestComplete(t *testing.T) {
	whole := "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n"
	for n := range len(whole) {
		if done, err := complete([]byte(whole[:n])); done || err != nil {
			t.Fatalf("%d bytes: %t, %v", n, done, err)
		}
	}
	if done, err := complete([]byte(whole)); !done || err != nil {
		t.Fatalf("all bytes: %t, %v", done, err)
	}
	for _, bad := range []string{
		"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
	} {
		if _, err := complete([]byte(bad)); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

// Every request that is counted was answered, on as many connections as asked for.
func TestLoad(t *testing.T) {
	for _, conns := range []int{1, 8} {
		t.Run(fmt.Sprintf("%d connections", conns), func(t *testing.T) {
			var served atomic.Int64
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				served.Add(1)
				_, _ = w.Write([]byte("ok"))
			}))
			// The requests under way at the end are answered before Close returns:
			// each run has a server of its own, or they would count in the next.
			address := strings.TrimPrefix(srv.URL, "http://")
			request := (&client{address: address}).requestText(http.MethodGet, "/", nil)
			watch := clock.Start()
			l, err := load(address, request, conns, 50*time.Millisecond)
			took := watch.Elapsed()
			srv.Close()
			if err != nil {
				t.Fatal(err)
			}
			n := int64(len(l))
			if n == 0 || served.Load() < n || served.Load() > n+int64(conns) {
				t.Errorf("%d counted, %d served", n, served.Load())
			}
			if l.median() <= 0 || l.max() > took {
				t.Errorf("median %v, slowest %v of %v", l.median(), l.max(), took)
			}
		})
	}
}

func TestLoadSeesErrors(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	defer srv.Close()
	address := strings.TrimPrefix(srv.URL, "http://")
	request := (&client{address: address}).requestText(http.MethodGet, "/", nil)
	if _, err := load(address, request, 1, time.Second); err == nil {
		t.Error("404 is measured")
	}
}
