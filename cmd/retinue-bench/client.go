package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/retinue/retinue/internal/clock"
)

// client is one connection that is kept open, and who is signed in on it. It
// does as little as a client can, since it shares the machine with the server.
type client struct {
	address string
	conn    net.Conn
	read    *bufio.Reader
	cookie  string
}

// answer is what the server said, and how long it took from the first byte sent
// to the last one received.
type answer struct {
	status int
	header http.Header
	body   []byte
	took   time.Duration
}

func dial(ctx context.Context, address string) (*client, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &client{address: address, conn: conn, read: bufio.NewReaderSize(conn, 64<<10)}, nil
}

func (c *client) close() { _ = c.conn.Close() }

// requestText is a request as it goes over the wire.
func (c *client) requestText(method, path string, body []byte, header ...string) []byte {
	var b strings.Builder
	b.WriteString(method + " " + path + " HTTP/1.1\r\nHost: " + c.address + "\r\n")
	if c.cookie != "" {
		b.WriteString("Cookie: " + c.cookie + "\r\n")
	}
	for _, h := range header {
		b.WriteString(h + "\r\n")
	}
	if body != nil {
		b.WriteString("Content-Length: " + strconv.Itoa(len(body)) + "\r\n")
	}
	b.WriteString("\r\n")
	return append([]byte(b.String()), body...)
}

// requestTimeout ends the benchmark rather than let it hang.
const requestTimeout = 2 * time.Minute

// do sends a request and reads the whole answer.
func (c *client) do(method, path string, body []byte, header ...string) (*answer, error) {
	text := c.requestText(method, path, body, header...)
	watch := clock.Start()
	if err := c.conn.SetDeadline(clock.System{}.Now().Add(requestTimeout)); err != nil {
		return nil, err
	}
	if _, err := c.conn.Write(text); err != nil {
		return nil, err
	}
	res, err := http.ReadResponse(c.read, nil)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	a := &answer{status: res.StatusCode, header: res.Header}
	a.body, err = io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	a.took = watch.Elapsed()
	return a, nil
}

// call sends JSON and decodes the answer, which must have the status that is wanted.
func (c *client) call(method, path string, in, out any, want int, header ...string) (*answer, error) {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return nil, err
		}
		kind := "application/json"
		if method == http.MethodPatch {
			kind = "application/merge-patch+json"
		}
		header = append(header, "Content-Type: "+kind)
	}
	a, err := c.do(method, path, body, header...)
	if err != nil {
		return nil, err
	}
	if a.status != want {
		return nil, fmt.Errorf("%s %s: %d instead of %d: %.300s", method, path, a.status, want, a.body)
	}
	if out != nil {
		if err := json.Unmarshal(a.body, out); err != nil {
			return nil, fmt.Errorf("%s %s: %w", method, path, err)
		}
	}
	return a, nil
}

// get is call for reading.
func (c *client) get(path string, out any) (*answer, error) {
	return c.call(http.MethodGet, path, nil, out, http.StatusOK)
}

// credentials are what somebody signs in with.
type credentials struct {
	Tenant   string `json:"tenant"`
	Email    string `json:"email"`
	Password string `json:"password"`
}

// signIn signs in; the connection bears the session from then on.
func (c *client) signIn(cr credentials) error {
	c.cookie = ""
	a, err := c.call(http.MethodPost, "/api/v1/session", cr, nil, http.StatusOK)
	if err != nil {
		return err
	}
	for _, cookie := range (&http.Response{Header: a.header}).Cookies() {
		c.cookie = cookie.Name + "=" + cookie.Value
	}
	if c.cookie == "" {
		return errors.New("signing in set no cookie")
	}
	return nil
}
