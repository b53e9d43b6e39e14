package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/iam"
)

// field adds a custom field.
func (w *world) field(t *testing.T, p place, key string) *iam.CustomField {
	t.Helper()
	f := &iam.CustomField{ID: iam.FieldID(w.db.NewID(iam.PrefixField)), Key: key, Label: key, Kind: iam.KindText}
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertCustomField(ctx, p.tenant, f) })
	return f
}

// fields are the custom fields of a place.
func (w *world) fields(t *testing.T, p place) (list []*iam.CustomField) {
	t.Helper()
	w.read(t, func(ctx context.Context, tx iam.Tx) (err error) {
		list, err = tx.CustomFields(ctx, p.tenant)
		return err
	})
	return list
}

// covers E-12
func testCustomFields(t *testing.T, w *world) {
	insert := func(p place, f iam.CustomField) error {
		return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertCustomField(ctx, p.tenant, &f) })
	}
	a := &iam.CustomField{
		ID: "field_a", Key: "department", Label: "Department", Kind: iam.KindChoice, Required: true, InTable: true, Position: 2,
		Choices: []iam.FieldChoice{{Value: "care", Label: "Care “1”"}, {Value: "sales", Label: "Vente & <b>"}},
	}
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.InsertCustomField(ctx, w.a.tenant, a) })
	b := w.field(t, w.a, "desk")
	if diff := cmp.Diff([]*iam.CustomField{b, a}, w.fields(t, w.a)); diff != "" || a.Version != 1 || !a.CreatedAt.Equal(Epoch) {
		t.Errorf("version %d, created %v: %s", a.Version, a.CreatedAt, diff)
	}
	wantCode(t, "taken key", insert(w.a, iam.CustomField{ID: "field_b", Key: "desk", Kind: iam.KindText}), iam.CodeConflict, "/key")
	wantCode(t, "the key in another tenant", insert(w.b, iam.CustomField{ID: "field_b", Key: "desk", Kind: iam.KindText}), "")
	wantCode(t, "no such tenant", insert(place{tenant: "tenant_none"}, iam.CustomField{ID: "field_b", Key: "x", Kind: iam.KindText}), iam.CodeNotFound)
	now := w.db.Clock.Advance(time.Minute)
	update := func(f iam.CustomField) error {
		return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.UpdateCustomField(ctx, w.a.tenant, &f) })
	}
	changed := *a
	changed.Label, changed.Required, changed.InTable, changed.Choices = "Abteilung", false, false, a.Choices[1:]
	changed.Key, changed.Kind = "other", iam.KindText // never written
	wantCode(t, "update", update(changed), "")
	wantCode(t, "stale version", update(changed), iam.CodePreconditionFailed)
	wantCode(t, "update of nothing", update(iam.CustomField{ID: "field_none", Version: 1}), iam.CodeNotFound)
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.MoveCustomField(ctx, w.a.tenant, b.ID, 7) })
	want := changed
	want.Key, want.Kind, want.UpdatedAt, want.Version, b.Position = "department", iam.KindChoice, now, 2, 7
	if diff := cmp.Diff([]*iam.CustomField{&want, b}, w.fields(t, w.a)); diff != "" {
		t.Error(diff)
	}
	remove := func(id iam.FieldID) error {
		return w.tryWrite(t, func(ctx context.Context, tx iam.Tx) error { return tx.DeleteCustomField(ctx, w.a.tenant, id) })
	}
	wantCode(t, "delete", remove(b.ID), "")
	wantCode(t, "delete twice", remove(b.ID), iam.CodeNotFound)
	wantCode(t, "update of a deleted one", update(*b), iam.CodeNotFound)
	wantCode(t, "the key of a deleted one", insert(w.a, iam.CustomField{ID: "field_c", Key: "desk", Kind: iam.KindText}), "")
}

// matching are those whom a filter by a custom field finds, listed and counted.
func (w *world) matching(t *testing.T, p place, id iam.FieldID, value string) []string {
	t.Helper()
	var ids []string
	f := iam.UserFilter{Fields: []iam.FieldMatch{{Field: id, Value: value}}, Sort: iam.SortCreated, Page: iam.Page{Limit: iam.MaxPageSize}}
	w.read(t, func(ctx context.Context, tx iam.Tx) error {
		page, err := tx.ListUsers(ctx, p.tenant, f)
		if err != nil {
			return err
		}
		ids = listedIDs(page.Items)
		n, err := tx.CountUsers(ctx, p.tenant, f)
		if n != int64(len(ids)) {
			t.Errorf("%d counted, %d listed", n, len(ids))
		}
		return err
	})
	return ids
}

// valued adds a user with values of custom fields.
func (w *world) valued(t *testing.T, p place, name string, values map[iam.FieldID]string) *iam.User {
	t.Helper()
	u := w.person(name)
	u.CustomValues = values
	return w.add(t, p, u)
}

// sweep removes values of deleted fields from four users.
func (w *world) sweep(t *testing.T, before time.Time) (n int) {
	t.Helper()
	w.write(t, func(ctx context.Context, tx iam.Tx) (err error) {
		n, err = tx.SweepCustomFields(ctx, before, 4)
		return err
	})
	return n
}

