package fields

import (
	"maps"
	"strings"

	"github.com/retinue/retinue/internal/iam"
)

// pointerTo is the JSON pointer to the value of a key.
func pointerTo(key string) string {
	const longest = 100
	if len(key) > longest {
		return "/custom_fields"
	}
	return "/custom_fields/" + strings.ReplaceAll(strings.ReplaceAll(key, "~", "~0"), "/", "~1")
}

// Apply sets values of the API, by key, in a user; nil takes one away. It leaves
// the rest as it is, and returns everything that is wrong, required values that
// are missing among it. A nil set touches no field and asks for none.
func Apply(all []*iam.CustomField, u *iam.User, set map[string]any) []iam.Field {
	if set == nil {
		return nil
	}
	var problems []iam.Field
	refuse := func(key string, p iam.Field) {
		p.Pointer = pointerTo(key)
		problems = append(problems, p)
	}
	values := maps.Clone(u.CustomValues)
	if values == nil {
		values = map[iam.FieldID]string{}
	}
	known := map[string]bool{}
	for _, f := range all {
		known[f.Key] = true
		given, touched := set[f.Key]
		if !touched {
			continue
		}
		kept, problem := fromJSON(f, given)
		switch {
		case problem != nil && given == JSON(f, u.CustomValues[f.ID]):
			// What it is already may be sent back, though it is no choice any more.
		case problem != nil:
			refuse(f.Key, *problem)
			known[f.Key] = false // it is not missing
		case kept == "":
			delete(values, f.ID)
		default:
			values[f.ID] = kept
		}
	}
	for key := range set {
		if _, ok := known[key]; !ok {
			refuse(key, iam.Field{Code: "unknown", Message: "There is no such field."})
		}
	}
	for _, f := range Missing(all, u.Type, values) {
		if known[f.Key] {
			refuse(f.Key, Required(f))
		}
	}
	if len(values) == 0 {
		values = nil
	}
	u.CustomValues = values
	return problems
}

// None takes all values away when it is applied.
func None(all []*iam.CustomField) map[string]any {
	set := map[string]any{}
	for _, f := range all {
		set[f.Key] = nil
	}
	return set
}

// Missing are the required fields without a value. Programs need none.
func Missing(all []*iam.CustomField, t iam.UserType, values map[iam.FieldID]string) []*iam.CustomField {
	if t == iam.TypeService {
		return nil
	}
	var out []*iam.CustomField
	for _, f := range all {
		if f.Required && values[f.ID] == "" {
			out = append(out, f)
		}
	}
	return out
}

// Required is what is wrong when a required field has no value.
func Required(f *iam.CustomField) iam.Field {
	return iam.Field{Pointer: pointerTo(f.Key), Code: "required", Message: "Fill in “" + f.Label + "”."}
}

// Match turns what a list was asked for into what it looks up. A value that no
// user can have finds nobody: possible is false then.
func Match(all []*iam.CustomField, asked []iam.FieldMatch) (out []iam.FieldMatch, possible bool, err error) {
	possible = true
	for _, m := range asked {
		var field *iam.CustomField
		for _, f := range all {
			if f.Key == m.Key {
				field = f
			}
		}
		if field == nil {
			return nil, false, iam.InvalidField("/field", "unknown", "There is no field with one of these keys.")
		}
		kept, problem := Parse(field, m.Input)
		if problem != nil || kept == "" {
			possible = false
			continue
		}
		out = append(out, iam.FieldMatch{Key: m.Key, Input: m.Input, Field: field.ID, Value: kept})
	}
	return out, possible, nil
}
