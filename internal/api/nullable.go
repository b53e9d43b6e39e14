package api

import (
	"encoding/json"
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

// Nullable is an object that is null when there is none. A plain pointer would
// do for JSON, but the document could not say so.
type Nullable[T any] struct{ Value *T }

// MarshalJSON implements json.Marshaler.
func (n Nullable[T]) MarshalJSON() ([]byte, error) { return json.Marshal(n.Value) }

// Schema implements huma.SchemaProvider.
func (Nullable[T]) Schema(r huma.Registry) *huma.Schema {
	t := reflect.TypeFor[T]()
	return &huma.Schema{AnyOf: []*huma.Schema{r.Schema(t, true, t.Name()), {Type: "null"}}}
}

// UnmarshalJSON implements json.Unmarshaler.
func (n *Nullable[T]) UnmarshalJSON(data []byte) error { return json.Unmarshal(data, &n.Value) }

// listNull adds null to the values of what may be null: by JSON Schema a value has
// to be among them whatever the type allows, which huma does not write.
func listNull(s *huma.Schema) {
	if s == nil {
		return
	}
	if s.Nullable && len(s.Enum) > 0 && !slices.Contains(s.Enum, nil) {
		s.Enum = append(slices.Clip(s.Enum), nil)
	}
	listNull(s.Items)
	for _, property := range s.Properties {
		listNull(property)
	}
	if values, ok := s.AdditionalProperties.(*huma.Schema); ok {
		listNull(values)
	}
	for _, part := range slices.Concat(s.AnyOf, s.OneOf, s.AllOf) {
		listNull(part)
	}
}
