package api

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/retinue/retinue/internal/problem"
)

//go:embed docs.css
var docsCSS []byte

//go:embed docs.html.tmpl
var docsPage string

// The page is plain HTML without scripts, so that it works under the strictest
// content security policy.
var docsTemplate = template.Must(template.New("docs").Parse(docsPage))

// docsTag, docsOperation and so on are what the page shows, in its order.
type (
	docsTag struct {
		Name, Anchor, Description string
		Operations                []docsOperation
	}
	docsOperation struct {
		ID, Method, Path, Summary, Description, Permission string
		Parameters                                         []docsField
		RequestTypes, RequestExample                       string
		RequestFields                                      []docsField
		Answers                                            []docsAnswer
		Errors                                             []docsError
	}
	docsField struct {
		Name, Place, Type, Description string
		Required                       bool
	}
	docsAnswer struct {
		Status, Description, Type, Example string
		Fields                             []docsField
	}
	docsError struct {
		Status string
		Codes  []string
	}
)

// renderDocs makes the page of a document.
func renderDocs(o *huma.OpenAPI) ([]byte, error) {
	byTag := map[string][]docsOperation{}
	for path, item := range o.Paths {
		for method, op := range map[string]*huma.Operation{
			http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put,
			http.MethodPatch: item.Patch, http.MethodDelete: item.Delete,
		} {
			if op != nil {
				byTag[op.Tags[0]] = append(byTag[op.Tags[0]], describeOperation(o, method, path, op))
			}
		}
	}
	tags := make([]docsTag, 0, len(o.Tags))
	for _, t := range o.Tags {
		list := byTag[t.Name]
		slices.SortFunc(list, func(a, b docsOperation) int {
			return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(methodOrder[a.Method], methodOrder[b.Method]))
		})
		anchor := strings.ReplaceAll(strings.ToLower(t.Name), " ", "-")
		tags = append(tags, docsTag{Name: t.Name, Anchor: anchor, Description: t.Description, Operations: list})
	}
	var buf bytes.Buffer
	err := docsTemplate.Execute(&buf, map[string]any{
		"Title": o.Info.Title, "Version": o.Info.Version, "Base": base, "Tags": tags,
		"Introduction": strings.Split(o.Info.Description, "\n\n"), "Errors": describeErrors(),
	})
	return buf.Bytes(), err
}

// docsKind is a line of the page's table of errors.
type docsKind struct {
	problem.Kind

	Code, Anchor string
}

func describeErrors() []docsKind {
	list := make([]docsKind, 0, len(problem.Kinds))
	for code, kind := range problem.Kinds {
		list = append(list, docsKind{Kind: kind, Code: string(code), Anchor: problem.Anchor(code)})
	}
	slices.SortFunc(list, func(a, b docsKind) int { return cmp.Or(cmp.Compare(a.Status, b.Status), cmp.Compare(a.Code, b.Code)) })
	return list
}

var methodOrder = map[string]int{http.MethodGet: 1, http.MethodPost: 2, http.MethodPut: 3, http.MethodPatch: 4, http.MethodDelete: 5}

// permissionInWords says who may use an operation.
func permissionInWords(op *huma.Operation) string {
	switch p, _ := op.Extensions["x-permission"].(string); p {
	case "public":
		return "Anybody"
	case "signed_in":
		if len(op.Security) == 1 {
			return "Whoever is signed in; not API keys"
		}
		return "Whoever is signed in"
	default:
		return "Permission " + p
	}
}

func describeOperation(o *huma.OpenAPI, method, path string, op *huma.Operation) docsOperation {
	out := docsOperation{
		ID: op.OperationID, Method: method, Path: path, Summary: op.Summary, Description: op.Description, Permission: permissionInWords(op),
	}
	for _, p := range op.Parameters {
		out.Parameters = append(out.Parameters, docsField{
			Name: p.Name, Place: p.In, Type: typeInWords(p.Schema), Description: p.Description, Required: p.Required,
		})
	}
	if op.RequestBody != nil {
		types := slices.Sorted(maps.Keys(op.RequestBody.Content))
		out.RequestTypes = strings.Join(types, ", ")
		first := op.RequestBody.Content[types[len(types)-1]]
		out.RequestFields = fieldsOfSchema(o, first.Schema)
		out.RequestExample = exampleText(first.Example)
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		r := op.Responses[status]
		if status[0] != '2' {
			e := docsError{Status: status}
			for _, m := range r.Content {
				e.Codes = slices.Sorted(maps.Keys(m.Examples))
			}
			out.Errors = append(out.Errors, e)
			continue
		}
		out.Answers = append(out.Answers, describeAnswers(o, status, r)...)
	}
	return out
}

func describeAnswers(o *huma.OpenAPI, status string, r *huma.Response) []docsAnswer {
	if len(r.Content) == 0 {
		return []docsAnswer{{Status: status, Description: r.Description}}
	}
	var out []docsAnswer
	for _, media := range slices.Sorted(maps.Keys(r.Content)) {
		m := r.Content[media]
		out = append(out, docsAnswer{
			Status: status, Description: r.Description, Type: media, Example: exampleText(m.Example), Fields: fieldsOfSchema(o, m.Schema),
		})
	}
	return out
}

func exampleText(v any) string {
	if s, ok := v.(string); ok || v == nil {
		return s
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil { // an example was JSON before
		return ""
	}
	return buf.String()
}

// fieldsOfSchema lists the members of an object; those of the things in a list
// are listed below it.
func fieldsOfSchema(o *huma.OpenAPI, s *huma.Schema) []docsField {
	return collectFields(o, s, "", 0)
}

func collectFields(o *huma.OpenAPI, s *huma.Schema, prefix string, depth int) []docsField {
	s = resolve(o, s)
	const deepest = 3
	if s == nil || depth == deepest {
		return nil
	}
	var out []docsField
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name]
		out = append(out, docsField{
			Name: prefix + name, Type: typeInWords(resolve(o, p)), Description: p.Description, Required: slices.Contains(s.Required, name),
		})
		inner := resolve(o, p)
		below := prefix + name + "."
		if inner != nil && inner.Type == huma.TypeArray {
			inner, below = resolve(o, inner.Items), prefix+name+"[]."
		}
		out = append(out, collectFields(o, inner, below, depth+1)...)
	}
	return out
}

// resolve follows references, and takes the object where null is allowed, too.
func resolve(o *huma.OpenAPI, s *huma.Schema) *huma.Schema {
	for s != nil {
		switch {
		case s.Ref != "":
			s = o.Components.Schemas.SchemaFromRef(s.Ref)
		case len(s.AnyOf) > 0:
			s = s.AnyOf[0]
		default:
			return s
		}
	}
	return nil
}

// typeInWords says what a value is.
func typeInWords(s *huma.Schema) string {
	if s == nil {
		return ""
	}
	words := s.Type
	if words == "" {
		words = "any"
	}
	if s.Format != "" && s.Format != "int64" && s.Format != "password" {
		words += ", " + s.Format
	}
	if s.Type == huma.TypeArray && s.Items != nil && s.Items.Type != "" {
		words = "array of " + s.Items.Type
	}
	if s.Nullable {
		words += " or null"
	}
	if len(s.Enum) > 0 {
		values := make([]string, 0, len(s.Enum))
		for _, v := range s.Enum {
			if text, ok := v.(string); ok && text != "" {
				values = append(values, text)
			}
		}
		words += ": " + strings.Join(values, ", ")
	}
	if s.MaxLength != nil {
		words += ", at most " + strconv.Itoa(*s.MaxLength) + " characters"
	}
	return words
}