// Deleted fields lose their values everywhere, a portion at a time, and nothing
// else changes. covers E-12
func testCustomFieldSweep(t *testing.T, w *world) {
	gone, stays := w.field(t, w.a, "gone"), w.field(t, w.a, "stays")
	for i := range 5 {
		w.valued(t, w.a, fmt.Sprintf("Person %d", i), map[iam.FieldID]string{gone.ID: "x", stays.ID: fmt.Sprint(i)})
	}
	ann := w.valued(t, w.a, "Ann Other", map[iam.FieldID]string{gone.ID: "Straße"})
	bob := w.valued(t, w.a, "Bob Other", map[iam.FieldID]string{stays.ID: "y"})
	theirs := w.valued(t, w.b, "Eve Theirs", map[iam.FieldID]string{gone.ID: "x"}) // means nothing there
	w.foldAll(t, 4)
	if got := w.matching(t, w.a, gone.ID, "STRASSE"); len(got) != 1 || got[0] != string(ann.ID) {
		t.Errorf("found %v", got)
	}
	if got := w.matching(t, w.a, gone.ID, ""); len(got) != 6 {
		t.Errorf("%d have a value", len(got))
	}
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.DeleteCustomField(ctx, w.a.tenant, gone.ID) })
	for _, want := range []int{4, 2, 0} {
		if n := w.sweep(t, time.Time{}); n != want {
			t.Errorf("%d swept, want %d", n, want)
		}
	}
	if got := w.user(t, w.a, ann.ID); got.CustomValues != nil || got.Version != 1 {
		t.Errorf("values %v, version %d", got.CustomValues, got.Version)
	}
	if got := w.user(t, w.a, bob.ID); got.CustomValues[stays.ID] != "y" {
		t.Errorf("values %v", got.CustomValues)
	}
	for range 2 {
		if got := w.matching(t, w.a, gone.ID, ""); len(got) != 0 {
			t.Errorf("still found: %v", got)
		}
		if got := w.matching(t, w.a, stays.ID, ""); len(got) != 6 {
			t.Errorf("%d have the other value", len(got))
		}
		w.foldAll(t, 2)
	}
	if got := w.user(t, w.b, theirs.ID); got.CustomValues[gone.ID] != "x" {
		t.Errorf("the other tenant's user has %v", got.CustomValues)
	}
}

// Who comes with a value after the deletion, as an import may, loses it as well,
// until the field is forgotten.
func testCustomFieldLatecomers(t *testing.T, w *world) {
	gone := w.field(t, w.a, "gone")
	w.write(t, func(ctx context.Context, tx iam.Tx) error { return tx.DeleteCustomField(ctx, w.a.tenant, gone.ID) })
	after := w.db.Clock.Now().Add(time.Hour)
	late := w.valued(t, w.a, "Late Comer", map[iam.FieldID]string{gone.ID: "x"})
	for _, want := range []int{1, 0} {
		if n := w.sweep(t, after); n != want {
			t.Errorf("%d swept, want %d", n, want)
		}
	}
	if got := w.user(t, w.a, late.ID); got.CustomValues != nil {
		t.Errorf("values %v", got.CustomValues)
	}
	w.valued(t, w.a, "Too Late", map[iam.FieldID]string{gone.ID: "x"})
	if n := w.sweep(t, after); n != 0 {
		t.Errorf("%d swept of a field that is forgotten", n)
	}
}

// Every string that can be a value comes back as it was and is found by itself.
func testNaughtyValues(t *testing.T, w *world) {
	f := w.field(t, w.a, "any")
	var imported []*iam.User
	for i, s := range naughtyStrings(t) {
		for _, name := range []string{"Single", "Imported"} {
			u := w.person(fmt.Sprintf("%s %d", name, i))
			u.CustomValues = map[iam.FieldID]string{f.ID: s}
			if name == "Single" {
				w.add(t, w.a, u)
			} else {
				imported = append(imported, u)
			}
		}
	}
	if err := w.importUsers(t, w.a, imported); err != nil {
		t.Fatal(err)
	}
	w.foldAll(t, 500)
	for _, u := range imported {
		value := u.CustomValues[f.ID]
		if got := w.user(t, w.a, u.ID).CustomValues[f.ID]; got != value {
			t.Errorf("%q came back as %q", value, got)
		}
		if got := w.matching(t, w.a, f.ID, value); len(got) < 2 {
			t.Errorf("%q finds %d", value, len(got))
		}
	}
}

// covers D-02
func testCustomFieldsOtherTenant(t *testing.T, w *world) {
	f := w.field(t, w.a, "desk")
	ann := w.person("Ann Other")
	ann.CustomValues = map[iam.FieldID]string{f.ID: "x"}
	w.add(t, w.a, ann)
	b := w.b.tenant
	for what, call := range map[string]func(context.Context, iam.Tx) error{
		"UpdateCustomField": func(ctx context.Context, tx iam.Tx) error { c := *f; return tx.UpdateCustomField(ctx, b, &c) },
		"MoveCustomField":   func(ctx context.Context, tx iam.Tx) error { return tx.MoveCustomField(ctx, b, f.ID, 9) },
		"DeleteCustomField": func(ctx context.Context, tx iam.Tx) error { return tx.DeleteCustomField(ctx, b, f.ID) },
	} {
		wantCode(t, what+" of another tenant", w.tryWrite(t, call), iam.CodeNotFound)
	}
	for range 2 {
		if got := append(w.matching(t, w.b, f.ID, "x"), w.matching(t, w.b, f.ID, "")...); len(got) != 0 {
			t.Errorf("found in the name of another tenant: %v", got)
		}
		w.foldAll(t, 100)
	}
	if got := w.fields(t, w.b); len(got) != 0 {
		t.Errorf("fields of another tenant: %v", got)
	}
	if diff := cmp.Diff([]*iam.CustomField{f}, w.fields(t, w.a)); diff != "" {
		t.Error(diff)
	}
}
