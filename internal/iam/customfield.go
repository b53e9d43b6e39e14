package iam

import (
	"context"
	"slices"
	"strings"
	"time"
)

// FieldID names a custom field.
type FieldID string

// PrefixField begins the ids of custom fields.
const PrefixField = "field"

// FieldKind says what the values of a custom field are.
type FieldKind string

// The kinds of custom field.
const (
	KindText    FieldKind = "text"
	KindNumber  FieldKind = "number"
	KindChoice  FieldKind = "choice"
	KindDate    FieldKind = "date"
	KindBoolean FieldKind = "boolean"
)

// FieldKinds are all kinds, in the order in which screens show them.
var FieldKinds = []FieldKind{KindText, KindNumber, KindChoice, KindDate, KindBoolean}

// Valid tells whether k is one of the kinds.
func (k FieldKind) Valid() bool { return slices.Contains(FieldKinds, k) }

// FieldChoice is one of the values of a field of KindChoice.
type FieldChoice struct {
	Value string `json:"value"` // never changes
	Label string `json:"label"`
}

// CustomField is something that a tenant keeps of each of its users beside what
// the product keeps. Its values are in User.CustomValues.
type CustomField struct {
	ID        FieldID
	Key       string // names it in the API and in files; never changes
	Label     string
	Kind      FieldKind // never changes
	Required  bool      // of people who are added or whose fields are changed
	InTable   bool      // the list of users has a column of it
	Choices   []FieldChoice
	Position  int // orders the fields of a tenant
	CreatedAt time.Time
	UpdatedAt time.Time
	Version   int64
}

// Choice returns the choice with the value, or nil.
func (f *CustomField) Choice(value string) *FieldChoice {
	for i := range f.Choices {
		if f.Choices[i].Value == value {
			return &f.Choices[i]
		}
	}
	return nil
}

// CustomChange begins the names of changes of custom fields in audit events,
// before the key.
const CustomChange = "custom_fields."

// NewFieldMatch reads key:value, as filters are written.
func NewFieldMatch(s string) FieldMatch {
	key, value, _ := strings.Cut(s, ":")
	return FieldMatch{Key: key, Input: value}
}

// FieldMatch asks for users by the value of a custom field.
type FieldMatch struct {
	// Key and Input are what was asked for. Package users turns them into Field
	// and Value; the store does not look at them.
	Key, Input string
	Field      FieldID
	// Value is a value as it is kept; case and accents do not matter. "" asks for
	// everybody who has one.
	Value string
}

// CustomFieldStore keeps the definitions of custom fields.
type CustomFieldStore interface {
	// CustomFields returns all fields of the tenant in their order.
	CustomFields(ctx context.Context, tenant TenantID) ([]*CustomField, error)
	// InsertCustomField answers CodeConflict with pointer "/key" when taken.
	InsertCustomField(ctx context.Context, tenant TenantID, f *CustomField) error
	// UpdateCustomField writes label, required, choices and whether it is in the
	// table where version is still f.Version, and increments it; else
	// CodePreconditionFailed.
	UpdateCustomField(ctx context.Context, tenant TenantID, f *CustomField) error
	MoveCustomField(ctx context.Context, tenant TenantID, id FieldID, position int) error
	// DeleteCustomField takes the field away at once; SweepCustomFields removes
	// the values from the users afterwards.
	DeleteCustomField(ctx context.Context, tenant TenantID, id FieldID) error
	// SweepCustomFields removes values of deleted fields from up to limit users,
	// of any tenant, and says from how many. Their versions stay. It forgets
	// fields that were deleted before t and of which nobody has a value any more.
	SweepCustomFields(ctx context.Context, t time.Time, limit int) (int, error)
}
