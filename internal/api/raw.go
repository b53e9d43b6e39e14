package api

import (
	"bytes"
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// registerRaw adds an operation that answers by itself, because it is asked all
// the time or because it streams. I and O tell the document what it takes and
// gives.
func registerRaw[I, O any](s *server, op operation, h http.HandlerFunc) {
	s.addRaw(&op, func(a huma.API) {
		huma.Register(a, op.huma(s), func(context.Context, *I) (*O, error) { return new(O), nil })
	}, h)
}

// writeJSON answers with v, for handlers that huma does not run.
func writeJSON(w http.ResponseWriter, r *http.Request, status int, v any) {
	var buf bytes.Buffer
	if err := marshal(&buf, v); err != nil {
		writeProblem(w, r, err)
		return
	}
	w.Header()["Content-Type"] = jsonHeader
	w.Header().Set("Content-Length", strconv.Itoa(buf.Len()))
	w.WriteHeader(status)
	_, _ = w.Write(buf.Bytes())
}

// uploadBody documents a body that is a file; where it is text, the request's
// example is what is in it.
func (op *operation) uploadBody() *huma.RequestBody {
	file := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	field := *file
	field.Description = "The file; other fields are passed over"
	body := &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{}}
	for _, media := range op.accepts {
		m := &huma.MediaType{Schema: file, Example: op.request}
		if media == typeMultipart {
			m.Schema = &huma.Schema{Type: huma.TypeObject, Required: []string{op.field}, Properties: map[string]*huma.Schema{op.field: &field}}
			if op.request != nil {
				m.Example = map[string]any{op.field: op.request}
			}
		}
		body.Content[media] = m
	}
	return body
}

// downloadResponse documents an answer that is a file.
func (op *operation) downloadResponse() *huma.Response {
	r := &huma.Response{
		Description: "The file", Content: map[string]*huma.MediaType{},
		Headers: map[string]*huma.Param{"Content-Disposition": {Schema: &huma.Schema{Type: huma.TypeString}}},
	}
	for media, example := range op.downloads {
		r.Content[media] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}, Example: example}
	}
	return r
}
