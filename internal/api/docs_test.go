package api_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/problem"
	"github.com/retinue/retinue/internal/store/storetest"
)

func fetch(t *testing.T, url string) (*http.Response, string) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

func TestDocsPage(t *testing.T) {
	w := apitest.New(t, storetest.SQLite(t))
	res, page := fetch(t, w.Server.URL+"/api/docs")
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Fatalf("%d %v", res.StatusCode, res.Header)
	}
	// Nothing that a strict content security policy would stop, or that is
	// fetched from elsewhere.
	if bad := regexp.MustCompile(`(?i)<script|<style|\sstyle=|\son\w+=|https?://[^"<]*\.js\b|src=`).FindString(page); bad != "" {
		t.Errorf("the page has %q", bad)
	}
	each(w.OpenAPI, func(method, path string, op *huma.Operation) {
		if !strings.Contains(page, `<article id="`+op.OperationID+`">`) || !strings.Contains(page, "<code>"+path+"</code>") {
			t.Errorf("%s %s is not on the page", method, path)
		}
	})
	for code := range problem.Kinds {
		if !strings.Contains(page, `<tr id="`+problem.Anchor(code)+`">`) {
			t.Errorf("the error %s is not on the page", code)
		}
	}
	for _, text := range []string{"Permission users.create", "Whoever is signed in; not API keys", "Idempotency-Key", "escalation", "or null"} {
		if !strings.Contains(page, text) {
			t.Errorf("%q is not on the page", text)
		}
	}
	if res, css := fetch(t, w.Server.URL+"/api/docs.css"); res.StatusCode != http.StatusOK || !strings.Contains(css, "prefers-color-scheme") {
		t.Errorf("docs.css: %d", res.StatusCode)
	}
	res, document := fetch(t, w.Server.URL+"/api/openapi.json")
	var parsed struct {
		OpenAPI string `json:"openapi"`
	}
	if err := json.Unmarshal([]byte(document), &parsed); err != nil || parsed.OpenAPI != "3.1.0" || !strings.Contains(res.Header.Get("Content-Type"), "json") {
		t.Errorf("openapi.json: %v, %q", err, parsed.OpenAPI)
	}
}

// naughtyStrings are those of the Big List of Naughty Strings.
func naughtyStrings(t *testing.T) (strs []string) {
	t.Helper()
	raw, err := os.ReadFile("../store/storetest/testdata/blns.json")
	if err == nil {
		err = json.Unmarshal(raw, &strs)
	}
	if err != nil || len(strs) < 100 {
		t.Fatalf("%d strings, %v", len(strs), err)
	}
	return strs
}

// Whatever is typed into a field, the answer is either what was typed (cleaned)
// or an error that names the field; never a failure of the server.
func TestNaughtyStrings(t *testing.T) {
	strs := naughtyStrings(t)
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		u := add(admin, "Jonas", "jonas@northwind.example", iam.TypeAgent).User
		version := u.Version
		for _, s := range strs {
			for _, body := range []map[string]string{
				{"first_name": s, "nickname": s, "external_id": s}, {"phone": s}, {"timezone": s}, {"email": s}, {"locale": s},
			} {
				res := admin.Do(http.MethodPatch, "/users/"+string(u.ID), body, apitest.IfMatch(version))
				switch res.Status {
				case http.StatusOK:
					res.Want(http.StatusOK, &u)
					version = u.Version
				case http.StatusUnprocessableEntity:
					for _, e := range res.WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid).Errors {
						if _, sent := body[strings.TrimPrefix(e.Pointer, "/")]; !sent {
							t.Errorf("%v: %s", body, res.Body)
						}
					}
				default:
					t.Errorf("%v: %d %s", body, res.Status, res.Body)
				}
			}
		}
		// The user is still what the API can show.
		admin.Do(http.MethodGet, "/users", nil).Want(http.StatusOK, nil)
		admin.Do(http.MethodGet, "/users/export", nil).Want(http.StatusOK, nil)
	})
}

func TestNaughtySearches(t *testing.T) {
	strs := naughtyStrings(t)
	apitest.Each(t, func(t *testing.T, w *apitest.World) {
		admin := w.Tenant("northwind")
		for _, s := range strs {
			for _, path := range []string{"/users", "/audit-events", "/roles", "/colleagues"} {
				res := admin.Do(http.MethodGet, path, nil, func(r *http.Request) {
					q := r.URL.Query()
					q.Set("search", s)
					r.URL.RawQuery = q.Encode()
				})
				if res.Status != http.StatusOK && res.Status != http.StatusUnprocessableEntity {
					t.Errorf("%s?search=%q: %d %s", path, s, res.Status, res.Body)
				}
			}
		}
	})
}
