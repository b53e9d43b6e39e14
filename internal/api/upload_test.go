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

// The times of these tests: the machine may stand still for most of a second
// without changing what they find.
const (
	arrival = time.Second             // within which a request or a portion has to arrive
	work    = arrival * 3 / 2         // longer than either may take
	drip    = 50 * time.Millisecond   // between the bytes of what never ends
	drips   = int(6*arrival/drip) + 1 // which goes on longer than anybody waits
	soon    = 5 * arrival             // by when it is given up
)

// worked answers with what was made of a request after a while, or why nothing was.
func worked(w http.ResponseWriter, r *http.Request, made any, err error) {
	if e, ok := errors.AsType[*iam.Error](err); ok {
		fmt.Fprint(w, e.Code)
		return
	}
	select {
	case <-r.Context().Done():
		fmt.Fprint(w, "gone")
	case <-time.After(work):
		fmt.Fprint(w, made)
	}
}

// A file may take longer than any other request as long as it comes on: neither
// one that stands still nor one that drips holds a connection.
func TestFilesArriveAtSomePace(t *testing.T) {
	t.Parallel()
	addr := limited(t, arrival/2, func(w http.ResponseWriter, r *http.Request) {
		unhurried(w)
		body := &paced{r.Body, http.NewResponseController(w), 1000, arrival, 0}
		n, err := io.Copy(io.Discard, told{body, maxPhoto})
		worked(w, r, n, err)
	})
	post := func(length int) string { return "POST / HTTP/1.1\r\nContent-Length: " + strconv.Itoa(length) }
	if got, _ := send(t, addr, post(10000), slowly(10, 1000, arrival/8)); got != "10000" {
		t.Errorf("one that comes on: %q", got)
	}
	if got, after := send(t, addr, post(10000), slowly(1, 1500, 0)); got != string(problem.CodeTimeout) || after > soon {
		t.Errorf("one that stands still: %q after %v", got, after)
	}
	if got, after := send(t, addr, post(10000), slowly(drips, 1, drip)); got != string(problem.CodeTimeout) || after > soon {
		t.Errorf("one that drips: %q after %v", got, after)
	}
}

// What is asked for may take longer than asking: whoever waits for it is not
// taken for gone.
func TestAnswersMayTakeLongerThanRequests(t *testing.T) {
	t.Parallel()
	s := &server{}
	addr := limited(t, arrival, func(w http.ResponseWriter, r *http.Request) {
		var err error
		if r.Method == http.MethodPost {
			err = s.buffer(w, r)
		}
		worked(w, r, "made", err)
	})
	if got, _ := send(t, addr, "GET / HTTP/1.1", slowly(0, 0, 0)); got != "made" {
		t.Errorf("without a body: %q", got)
	}
	if got, _ := send(t, addr, "POST / HTTP/1.1\r\nContent-Length: 2", func(w io.Writer) { _, _ = io.WriteString(w, "{}") }); got != "made" {
		t.Errorf("with a body: %q", got)
	}
	if got, after := send(t, addr, "POST / HTTP/1.1\r\nContent-Length: 1000", slowly(drips, 1, drip)); got != string(problem.CodeTimeout) || after > soon {
		t.Errorf("with a body that never ends: %q after %v", got, after)
	}
}
