package api_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/store/storetest"
)

// textsOf calls fn for every text in a parsed JSON value, with a function that
// puts another one in its place.
func textsOf(v any, set func(any), fn func(set func(any))) {
	switch v := v.(type) {
	case string:
		fn(set)
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			textsOf(v[name], func(x any) { v[name] = x }, fn)
		}
	case []any:
		for i := range v {
			textsOf(v[i], func(x any) { v[i] = x }, fn)
		}
	}
}

// parsed is an example of the document as a value of its own.
func parsed(t *testing.T, example any) any {
	t.Helper()
	raw, err := json.Marshal(example)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// naughtyBody is the example of an operation's body, nil when it takes no JSON,
// and its media type.
func naughtyBody(op *huma.Operation) (example any, media string) {
	if op.RequestBody == nil {
		return nil, ""
	}
	for media, content := range op.RequestBody.Content {
		if strings.HasSuffix(media, "json") {
			return content.Example, media
		}
	}
	return nil, ""
}

// Whatever is put into any text of any operation, it is taken or refused: the
// server never fails, and what it took can be shown. Each text is tried with
// every seventh string, another seventh than the text before.
func TestNaughtyStringsEverywhere(t *testing.T) {
	raw, err := os.ReadFile(naughtyStrings)
	if err != nil {
		t.Fatal(err)
	}
	var strs []string
	if err := json.Unmarshal(raw, &strs); err != nil {
		t.Fatal(err)
	}
	w := apitest.New(t, storetest.SQLite(t))
	admin := w.Tenant("northwind")
	ids := belongings(t, admin)
	texts, taken := 0, map[string]int{}
	each(w.OpenAPI, func(method, path string, op *huma.Operation) {
		example, media := naughtyBody(op)
		if example == nil {
			return
		}
		target := path
		if own := owned(path, ids); own != nil {
			target = address(path, own)
		}
		probe := parsed(t, example)
		n := 0
		textsOf(probe, func(any) {}, func(func(any)) { n++ })
		for field := range n {
			texts++
			for i := texts % 7; i < len(strs); i += 7 {
				body, at := parsed(t, example), 0
				textsOf(body, func(any) {}, func(set func(any)) {
					if at == field {
						set(strs[i])
					}
					at++
				})
				options := []apitest.Option{apitest.Header("Content-Type", media)}
				if method != http.MethodPost {
					tag := admin.Do(http.MethodGet, target, nil).Header.Get("ETag")
					options = append(options, apitest.Header("If-Match", tag))
				}
				res := admin.Do(method, target, body, options...)
				if res.Status >= 500 {
					t.Errorf("%s, text %d = %q: %d %s", op.OperationID, field, strs[i], res.Status, res.Body)
				}
				if res.Status < 300 {
					taken[op.OperationID]++
				}
			}
		}
	})
	if texts < 100 {
		t.Errorf("only %d texts were tried", texts)
	}
	for _, id := range []string{"create-api-key", "create-team", "update-team", "create-tab", "create-announcement", "create-role", "create-organization", "update-branding"} {
		if taken[id] == 0 {
			t.Errorf("%s took nothing: the test is none of it (%v)", id, taken)
		}
	}
	each(w.OpenAPI, func(method, path string, op *huma.Operation) {
		if method != http.MethodGet || strings.Contains(path, "{") {
			return
		}
		if res := admin.Do(http.MethodGet, path, nil); res.Status >= 500 || res.Status == http.StatusUnauthorized {
			t.Errorf("%s answers %d afterwards: %s", op.OperationID, res.Status, res.Body)
		}
	})
}
