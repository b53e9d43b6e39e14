package tenanttest

import (
	"errors"

	"github.com/retinue/retinue/internal/iam"
)

// FieldsOf returns what an error says about fields.
func FieldsOf(err error) []iam.Field {
	if e, ok := errors.AsType[*iam.Error](err); ok {
		return e.Fields
	}
	return nil
}

// DetailOf returns a detail of an error, nil when it has none of that name.
func DetailOf(err error, key string) any {
	if e, ok := errors.AsType[*iam.Error](err); ok {
		return e.Detail[key]
	}
	return nil
}
