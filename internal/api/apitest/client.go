package apitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/iam"
)

// Client is somebody who calls the API.
type Client struct {
	World     *World
	Tenant    iam.TenantID
	ShortName string // of the tenant
	ID        iam.UserID
	Email     string
	// Cookie is the value of the session cookie, Key an API key; "" without.
	Cookie, Key string
	// As is the value of the cookie of a session in which one is logged in as
	// somebody else; "" without.
	As string
	// Org is the organization that requests name; "" for none.
	Org iam.OrgID
	// Session is what the last sign-in answered.
	Session api.Session

	tb testing.TB
}

// Anonymous is a client without any credential.
func (w *World) Anonymous() *Client { return &Client{World: w, tb: w.TB} }

// Option changes a request before it is sent.
type Option func(*http.Request)

// Header sets a header; "" removes it.
func Header(name, value string) Option {
	return func(r *http.Request) {
		if value == "" {
			r.Header.Del(name)
			return
		}
		r.Header.Set(name, value)
	}
}

// IfMatch sets the version that a change is based on.
func IfMatch(version int64) Option { return Header("If-Match", fmt.Sprintf("%q", fmt.Sprint(version))) }

// Response is an answer, read to its end.
type Response struct {
	Status int
	Header http.Header
	Body   []byte

	tb   testing.TB
	what string
}

// Do sends a request; path is relative to /api/v1. body is sent as JSON, bytes
// and strings as they are.
func (c *Client) Do(method, path string, body any, options ...Option) *Response {
	c.tb.Helper()
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(b)
	case []byte:
		reader = bytes.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			c.tb.Fatal(err)
		}
		reader = bytes.NewReader(raw)
	}
	req, err := http.NewRequest(method, c.World.Server.URL+"/api/v1"+path, reader)
	if err != nil {
		c.tb.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
		if method == http.MethodPatch {
			req.Header.Set("Content-Type", "application/merge-patch+json")
		}
	}
	if c.Cookie != "" {
		req.AddCookie(&http.Cookie{Name: "retinue_session", Value: c.Cookie})
	}
	if c.As != "" {
		req.AddCookie(&http.Cookie{Name: "retinue_as", Value: c.As})
	}
	if c.Key != "" {
		req.Header.Set("Authorization", "Bearer "+c.Key)
	}
	if c.Org != "" {
		req.Header.Set(api.OrganizationHeader, string(c.Org))
	}
	for _, o := range options {
		o(req)
	}
	return c.send(req)
}

func (c *Client) send(req *http.Request) *Response {
	c.tb.Helper()
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		c.tb.Fatal(err)
	}
	defer res.Body.Close()
	out := &Response{Status: res.StatusCode, Header: res.Header, tb: c.tb, what: req.Method + " " + req.URL.Path}
	if out.Body, err = io.ReadAll(res.Body); err != nil {
		c.tb.Fatalf("%s: %v", out.what, err)
	}
	c.World.conforms(c.tb, req, out)
	return out
}

// Want fails the test unless the answer has the status, and decodes the body
// into v unless that is nil.
func (r *Response) Want(status int, v any) *Response {
	r.tb.Helper()
	if r.Status != status {
		r.tb.Fatalf("%s: status = %d, want %d: %s", r.what, r.Status, status, r.Body)
	}
	if v != nil {
		if err := json.Unmarshal(r.Body, v); err != nil {
			r.tb.Fatalf("%s: %v: %s", r.what, err, r.Body)
		}
	}
	return r
}

// In is the same answer, speaking to another test.
func (r *Response) In(tb testing.TB) *Response {
	other := *r
	other.tb = tb
	return &other
}

// Problem is the body of an error, with all its members.
type Problem struct {
	Type      string             `json:"type"`
	Status    int                `json:"status"`
	Code      iam.Code           `json:"code"`
	Reason    string             `json:"reason"`
	Detail    string             `json:"detail"`
	RequestID string             `json:"request_id"`
	Errors    []api.FieldProblem `json:"errors"`
	Missing   iam.Permission     `json:"missing_permission"`
	Current   json.RawMessage    `json:"current"`
	// With ip_refused.
	RefusalCode string `json:"refusal_code"`
	Address     string `json:"address"`
}

// WantProblem fails the test unless the answer is a problem with the status and
// the code.
func (r *Response) WantProblem(status int, code iam.Code) Problem {
	r.tb.Helper()
	var p Problem
	r.Want(status, &p)
	if got := r.Header.Get("Content-Type"); got != "application/problem+json" {
		r.tb.Errorf("%s: Content-Type = %q", r.what, got)
	}
	if p.Code != code || p.Status != status || p.Type != "/errors/"+string(code) || p.RequestID == "" {
		r.tb.Fatalf("%s: code = %q, want %q: %s", r.what, p.Code, code, r.Body)
	}
	return p
}

// TrySignIn signs in and keeps the cookie when that succeeds.
func (c *Client) TrySignIn(email, password string) *Response {
	c.tb.Helper()
	res := c.Do(http.MethodPost, "/session", map[string]string{"tenant": c.ShortName, "email": email, "password": password})
	if res.Status == http.StatusOK {
		res.Want(http.StatusOK, &c.Session)
		c.Email, c.ID, c.Cookie = email, c.Session.User.ID, cookieOf(res)
	}
	return res
}

// SignIn signs in, which must succeed.
func (c *Client) SignIn(email, password string) *Client {
	c.tb.Helper()
	c.TrySignIn(email, password).Want(http.StatusOK, nil)
	return c
}

func cookieOf(res *Response) string {
	for _, cookie := range (&http.Response{Header: res.Header}).Cookies() {
		if cookie.Name == "retinue_session" {
			return cookie.Value
		}
	}
	return ""
}

// Settle sets a password of one's own after a temporary one.
func (c *Client) Settle() {
	c.tb.Helper()
	const own = Password + " of my own"
	c.Do(http.MethodPut, "/me/password", map[string]string{"new_password": own}).Want(http.StatusNoContent, nil)
}

// Person creates a user with the roles and signs them in, with a password of
// their own.
func (c *Client) Person(name string, userType iam.UserType, roles ...string) *Client {
	c.tb.Helper()
	email := strings.ToLower(name) + "@" + c.ShortName + ".example"
	var made api.UserWithPassword
	c.Do(http.MethodPost, "/users", map[string]any{
		"first_name": name, "last_name": "Example", "email": email, "user_type": userType, "role_ids": roles,
	}).Want(http.StatusCreated, &made)
	other := &Client{World: c.World, Tenant: c.Tenant, ShortName: c.ShortName, tb: c.tb}
	other.SignIn(email, made.TemporaryPassword).Settle()
	return other
}

// In is the same client, acting in an organization.
func (c *Client) In(org iam.OrgID) *Client {
	other := *c
	other.Org = org
	return &other
}

// With is the same client, speaking to another test.
func (c *Client) With(tb testing.TB) *Client {
	other := *c
	other.tb = tb
	return &other
}
