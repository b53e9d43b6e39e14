package apitest

import (
	"encoding/json"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
)

// conforms holds an answer against the document: the status must be declared
// and the body must be what its schema says.
func (w *World) conforms(tb testing.TB, req *http.Request, res *Response) {
	tb.Helper()
	op := w.Operation(req.Method, strings.TrimPrefix(req.URL.Path, "/api/v1"))
	if op == nil {
		return // an address or method that there isn't
	}
	declared := op.Responses[strconv.Itoa(res.Status)]
	if declared == nil {
		tb.Errorf("%s answers %d, which is not declared: %s", res.what, res.Status, res.Body)
		return
	}
	media, _, err := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if err != nil {
		if len(declared.Content) > 0 {
			tb.Errorf("%s answers %d without a media type", res.what, res.Status)
		}
		return
	}
	content := declared.Content[media]
	if content == nil {
		tb.Errorf("%s answers %d as %s, which is not declared", res.what, res.Status, media)
		return
	}
	if strings.HasSuffix(media, "json") && content.Schema != nil && content.Schema.Type != huma.TypeString {
		for _, fault := range w.Faults(content.Schema, res.Body) {
			tb.Errorf("%s: %s: %s", res.what, fault, res.Body)
		}
	}
}

// Faults says where a JSON text is not what a schema says.
func (w *World) Faults(schema *huma.Schema, text []byte) []string {
	var parsed any
	if err := json.Unmarshal(text, &parsed); err != nil {
		return []string{err.Error()}
	}
	result := &huma.ValidateResult{}
	path := huma.NewPathBuffer(nil, 0)
	huma.Validate(w.OpenAPI.Components.Schemas, schema, path, huma.ModeReadFromServer, parsed, result)
	var faults []string
	for _, err := range result.Errors {
		faults = append(faults, err.Error())
	}
	return faults
}

// Operation finds what the document says of a method and an address, as
// http.ServeMux does: literal parts before variable ones. Nil when nothing.
func (w *World) Operation(method, path string) *huma.Operation {
	var found *huma.Operation
	literals := -1
	for pattern, item := range w.OpenAPI.Paths {
		n, ok := matches(pattern, path)
		if op := Methods(item)[method]; ok && op != nil && n > literals {
			found, literals = op, n
		}
	}
	return found
}

// matches tells whether the path fits, and how many of its parts are literal.
func matches(pattern, path string) (literals int, ok bool) {
	want, have := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return 0, false
	}
	for i := range want {
		switch {
		case want[i] == have[i]:
			literals++
		case !strings.HasPrefix(want[i], "{"):
			return 0, false
		}
	}
	return literals, true
}

// Methods are the operations of an address by method.
func Methods(item *huma.PathItem) map[string]*huma.Operation {
	return map[string]*huma.Operation{
		http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put,
		http.MethodPatch: item.Patch, http.MethodDelete: item.Delete,
	}
}
