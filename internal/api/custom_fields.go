package api

import (
	"context"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/fields"
	"github.com/retinue/retinue/internal/iam"
)

// Fields are the use cases of custom fields.
type Fields interface {
	List(ctx context.Context, c *access.Caller) ([]*iam.CustomField, error)
	Get(ctx context.Context, c *access.Caller, id iam.FieldID) (*iam.CustomField, error)
	Usage(ctx context.Context, c *access.Caller, id iam.FieldID) (fields.Usage, error)
	Create(ctx context.Context, c *access.Caller, in fields.Create) (*iam.CustomField, error)
	Update(ctx context.Context, c *access.Caller, id iam.FieldID, in fields.Update) (*iam.CustomField, error)
	Delete(ctx context.Context, c *access.Caller, id iam.FieldID, version int64) error
	Order(ctx context.Context, c *access.Caller, ids []iam.FieldID) error
}

// CustomFieldChoice is one of the values of a field of the kind choice.
type CustomFieldChoice struct {
	Value string `json:"value" doc:"What users have; never changes"`
	Label string `json:"label"`
}

// CustomField is something that the tenant keeps of each user.
type CustomField struct {
	ID        iam.FieldID         `json:"id"`
	Key       string              `json:"key" doc:"Names the field in custom_fields of a user, in filters and in files; never changes"`
	Label     string              `json:"label"`
	Kind      iam.FieldKind       `json:"kind" enum:"text,number,choice,date,boolean"`
	Required  bool                `json:"required" doc:"Of people who are added or whose custom fields are changed; programs need no values"`
	InTable   bool                `json:"in_table" doc:"The list of users shows it"`
	Choices   []CustomFieldChoice `json:"choices" doc:"In order; empty unless the kind is choice"`
	CreatedAt time.Time           `json:"created_at"`
	UpdatedAt time.Time           `json:"updated_at"`
	Version   int64               `json:"version"`
}

func customField(f *iam.CustomField) CustomField {
	return CustomField{
		ID: f.ID, Key: f.Key, Label: f.Label, Kind: f.Kind, Required: f.Required, InTable: f.InTable,
		Choices:   mapped(f.Choices, func(c iam.FieldChoice) CustomFieldChoice { return CustomFieldChoice(c) }),
		CreatedAt: f.CreatedAt.UTC(), UpdatedAt: f.UpdatedAt.UTC(), Version: f.Version,
	}
}

func (s *server) listCustomFields(ctx context.Context, c *access.Caller, _ *noInput) (*itemsOutput[CustomField], error) {
	list, err := s.deps.Fields.List(ctx, c)
	if err != nil {
		return nil, err
	}
	return itemsOf(list, customField), nil
}

// CustomFieldPath names a custom field in the address.
type CustomFieldPath struct {
	ID iam.FieldID `path:"id" doc:"The field's id"`
}

type customFieldOutput struct {
	ETagHeader
	Body CustomField
}

func customFieldAnswer(f *iam.CustomField, err error) (*customFieldOutput, error) {
	if err != nil {
		return nil, err
	}
	return &customFieldOutput{ETagHeader: tagged(f.Version), Body: customField(f)}, nil
}

func (s *server) getCustomField(ctx context.Context, c *access.Caller, in *CustomFieldPath) (*customFieldOutput, error) {
	return customFieldAnswer(s.deps.Fields.Get(ctx, c, in.ID))
}

// CustomFieldUsage is how many people have a value of a field.
type CustomFieldUsage struct {
	People  int64            `json:"people" doc:"How many have a value"`
	Choices map[string]int64 `json:"choices" doc:"How many have each choice, by its value; without those that nobody has"`
}

type customFieldUsageOutput struct{ Body CustomFieldUsage }

