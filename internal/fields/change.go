package fields

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/text"
)

var keyPattern = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// Create is what a new field is made of.
type Create struct {
	Key               string // "": made from the label
	Label             string
	Kind              iam.FieldKind
	Required, InTable bool
	Choices           []iam.FieldChoice // values are made from the labels where there are none
}

// Create adds a field behind all others. It needs fields.manage; CodeConflict
// with "/key" when taken.
func (s *Service) Create(ctx context.Context, c *access.Caller, in Create) (*iam.CustomField, error) {
	if err := mayManage(c); err != nil {
		return nil, err
	}
	f := &iam.CustomField{
		Key: strings.TrimSpace(in.Key), Label: in.Label, Kind: in.Kind, Required: in.Required, InTable: in.InTable, Choices: slices.Clone(in.Choices),
	}
	if err := check(f, nil, in.Key != ""); err != nil {
		return nil, err
	}
	err := s.Store.Write(ctx, func(tx iam.Tx) error {
		all, err := tx.CustomFields(ctx, c.Tenant)
		if err != nil {
			return err
		}
		if err := place(all, f, in.Key); err != nil {
			return err
		}
		f.ID = iam.FieldID(s.IDs.NewID(iam.PrefixField, tx.Now()))
		if err := tx.InsertCustomField(ctx, c.Tenant, f); err != nil {
			return err
		}
		tx.AccessChanged(c.Tenant) // what nodes remember of the tenant has the fields in it
		return s.record(ctx, tx, c, "custom_field.created", f, differences(&iam.CustomField{}, f)...)
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// labelFree refuses a label that another field has.
func labelFree(all []*iam.CustomField, f *iam.CustomField) error {
	label := fold.Text(f.Label)
	for _, other := range all {
		if other.ID != f.ID && fold.Text(other.Label) == label {
			return iam.InvalidField("/label", "taken", "Another field has this name. Choose another one.")
		}
	}
	return nil
}

// place gives a new field its key, unless one was given, and its position.
func place(all []*iam.CustomField, f *iam.CustomField, given string) error {
	if len(all) >= MaxFields {
		return iam.InvalidField("/label", "limit", fmt.Sprintf("There are %d fields already, as many as there can be. Delete one that nobody needs.", MaxFields))
	}
	if err := labelFree(all, f); err != nil {
		return err
	}
	if n := len(all); n > 0 {
		f.Position = all[n-1].Position + 1
	}
	if given == "" {
		f.Key = slug(f.Label, "field", maxKey, func(key string) bool {
			return slices.ContainsFunc(all, func(other *iam.CustomField) bool { return other.Key == key })
		})
	}
	return nil
}

// slug makes a key of a label; otherwise is for labels of which nothing can be
// in one. Keys begin with a letter.
func slug(label, otherwise string, limit int, taken func(string) bool) string {
	key := text.Slug(label, "_", limit-len(otherwise)-1)
	switch {
	case key == "":
		key = otherwise
	case key[0] >= '0' && key[0] <= '9':
		key = otherwise + "_" + key
	}
	return text.Unique(key, "_", limit, taken)
}

// check brings a field into the form it is kept in and refuses what is wrong.
// had are the choices until now: what they stood for, no new one shall.
func check(f *iam.CustomField, had []iam.FieldChoice, withKey bool) error {
	var v text.Checker
	v.Name("/label", &f.Label)
	if withKey {
		switch {
		case len(f.Key) > maxKey:
			v.Add("/key", "too_long", fmt.Sprintf("The key can have at most %d characters.", maxKey))
		case !keyPattern.MatchString(f.Key):
			v.Add("/key", "invalid_code", "Use lower-case letters, digits and single underscores between them, such as employee_number; begin with a letter.")
		}
	}
	if !f.Kind.Valid() {
		v.Add("/kind", "unknown", "Choose text, number, choice, date or boolean.")
	}
	if f.Kind != iam.KindChoice {
		if len(f.Choices) > 0 {
			v.Add("/choices", "not_allowed", "Only a field of the kind choice has choices.")
		}
		f.Choices = nil
		return v.Err()
	}
	checkChoices(&v, f, had)
	return v.Err()
}

// checkChoices checks the labels of choices and gives values to new ones.
func checkChoices(v *text.Checker, f *iam.CustomField, had []iam.FieldChoice) {
	switch n := len(f.Choices); {
	case n == 0:
		v.Add("/choices", "required", "Add at least one choice.")
	case n > MaxChoices:
		v.Add("/choices", "too_many", fmt.Sprintf("A field can have at most %d choices.", MaxChoices))
	}
	values, names := map[string]bool{}, map[string]bool{}
	for i := range f.Choices {
		pointer := fmt.Sprintf("/choices/%d/value", i)
		switch value := f.Choices[i].Value; {
		case value == "":
		case values[value]:
			v.Add(pointer, "duplicate", "This choice is there twice.")
		case len(value) > maxKey || !keyPattern.MatchString(value):
			v.Add(pointer, "invalid_code", "Use lower-case letters, digits and single underscores between them; begin with a letter.")
		default:
			values[value] = true
		}
	}
	for _, c := range had {
		values[c.Value] = true
	}
	for i := range f.Choices {
		choice, pointer := &f.Choices[i], fmt.Sprintf("/choices/%d/label", i)
		v.Name(pointer, &choice.Label)
		folded := fold.Text(choice.Label)
		if folded != "" && names[folded] {
			v.Add(pointer, "duplicate", "This choice is there twice.")
		}
		names[folded] = true
		if choice.Value == "" {
			choice.Value = slug(choice.Label, "choice", maxKey, func(value string) bool { return values[value] })
			values[choice.Value] = true
		}
	}
}

// Update changes a field; nil fields stay as they are.
type Update struct {
	Label             *string
	Required, InTable *bool
	// Choices are all there are to be from now on, in order. One without a value
	// is the one that has its label, or else new.
	Choices *[]iam.FieldChoice
	// Key and Kind are refused with CodeImmutable when they differ.
	Key  *string
	Kind *iam.FieldKind
	// Version is what the caller saw: CodePreconditionFailed when the field has
	// changed since.
	Version int64
}

// keeps refuses another key or kind than the field has.
func (in *Update) keeps(before *iam.CustomField) error {
	var pointer string
	switch {
	case in.Key != nil && *in.Key != before.Key:
		pointer = "/key"
	case in.Kind != nil && *in.Kind != before.Kind:
		pointer = "/kind"
	default:
		return nil
	}
	err := iam.Errorf(iam.CodeImmutable, "Key and kind of a field can't be changed. Add another field, and delete this one.")
	err.Fields = []iam.Field{{Pointer: pointer, Code: "immutable", Message: "This can't be changed."}}
	return err
}

// Update changes a field. It needs fields.manage; CodeInUse when a choice that
// somebody has is not among the choices any more, CodeImmutable for key and kind.
func (s *Service) Update(ctx context.Context, c *access.Caller, id iam.FieldID, in Update) (*iam.CustomField, error) {
	if err := mayManage(c); err != nil {
		return nil, err
	}
	var out *iam.CustomField
	err := s.Store.Write(ctx, func(tx iam.Tx) error {
		all, before, err := field(ctx, tx, c.Tenant, id)
		if err != nil {
			return err
		}
		if before.Version != in.Version {
			return iam.Stale("field")
		}
		if err := in.keeps(before); err != nil {
			return err
		}
		after := in.apply(before)
		if err := check(after, before.Choices, false); err != nil {
			return err
		}
		if err := s.mayBecome(ctx, tx, c.Tenant, all, before, after); err != nil {
			return err
		}
		out = after
		changes := differences(before, after)
		if len(changes) == 0 {
			return nil
		}
		if err := tx.UpdateCustomField(ctx, c.Tenant, after); err != nil {
			return err
		}
		tx.AccessChanged(c.Tenant)
		return s.record(ctx, tx, c, "custom_field.updated", after, changes...)
	})
	return out, err
}

// apply is the field that an update makes of one.
func (in *Update) apply(before *iam.CustomField) *iam.CustomField {
	after := *before
	if in.Label != nil {
		after.Label = *in.Label
	}
	if in.Required != nil {
		after.Required = *in.Required
	}
	if in.InTable != nil {
		after.InTable = *in.InTable
	}
	after.Choices = slices.Clone(before.Choices)
	if in.Choices != nil {
		after.Choices = slices.Clone(*in.Choices)
	}
	for i := range after.Choices {
		c := &after.Choices[i]
		if value := valueOf(before, c.Label); c.Value == "" && after.Choice(value) == nil {
			c.Value = value
		}
	}
	return &after
}

// valueOf is the value of the choice with a label, "" when there is none.
func valueOf(f *iam.CustomField, label string) string {
	for _, c := range f.Choices {
		if fold.Text(c.Label) == fold.Text(label) {
			return c.Value
		}
	}
	return ""
}

// mayBecome refuses a label that another field has, and the loss of a choice
// that somebody has.
func (s *Service) mayBecome(ctx context.Context, tx iam.Tx, tenant iam.TenantID, all []*iam.CustomField, before, after *iam.CustomField) error {
	if err := labelFree(all, after); err != nil {
		return err
	}
	for _, choice := range before.Choices {
		if after.Choice(choice.Value) != nil {
			continue
		}
		n, err := count(ctx, tx, tenant, before.ID, choice.Value)
		if err != nil {
			return err
		}
		if n > 0 {
			who := "1 person has"
			if n > 1 {
				who = fmt.Sprintf("%d people have", n)
			}
			return iam.Errorf(iam.CodeInUse, "%s “%s”. Give them another choice first, or rename this one.", who, choice.Label).
				With("holders_count", n).With("choice", choice.Value)
		}
	}
	return nil
}

// Delete removes a field, and the values that people have of it: nobody sees
// them from then on, and Sweep removes them. It needs fields.manage.
func (s *Service) Delete(ctx context.Context, c *access.Caller, id iam.FieldID, version int64) error {
	if err := mayManage(c); err != nil {
		return err
	}
	return s.Store.Write(ctx, func(tx iam.Tx) error {
		_, f, err := field(ctx, tx, c.Tenant, id)
		if err != nil {
			return err
		}
		if f.Version != version {
			return iam.Stale("field")
		}
		people, err := count(ctx, tx, c.Tenant, id, "")
		if err != nil {
			return err
		}
		if err := tx.DeleteCustomField(ctx, c.Tenant, id); err != nil {
			return err
		}
		tx.AccessChanged(c.Tenant)
		changes := differences(f, &iam.CustomField{})
		changes.Add("people", people, int64(0))
		return s.record(ctx, tx, c, "custom_field.deleted", f, changes...)
	})
}

// Order puts the fields into an order; it must name all of them. It needs
// fields.manage.
func (s *Service) Order(ctx context.Context, c *access.Caller, ids []iam.FieldID) error {
	if err := mayManage(c); err != nil {
		return err
	}
	return s.Store.Write(ctx, func(tx iam.Tx) error {
		all, err := tx.CustomFields(ctx, c.Tenant)
		if err != nil {
			return err
		}
		var before, after []string
		for _, f := range all {
			before = append(before, f.Label)
		}
		for i, id := range ids {
			at := slices.IndexFunc(all, func(f *iam.CustomField) bool { return f.ID == id })
			if at < 0 || slices.Contains(ids[:i], id) {
				return errNotAll
			}
			after = append(after, all[at].Label)
		}
		if len(ids) != len(all) {
			return errNotAll
		}
		if slices.Equal(before, after) {
			return nil
		}
		for i, id := range ids {
			if err := tx.MoveCustomField(ctx, c.Tenant, id, i); err != nil {
				return err
			}
		}
		tx.AccessChanged(c.Tenant)
		target := audit.Target{Type: "custom_field"}
		return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, "custom_fields.ordered", target, iam.Change{Field: "order", Before: before, After: after}))
	})
}

var errNotAll = iam.InvalidField("/ids", "not_all", "Name every field once. Somebody may have added or deleted one: look again.")

// differences are what an audit event tells of a change.
func differences(before, after *iam.CustomField) audit.Changes {
	names := func(f *iam.CustomField) []string {
		out := []string{}
		for _, c := range f.Choices {
			out = append(out, c.Label)
		}
		return out
	}
	var ch audit.Changes
	ch.Add("label", before.Label, after.Label)
	ch.Add("key", before.Key, after.Key)
	ch.Add("kind", string(before.Kind), string(after.Kind))
	ch.Add("required", before.Required, after.Required)
	ch.Add("in_table", before.InTable, after.InTable)
	ch.Add("choices", names(before), names(after))
	return ch
}
