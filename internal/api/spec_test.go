package api_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/store/storetest"
)

func TestDocumentIsUpToDate(t *testing.T) {
	want, err := api.Document()
	if err != nil {
		t.Fatal(err)
	}
	again, err := api.Document()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, again) {
		t.Fatal("the document differs from one making to the next")
	}
	have, err := os.ReadFile("../../docs/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, want) {
		t.Error("docs/openapi.json is not what the sources say: run go generate ./internal/api")
	}
}

// each calls fn with every operation of the document.
func each(o *huma.OpenAPI, fn func(method, path string, op *huma.Operation)) {
	for _, path := range slices.Sorted(maps.Keys(o.Paths)) {
		for method, op := range apitest.Methods(o.Paths[path]) {
			if op != nil {
				fn(method, path, op)
			}
		}
	}
}

func TestEveryOperationIsDescribed(t *testing.T) {
	w := apitest.New(t, storetest.SQLite(t))
	tags := map[string]bool{}
	for _, tag := range w.OpenAPI.Tags {
		tags[tag.Name] = true
	}
	ids := map[string]bool{}
	count := 0
	each(w.OpenAPI, func(_, path string, op *huma.Operation) {
		count++
		t.Run(op.OperationID, func(t *testing.T) {
			if ids[op.OperationID] || op.OperationID == "" {
				t.Error("it has no id of its own")
			}
			ids[op.OperationID] = true
			if op.Summary == "" || len(op.Description) < 20 {
				t.Error("summary or description is missing")
			}
			if len(op.Tags) != 1 || !tags[op.Tags[0]] {
				t.Errorf("tags = %q", op.Tags)
			}
			checkPermission(t, op)
			checkParameters(t, path, op)
			checkRequest(t, w, op)
			checkResponses(t, w, op)
			if op.Responses["500"] == nil {
				t.Error("errors are not declared")
			}
			if op.Extensions["x-permission"] != "public" && op.Responses["401"] == nil {
				t.Error("401 is not declared")
			}
		})
	})
	if count < 50 {
		t.Errorf("only %d operations were found", count)
	}
}

func checkPermission(t *testing.T, op *huma.Operation) {
	t.Helper()
	permission, _ := op.Extensions["x-permission"].(string)
	switch permission {
	case "public":
		if len(op.Security) != 0 {
			t.Error("public, but asks for credentials")
		}
		return
	case "signed_in":
	default:
		if !access.Known(iam.Permission(permission)) {
			t.Errorf("x-permission = %q is not in the catalogue", permission)
		}
	}
	if len(op.Security) == 0 {
		t.Error("does not say by which credentials")
	}
}

func checkParameters(t *testing.T, path string, op *huma.Operation) {
	t.Helper()
	inPath := map[string]bool{}
	for _, p := range op.Parameters {
		if p.In == "path" {
			inPath["{"+p.Name+"}"] = true
		}
	}
	for part := range strings.SplitSeq(path, "/") {
		if strings.HasPrefix(part, "{") && !inPath[part] {
			t.Errorf("parameter %s is not described", part)
		}
	}
}

func checkRequest(t *testing.T, w *apitest.World, op *huma.Operation) {
	t.Helper()
	if op.RequestBody == nil {
		return
	}
	for media, content := range op.RequestBody.Content {
		if !strings.HasSuffix(media, "json") {
			checkUpload(t, media, content)
			continue
		}
		if content.Example == nil {
			t.Errorf("the request as %s has no example", media)
			continue
		}
		raw, err := json.Marshal(content.Example)
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range w.Faults(content.Schema, raw) {
			t.Errorf("the example of the request: %s", fault)
		}
	}
}

// checkUpload asks of a file that it can be known what is in it.
func checkUpload(t *testing.T, media string, content *huma.MediaType) {
	t.Helper()
	if text, _ := content.Example.(string); media == "text/csv" && strings.Count(text, "\n") != 3 {
		t.Errorf("the example of a file is %q", text)
	}
	for name, field := range content.Schema.Properties {
		if field.Description == "" {
			t.Errorf("the field %s is not described", name)
		}
	}
}

func checkResponses(t *testing.T, w *apitest.World, op *huma.Operation) {
	t.Helper()
	succeeds := false
	for status, response := range op.Responses {
		if response.Description == "" {
			t.Errorf("%s has no description", status)
		}
		if status[0] != '2' {
			continue
		}
		succeeds = true
		for media, content := range response.Content {
			if content.Example == nil {
				t.Errorf("%s as %s has no example", status, media)
				continue
			}
			raw, err := json.Marshal(content.Example)
			if err != nil {
				t.Fatal(err)
			}
			for _, fault := range w.Faults(content.Schema, raw) {
				t.Errorf("the example of %s: %s", status, fault)
			}
		}
	}
	if !succeeds {
		t.Error("no success is described")
	}
}

// address fills the variable parts of a path with ids that are well-formed.
func address(path string, ids map[string]string) string {
	for name, id := range ids {
		path = strings.ReplaceAll(path, name, id)
	}
	return path
}

// nobody are well-formed ids of nothing.
var nobody = map[string]string{"{id}": "user_01k9z3qf4te8kv5m2r7w1x6y0a", "{session_id}": "sess_01k9z5a1c3e5g7j9m2p4r6t8v0"}

// send sends what the document gives as an example, so that the request gets as
// far as it may.
func send(c *apitest.Client, method, path string, op *huma.Operation) *apitest.Response {
	options := []apitest.Option{}
	var body any
	if op.RequestBody != nil {
		for media, content := range op.RequestBody.Content {
			body = []byte("x")
			if strings.HasSuffix(media, "json") {
				body = content.Example
			}
			options = append(options, apitest.Header("Content-Type", strings.Replace(media, "*", "png", 1)))
			if media != "multipart/form-data" {
				break
			}
		}
	}
	for _, p := range op.Parameters {
		if p.Name == "If-Match" {
			options = append(options, apitest.IfMatch(1))
		}
	}
	return c.Do(method, path, body, options...)
}

// covers D-05
func TestEveryOperationIsGuarded(t *testing.T) {
	w := apitest.New(t, storetest.SQLite(t))
	admin := w.Tenant("northwind")
	powerless := admin.Person("Pia", iam.TypeAnalyst)
	unsettled := w.Anonymous()
	unsettled.ShortName = "northwind"
	var made api.UserWithPassword
	admin.Do(http.MethodPost, "/users", map[string]any{
		"first_name": "Una", "last_name": "Settled", "email": "una@northwind.example", "user_type": "tenant_admin",
	}).Want(http.StatusCreated, &made)
	unsettled.SignIn("una@northwind.example", made.TemporaryPassword)

	each(w.OpenAPI, func(method, path string, op *huma.Operation) {
		permission := op.Extensions["x-permission"].(string)
		if permission == "public" {
			return
		}
		path = address(path, nobody)
		t.Run(op.OperationID, func(t *testing.T) {
			send(w.Anonymous().With(t), method, path, op).WantProblem(http.StatusUnauthorized, iam.CodeUnauthenticated)
			if permission != "signed_in" && !slices.Contains(powerless.Session.Permissions, iam.Permission(permission)) {
				p := send(powerless.With(t), method, path, op).WantProblem(http.StatusForbidden, iam.CodeForbidden)
				if string(p.Missing) != permission {
					t.Errorf("missing_permission = %q, want %q", p.Missing, permission)
				}
			}
			if op.OperationID != "change-my-password" && op.OperationID != "delete-session" {
				send(unsettled.With(t), method, path, op).WantProblem(http.StatusForbidden, iam.CodePasswordChangeRequired)
			}
		})
	})
}
