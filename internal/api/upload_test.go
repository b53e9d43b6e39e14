package api

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/problem"
)

// limited serves h, and gives a request the time to arrive.
func limited(t *testing.T, request time.Duration, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.ReadTimeout = request
	s.Start()
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

// send sends the head of a request, then the body as it comes, and tells what is
// answered: "" when the connection is closed.
func send(t *testing.T, addr, head string, body func(io.Writer)) (answer string, after time.Duration) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	begun := clock.Start()
	if _, err := io.WriteString(conn, head+"\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	go body(conn)
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return "", begun.Elapsed()
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return "", begun.Elapsed()
	}
	return string(b), begun.Elapsed()
}

// slowly sends n times some bytes.
func slowly(n, size int, pause time.Duration) func(io.Writer) {
	return func(w io.Writer) {
		for range n {
			if _, err := w.Write(make([]byte, size)); err != nil {
				return
			}
			time.Sleep(pause)
		}
	}
}

// A file may take longer than any other request as long as it comes on: neither
// one that stands still nor one that drips holds a connection.
func TestFilesArriveAtSomePace(t *testing.T) {
	addr := limited(t, 200*time.Millisecond, func(w http.ResponseWriter, r *http.Request) {
		unhurried(w)
		body := &paced{r.Body, http.NewResponseController(w), 1000, 400 * time.Millisecond, 0}
		n, err := io.Copy(io.Discard, told{body, maxPhoto})
		if e, ok := errors.AsType[*iam.Error](err); ok {
			fmt.Fprint(w, e.Code)
			return
		}
		select {
		case <-r.Context().Done():
			fmt.Fprint(w, "gone")
		case <-time.After(600 * time.Millisecond): // it is worked on, longer than a request or a portion may take
			fmt.Fprint(w, n)
		}
	})
	post := func(length int) string { return "POST / HTTP/1.1\r\nContent-Length: " + strconv.Itoa(length) }
	if got, _ := send(t, addr, post(10000), slowly(10, 1000, 100*time.Millisecond)); got != "10000" {
		t.Errorf("one that comes on: %q", got)
	}
	if got, after := send(t, addr, post(10000), slowly(1, 1500, 0)); got != string(problem.CodeTimeout) || after > 3*time.Second {
		t.Errorf("one that stands still: %q after %v", got, after)
	}
	if got, after := send(t, addr, post(10000), slowly(100, 1, 50*time.Millisecond)); got != string(problem.CodeTimeout) || after > 3*time.Second {
		t.Errorf("one that drips: %q after %v", got, after)
	}
}

// What is asked for may take longer than asking: whoever waits for it is not
// taken for gone.
func TestAnswersMayTakeLongerThanRequests(t *testing.T) {
	s := &server{}
	addr := limited(t, 200*time.Millisecond, func(w http.ResponseWriter, r *http.Request) {
		var err error
		if r.Method == http.MethodPost {
			err = s.buffer(w, r)
		}
		if e, ok := errors.AsType[*iam.Error](err); ok {
			fmt.Fprint(w, e.Code)
			return
		}
		select {
		case <-r.Context().Done():
			fmt.Fprint(w, "gone")
		case <-time.After(600 * time.Millisecond):
			fmt.Fprint(w, "made")
		}
	})
	if got, _ := send(t, addr, "GET / HTTP/1.1", slowly(0, 0, 0)); got != "made" {
		t.Errorf("without a body: %q", got)
	}
	if got, _ := send(t, addr, "POST / HTTP/1.1\r\nContent-Length: 2", func(w io.Writer) { _, _ = io.WriteString(w, "{}") }); got != "made" {
		t.Errorf("with a body: %q", got)
	}
	if got, after := send(t, addr, "POST / HTTP/1.1\r\nContent-Length: 100", slowly(100, 1, 50*time.Millisecond)); got != string(problem.CodeTimeout) || after > 3*time.Second {
		t.Errorf("with a body that never ends: %q after %v", got, after)
	}
}