func (s *server) customFieldUsage(ctx context.Context, c *access.Caller, in *CustomFieldPath) (*customFieldUsageOutput, error) {
	u, err := s.deps.Fields.Usage(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	return &customFieldUsageOutput{CustomFieldUsage{People: u.People, Choices: u.Choices}}, nil
}

// FieldChoiceInput is a choice as it is to be.
type FieldChoiceInput struct {
	Value string `json:"value,omitempty" maxLength:"40" doc:"That of a choice which is there already; one without is found by its label, or is new and gets a value made of it"`
	Label string `json:"label" maxLength:"80"`
}

func choicesOf(list []FieldChoiceInput) []iam.FieldChoice {
	return mapped(list, func(c FieldChoiceInput) iam.FieldChoice { return iam.FieldChoice(c) })
}

// CreateCustomFieldRequest is what a new field is made of.
type CreateCustomFieldRequest struct {
	Label    string             `json:"label" maxLength:"80"`
	Kind     iam.FieldKind      `json:"kind" enum:"text,number,choice,date,boolean" doc:"Can't be changed later"`
	Key      string             `json:"key,omitempty" maxLength:"40" doc:"By default made of the label; can't be changed later"`
	Required bool               `json:"required,omitempty"`
	InTable  bool               `json:"in_table,omitempty"`
	Choices  []FieldChoiceInput `json:"choices,omitempty" maxItems:"200" doc:"With the kind choice"`
}

type createCustomFieldInput struct{ Body CreateCustomFieldRequest }

type createCustomFieldOutput struct {
	Location string `header:"Location"`
	ETagHeader
	Body CustomField
}

func (s *server) createCustomField(ctx context.Context, c *access.Caller, in *createCustomFieldInput) (*createCustomFieldOutput, error) {
	b := in.Body
	f, err := s.deps.Fields.Create(ctx, c, fields.Create{
		Key: b.Key, Label: b.Label, Kind: b.Kind, Required: b.Required, InTable: b.InTable, Choices: choicesOf(b.Choices),
	})
	if err != nil {
		return nil, err
	}
	return &createCustomFieldOutput{Location: base + "/custom-fields/" + string(f.ID), ETagHeader: tagged(f.Version), Body: customField(f)}, nil
}

// CustomFieldPatch changes a field.
type CustomFieldPatch struct {
	Label    Optional[string]             `json:"label,omitzero" maxLength:"80"`
	Required Optional[bool]               `json:"required,omitzero"`
	InTable  Optional[bool]               `json:"in_table,omitzero"`
	Choices  Optional[[]FieldChoiceInput] `json:"choices,omitzero" maxItems:"200" doc:"All there are to be from now on, in order. One that somebody has can get another label, but not go"`
	Key      Optional[string]             `json:"key,omitzero" doc:"Can't be changed: another value is refused with the code immutable"`
	Kind     Optional[iam.FieldKind]      `json:"kind,omitzero" doc:"Can't be changed: another value is refused with the code immutable"`
}

func (p *CustomFieldPatch) update(version int64) fields.Update {
	in := fields.Update{
		Label: p.Label.Ptr(), Required: p.Required.Ptr(), InTable: p.InTable.Ptr(), Key: p.Key.Ptr(), Kind: p.Kind.Ptr(), Version: version,
	}
	if p.Choices.Set {
		choices := choicesOf(p.Choices.Value)
		in.Choices = &choices
	}
	return in
}

type patchCustomFieldInput struct {
	CustomFieldPath
	IfMatchHeader
	Body CustomFieldPatch `contentType:"application/merge-patch+json"`
}

func (s *server) patchCustomField(ctx context.Context, c *access.Caller, in *patchCustomFieldInput) (*customFieldOutput, error) {
	f, err := s.deps.Fields.Update(ctx, c, in.ID, in.Body.update(in.version()))
	if err != nil {
		return nil, withCurrent(err, s.currentCustomField(ctx, c, in.ID))
	}
	return customFieldAnswer(f, nil)
}

func (s *server) currentCustomField(ctx context.Context, c *access.Caller, id iam.FieldID) func() (any, error) {
	return func() (any, error) {
		f, err := s.deps.Fields.Get(ctx, c, id)
		if err != nil {
			return nil, err
		}
		return customField(f), nil
	}
}

type deleteCustomFieldInput struct {
	CustomFieldPath
	IfMatchHeader
}

func (s *server) deleteCustomField(ctx context.Context, c *access.Caller, in *deleteCustomFieldInput) (*noOutput, error) {
	return nil, withCurrent(s.deps.Fields.Delete(ctx, c, in.ID, in.version()), s.currentCustomField(ctx, c, in.ID))
}

// CustomFieldOrder puts custom fields into an order.
type CustomFieldOrder struct {
	IDs []iam.FieldID `json:"ids" maxItems:"200" maxLength:"100" doc:"All fields, each once"`
}

type orderCustomFieldsInput struct{ Body CustomFieldOrder }

func (s *server) orderCustomFields(ctx context.Context, c *access.Caller, in *orderCustomFieldsInput) (*noOutput, error) {
	return nil, s.deps.Fields.Order(ctx, c, in.Body.IDs)
}
