package api_test

import (
	"encoding/json"
	"maps"
	"net/http"
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

// sampling is of how many strings a text is tried with one. All of them in every
// text would be some 70,000 requests on each engine, of which most show what the one before
// did: how a kind of text is judged is the same wherever there is one.
const sampling = 7

// Whatever is put into any text of any operation, it is taken or refused: the
// server never fails, and what it took can be shown. Each text is tried with
// every seventh string, another seventh than the text before it and than on the
// other engine, so that every string is tried in every seventh text.
func TestNaughtyStringsEverywhere(t *testing.T) {
	strs := naughtyStrings(t)
	for shift, engine := range slices.Sorted(maps.Keys(storetest.Engines(t))) {
		t.Run(engine, func(t *testing.T) {
			w := apitest.New(t, storetest.Engines(t)[engine](t))
			n := naughty{World: w, admin: w.Tenant("northwind"), strs: strs, texts: shift, taken: map[string]int{}, tried: map[string]bool{}}
			n.everywhere(t)
		})
	}
}

// naughty tries strings.
type naughty struct {
	*apitest.World
	admin *apitest.Client
	strs  []string
	texts int // that were tried
	taken map[string]int
	tried map[string]bool
}

func (n *naughty) everywhere(t *testing.T) {
	ids := belongings(t, n.admin)
	each(n.OpenAPI, func(method, path string, op *huma.Operation) {
		target := path
		if own := owned(path, ids); own != nil {
			target = address(path, own)
		}
		n.in(t, method, target, op)
	})
	if n.texts < 100 || len(n.tried) != len(slices.Compact(slices.Sorted(slices.Values(n.strs)))) {
		t.Errorf("only %d texts and %d of %d strings were tried", n.texts, len(n.tried), len(n.strs))
	}
	for _, id := range []string{"create-api-key", "create-team", "update-team", "create-tab", "create-announcement", "create-role", "create-organization", "update-branding"} {
		if n.taken[id] == 0 {
			t.Errorf("%s took nothing: the test is none of it (%v)", id, n.taken)
		}
	}
	each(n.OpenAPI, func(method, path string, op *huma.Operation) {
		if method != http.MethodGet || strings.Contains(path, "{") {
			return
		}
		if res := n.admin.Do(http.MethodGet, path, nil); res.Status >= 500 || res.Status == http.StatusUnauthorized {
			t.Errorf("%s answers %d afterwards: %s", op.OperationID, res.Status, res.Body)
		}
	})
}

// in tries the texts of an operation's body.
func (n *naughty) in(t *testing.T, method, target string, op *huma.Operation) {
	example, media := naughtyBody(op)
	if example == nil {
		return
	}
	texts := 0
	textsOf(parsed(t, example), func(any) {}, func(func(any)) { texts++ })
	for field := range texts {
		n.texts++
		for i := n.texts % sampling; i < len(n.strs); i += sampling {
			n.tried[n.strs[i]] = true
			body, at := parsed(t, example), 0
			textsOf(body, func(any) {}, func(set func(any)) {
				if at == field {
					set(n.strs[i])
				}
				at++
			})
			options := []apitest.Option{apitest.Header("Content-Type", media)}
			if method != http.MethodPost {
				tag := n.admin.Do(http.MethodGet, target, nil).Header.Get("ETag")
				options = append(options, apitest.Header("If-Match", tag))
			}
			res := n.admin.Do(method, target, body, options...)
			if res.Status >= 500 {
				t.Errorf("%s, text %d = %q: %d %s", op.OperationID, field, n.strs[i], res.Status, res.Body)
			}
			if res.Status < 300 {
				n.taken[op.OperationID]++
			}
		}
	}
}
