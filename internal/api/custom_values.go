package api

import (
	"bytes"
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"

	"github.com/retinue/retinue/internal/iam"
)

// FieldValues are values of custom fields by the field's key: text, choices (by
// value) and dates (2026-03-02) are strings, the others numbers and booleans.
type FieldValues map[string]any

// UnmarshalJSON implements json.Unmarshaler: numbers stay as they were written.
func (v *FieldValues) UnmarshalJSON(data []byte) error {
	return decodeValues(data, (*map[string]any)(v))
}

// Schema implements huma.SchemaProvider.
func (FieldValues) Schema(huma.Registry) *huma.Schema { return valuesSchema() }

// FieldPatch is FieldValues in a merge patch: null takes a value away.
type FieldPatch map[string]any

// UnmarshalJSON implements json.Unmarshaler, as that of FieldValues.
func (v *FieldPatch) UnmarshalJSON(data []byte) error {
	return decodeValues(data, (*map[string]any)(v))
}

// Schema implements huma.SchemaProvider.
func (FieldPatch) Schema(huma.Registry) *huma.Schema {
	return valuesSchema(&huma.Schema{Type: "null"})
}

func decodeValues(data []byte, into *map[string]any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return d.Decode(into)
}

// valuesSchema describes an object of values, of further types besides.
func valuesSchema(more ...*huma.Schema) *huma.Schema {
	types := append([]*huma.Schema{{Type: huma.TypeString}, {Type: huma.TypeNumber}, {Type: huma.TypeBoolean}}, more...)
	return &huma.Schema{
		Type: huma.TypeObject, AdditionalProperties: &huma.Schema{AnyOf: types},
		Description: "By the key of the field: text, choices (by value) and dates (2026-03-02) as strings, the others as numbers and booleans",
	}
}

// fieldMatches reads filters such as department:sales.
func fieldMatches(list []string) []iam.FieldMatch {
	var out []iam.FieldMatch
	for _, s := range list {
		out = append(out, iam.NewFieldMatch(s))
	}
	return out
}
