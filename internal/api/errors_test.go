package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/store/storetest"
)

var update = flag.Bool("update", false, "write the golden files anew")

var requestID = regexp.MustCompile(`"req_[a-z2-7]{26}"`)

// golden compares an error with the file that keeps it.
func golden(t *testing.T, name string, res *apitest.Response) {
	t.Helper()
	var buf bytes.Buffer
	if err := json.Indent(&buf, res.Body, "", "  "); err != nil {
		t.Fatalf("%v: %s", err, res.Body)
	}
	got := requestID.ReplaceAll(append(buf.Bytes(), '\n'), []byte(`"req_…"`))
	file := filepath.Join("testdata", "errors", name+".json")
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
	}
}

// secret is a password that must never come back, in whatever it is sent.
const secret = "hunter2-the-secret"

func TestGoldenErrors(t *testing.T) {
	w := apitest.New(t, storetest.SQLite(t))
	admin := w.Tenant("northwind")
	nobody := w.Anonymous()
	signIn := func(body string, options ...apitest.Option) *apitest.Response {
		return nobody.Do(http.MethodPost, "/session", body, options...)
	}
	for name, res := range map[string]*apitest.Response{
		"malformed_json":       signIn(`{"email":"a@b.example","password":"` + secret + `",}`),
		"not_json":             signIn(secret),
		"empty_body":           signIn(" "),
		"wrong_type":           signIn(`{"email":["` + secret + `"],"password":{"x":"` + secret + `"}}`),
		"missing_fields":       signIn(`{"tenant":"` + secret + `"}`),
		"unknown_field":        signIn(`{"email":"a@b.example","password":"` + secret + `","passwort":"` + secret + `"}`),
		"wrong_case":           signIn(`{"Email":"a@b.example","PASSWORD":"` + secret + `"}`),
		"duplicate_field":      signIn(`{"email":"a@b.example","password":"` + secret + `","password":"x"}`),
		"array_body":           signIn(`["` + secret + `"]`),
		"nul":                  signIn(`{"email":"a@b.example","password":"` + secret + `\u0000"}`),
		"invalid_utf8":         signIn("{\"email\":\"a@b.example\",\"password\":\"" + secret + "\xff\"}"),
		"half_surrogate":       signIn(`{"email":"a@b.example","password":"` + secret + `\ud800"}`),
		"too_deep":             signIn(strings.Repeat("[", 100) + strings.Repeat("]", 100)),
		"too_long_password":    signIn(`{"email":"a@b.example","password":"` + strings.Repeat(secret, 1000) + `"}`),
		"million_characters":   signIn(`{"email":"` + strings.Repeat("a", 1_000_000) + `","password":"` + secret + `"}`),
		"too_large":            signIn(`{"email":"` + strings.Repeat("a", 2_000_000) + `","password":"` + secret + `"}`),
		"no_content_type":      signIn(`{"email":"a@b.example","password":"`+secret+`"}`, apitest.Header("Content-Type", "")),
		"form":                 signIn("email=a&password="+secret, apitest.Header("Content-Type", "application/x-www-form-urlencoded")),
		"invalid_credentials":  signIn(`{"tenant":"northwind","email":"a@b.example","password":"` + secret + `"}`),
		"cross_origin":         signIn(`{"email":"a@b.example","password":"`+secret+`"}`, apitest.Header("Sec-Fetch-Site", "cross-site")),
		"unauthenticated":      nobody.Do(http.MethodGet, "/users", nil),
		"no_such_address":      nobody.Do(http.MethodGet, "/no/such/"+secret, nil),
		"method_not_allowed":   nobody.Do(http.MethodPatch, "/session", `{"password":"`+secret+`"}`),
		"unknown_parameter":    admin.Do(http.MethodGet, "/users?stat="+secret, nil),
		"wrong_parameter":      admin.Do(http.MethodGet, "/users?status="+secret+"&limit="+secret, nil),
		"parameter_twice":      admin.Do(http.MethodGet, "/users?status=active&status="+secret, nil),
		"nul_in_parameter":     admin.Do(http.MethodGet, "/users?search=%00"+secret, nil),
		"broken_query":         admin.Do(http.MethodGet, "/users?search=%zz"+secret, nil),
		"invalid_cursor":       admin.Do(http.MethodGet, "/users?cursor="+secret, nil),
		"not_found":            admin.Do(http.MethodGet, "/users/"+secret, nil),
		"nul_in_path":          admin.Do(http.MethodGet, "/users/%00"+secret, nil),
		"precondition_missing": admin.Do(http.MethodPatch, "/users/"+string(admin.ID), `{"phone":"`+secret+`"}`),
		"weak_password":        admin.Do(http.MethodPost, "/users", `{"first_name":"A","last_name":"B","email":"ab@northwind.example","user_type":"agent","password":"password"}`),
		"locked_role":          admin.Do(http.MethodDelete, "/roles/role_admin", nil, apitest.IfMatch(1)),
		"own_email":            admin.Do(http.MethodPatch, "/users/"+string(admin.ID), `{"email":"`+secret+`@northwind.example"}`, versionOf(admin, admin.ID)),
		"throttled":            throttled(w),
	} {
		t.Run(name, func(t *testing.T) {
			if bytes.Contains(res.Body, []byte(secret)) {
				t.Errorf("the answer echoes what was sent: %s", res.Body)
			}
			if got := res.Header.Get("Content-Type"); got != "application/problem+json" {
				t.Errorf("Content-Type = %q", got)
			}
			golden(t, name, res)
		})
	}
	if strings.Contains(w.Log.String(), secret) {
		t.Error("the log has what was sent")
	}
}

// versionOf is the header of a change of somebody as they are now.
func versionOf(c *apitest.Client, id iam.UserID) apitest.Option {
	return apitest.Header("If-Match", c.Do(http.MethodGet, "/users/"+string(id), nil).Header.Get("ETag"))
}

// throttled fails to sign in until it is refused to try.
func throttled(w *apitest.World) *apitest.Response {
	for {
		res := w.Anonymous().Do(http.MethodPost, "/session", `{"tenant":"northwind","email":"admin@northwind.example","password":"`+secret+`"}`)
		if res.Status != http.StatusUnauthorized {
			return res
		}
	}
}

func TestThrottledSaysWhenToTryAgain(t *testing.T) {
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		w.Tenant("northwind")
		res := throttled(w)
		res.WantProblem(http.StatusTooManyRequests, iam.CodeThrottled)
		var body struct {
			RetryAt time.Time `json:"retry_at"`
		}
		res.Want(http.StatusTooManyRequests, &body)
		seconds, err := strconv.Atoi(res.Header.Get("Retry-After"))
		now := w.Clock.Now()
		if err != nil || !body.RetryAt.After(now) || now.Add(time.Duration(seconds)*time.Second).Before(body.RetryAt) {
			t.Errorf("Retry-After = %q, %v, retry_at = %s", res.Header.Get("Retry-After"), err, body.RetryAt)
		}
	})
}

func TestMethodNotAllowedSaysWhichAre(t *testing.T) {
	w := apitest.New(t, storetest.SQLite(t))
	res := w.Anonymous().Do(http.MethodPut, "/session", nil)
	if got := res.Header.Get("Allow"); got != "GET, HEAD, POST, DELETE" {
		t.Errorf("Allow = %q", got)
	}
}
