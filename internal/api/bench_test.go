package api_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/store/storetest"
)

// BenchmarkSession compares GET /session with a handler that does nothing in
// the same server, over one connection and over 32.
func BenchmarkSession(b *testing.B) {
	w := apitest.New(b, storetest.SQLite(b))
	c := w.Tenant("northwind")
	handler := api.New(w.Deps)
	mux := http.NewServeMux()
	mux.Handle("/api/", handler)
	mux.HandleFunc("GET /empty", func(http.ResponseWriter, *http.Request) {})
	server := httptest.NewServer(mux)
	b.Cleanup(server.Close)
	address := server.Listener.Addr().String()
	for _, connections := range []int{1, 32} {
		for _, path := range []string{"/empty", "/api/v1/session"} {
			b.Run(fmt.Sprintf("%s/%d", path[1:], connections), func(b *testing.B) {
				request := "GET " + path + " HTTP/1.1\r\nHost: " + address + "\r\nCookie: retinue_session=" + c.Cookie + "\r\n\r\n"
				b.SetParallelism(connections)
				b.RunParallel(func(pb *testing.PB) { ask(b, pb, address, request) })
			})
		}
	}
}

// ask sends the request again and again over one connection, with as little
// work on this side as can be.
func ask(b *testing.B, pb *testing.PB, address, request string) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		b.Error(err)
		return
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	for pb.Next() {
		if _, err := io.WriteString(conn, request); err != nil {
			b.Error(err)
			return
		}
		res, err := http.ReadResponse(in, nil)
		if err != nil || res.StatusCode != http.StatusOK {
			b.Error(err, res)
			return
		}
		_, _ = io.Copy(io.Discard, res.Body)
	}
}

// BenchmarkNew is what the API adds to the start of the program.
func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		api.New(api.Deps{})
	}
}
