package api_test

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/retinue/retinue/internal/api"
)

// published is the document as other programs read it: huma checks examples in a
// way of its own, which knows more than the document says.
type published struct {
	t        *testing.T
	root     any
	compiler *jsonschema.Compiler
}

func publishedDocument(t *testing.T) *published {
	t.Helper()
	text, err := api.Document()
	if err != nil {
		t.Fatal(err)
	}
	root, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	if err := c.AddResource("openapi.json", root); err != nil {
		t.Fatal(err)
	}
	return &published{t, root, c}
}

var escapePointer = strings.NewReplacer("~", "~0", "/", "~1")

// check holds a value against the schema at the path.
func (p *published) check(value any, path ...string) {
	p.t.Helper()
	escaped := make([]string, len(path))
	for i, part := range path {
		escaped[i] = escapePointer.Replace(part)
	}
	at := "openapi.json#/" + strings.Join(escaped, "/")
	schema, err := p.compiler.Compile(at)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := schema.Validate(value); err != nil {
		p.t.Errorf("%s: %v", at, err)
	}
}

// walk calls fn with every object of the document and the path to it.
func walk(v any, path []string, fn func(object map[string]any, path []string)) {
	switch v := v.(type) {
	case map[string]any:
		fn(v, path)
		for name, below := range v {
			walk(below, append(slices.Clip(path), name), fn)
		}
	case []any:
		for i, below := range v {
			walk(below, append(slices.Clip(path), strconv.Itoa(i)), fn)
		}
	}
}

// The document's own examples are what its schemas say, by JSON Schema 2020-12.
func TestExamplesAreWhatTheSchemasSay(t *testing.T) {
	p := publishedDocument(t)
	count := 0
	walk(p.root, nil, func(object map[string]any, path []string) {
		example, found := object["example"]
		if _, schema := object["schema"]; !found || !schema {
			return
		}
		count++
		p.check(example, append(slices.Clip(path), "schema")...)
	})
	if count < 100 {
		t.Errorf("only %d examples were found", count)
	}
	problems, _ := p.root.(map[string]any)["components"].(map[string]any)["examples"].(map[string]any)
	if len(problems) == 0 {
		t.Error("no errors are shown")
	}
	for _, example := range problems {
		p.check(example.(map[string]any)["value"], "components", "schemas", "Problem")
	}
}

// What is sent as JSON is declared as what it is, not as a text that has JSON in it.
func TestJSONIsNoText(t *testing.T) {
	each(api.Describe(""), func(method, path string, op *huma.Operation) {
		for status, response := range op.Responses {
			for media, content := range response.Content {
				if _, text := content.Example.(string); media == "application/json" && (text || content.Schema.Type == huma.TypeString) {
					t.Errorf("%s %s answers %s with a text", method, path, status)
				}
			}
		}
	})
}

// Where a type allows null, null is allowed, also where the values are listed.
func TestNullIsAllowedWhereTheTypeSaysSo(t *testing.T) {
	p := publishedDocument(t)
	listed := 0
	walk(p.root, nil, func(object map[string]any, path []string) {
		types, _ := object["type"].([]any)
		if !slices.Contains(types, any("null")) {
			return
		}
		if object["enum"] != nil {
			listed++
		}
		p.check(nil, path...)
	})
	if listed == 0 {
		t.Error("no list of values with null was found")
	}
}
