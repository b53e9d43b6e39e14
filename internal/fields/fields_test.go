package fields

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tenanttest"
)

func service(k *tenanttest.Kit) *Service {
	return New(Deps{Store: k.DB, IDs: k.IDs, Clock: k.Clock})
}

func create(t *testing.T, s *Service, c *access.Caller, in Create) *iam.CustomField {
	t.Helper()
	f, err := s.Create(t.Context(), c, in)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

var colors = []iam.FieldChoice{{Label: "Rot"}, {Label: "Grün"}, {Label: "蓝"}}

// covers E-12
func TestLife(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	color := create(t, s, admin, Create{Label: " Color ", Kind: iam.KindChoice, Choices: colors, Required: true, InTable: true})
	want := []iam.FieldChoice{{Value: "rot", Label: "Rot"}, {Value: "grun", Label: "Grün"}, {Value: "choice", Label: "蓝"}}
	if diff := cmp.Diff(want, color.Choices); diff != "" || color.Key != "color" || color.Label != "Color" {
		t.Errorf("made %+v %s", color, diff)
	}
	number := create(t, s, admin, Create{Label: "社員番号", Kind: iam.KindText})
	again := create(t, s, admin, Create{Label: "地域", Kind: iam.KindText})
	year := create(t, s, admin, Create{Label: "2026 bonus", Kind: iam.KindNumber})
	if number.Key != "field" || again.Key != "field_2" || year.Key != "field_2026_bonus" {
		t.Errorf("keys %q, %q, %q", number.Key, again.Key, year.Key)
	}
	label, off := "Farbe", false
	changed, err := s.Update(t.Context(), admin, color.ID, Update{
		Label: &label, Required: &off, Version: 1,
		Choices: &[]iam.FieldChoice{{Value: "grun", Label: "Dunkelgrün"}, {Value: "rot", Label: "Rot"}, {Label: "Grün"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want = []iam.FieldChoice{{Value: "grun", Label: "Dunkelgrün"}, {Value: "rot", Label: "Rot"}, {Value: "grun_2", Label: "Grün"}}
	if diff := cmp.Diff(want, changed.Choices); diff != "" || changed.Label != "Farbe" || changed.Required || changed.Key != "color" || changed.Version != 2 {
		t.Errorf("changed %+v %s", changed, diff)
	}
	_, err = s.Update(t.Context(), admin, color.ID, Update{Label: &label, Version: 1})
	tenanttest.Refused(t, err, iam.CodePreconditionFailed, "")
	if _, err = s.Update(t.Context(), admin, color.ID, Update{Label: &label, Version: 2}); err != nil {
		t.Error(err)
	}
	if err := s.Order(t.Context(), admin, []iam.FieldID{year.ID, color.ID, again.ID, number.ID}); err != nil {
		t.Error(err)
	}
	tenanttest.Refused(t, s.Order(t.Context(), admin, []iam.FieldID{year.ID, color.ID, again.ID}), iam.CodeInvalid, "/ids")
	tenanttest.Refused(t, s.Order(t.Context(), admin, []iam.FieldID{year.ID, color.ID, again.ID, again.ID}), iam.CodeInvalid, "/ids")
	list, err := s.List(t.Context(), admin)
	if err != nil || len(list) != 4 || list[0].ID != year.ID || list[3].ID != number.ID {
		t.Errorf("order %v, %v", list, err)
	}
	tenanttest.Refused(t, s.Delete(t.Context(), admin, color.ID, 1), iam.CodePreconditionFailed, "")
	if err := s.Delete(t.Context(), admin, color.ID, 2); err != nil {
		t.Error(err)
	}
	_, err = s.Get(t.Context(), admin, color.ID)
	tenanttest.Refused(t, err, iam.CodeNotFound, "")
	for action, n := range map[string]int{"custom_field.created": 4, "custom_field.updated": 1, "custom_fields.ordered": 1, "custom_field.deleted": 1} {
		if got := len(k.Events(action)); got != n {
			t.Errorf("%d events %s, want %d", got, action, n)
		}
	}
}

func TestRefused(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	create(t, s, admin, Create{Label: "Desk", Kind: iam.KindText})
	many := make([]iam.FieldChoice, MaxChoices+1)
	for i := range many {
		many[i].Label = fmt.Sprint("Choice ", i)
	}
	for pointer, in := range map[string]Create{
		"/label":           {Label: " \u200b", Kind: iam.KindText},
		"/kind":            {Label: "A", Kind: "color"},
		"/key":             {Label: "A", Kind: iam.KindText, Key: "9lives"},
		"/choices":         {Label: "A", Kind: iam.KindChoice},
		"/choices/1/label": {Label: "A", Kind: iam.KindChoice, Choices: []iam.FieldChoice{{Label: "Ä"}, {Label: "a"}}},
		"/choices/1/value": {Label: "A", Kind: iam.KindChoice, Choices: []iam.FieldChoice{{Label: "x", Value: "x"}, {Label: "y", Value: "x"}}},
		"/choices/0/value": {Label: "A", Kind: iam.KindChoice, Choices: []iam.FieldChoice{{Label: "x", Value: "X y"}}},
	} {
		_, err := s.Create(t.Context(), admin, in)
		tenanttest.Refused(t, err, iam.CodeInvalid, pointer)
	}
	_, err := s.Create(t.Context(), admin, Create{Label: "A", Kind: iam.KindChoice, Choices: many})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/choices")
	_, err = s.Create(t.Context(), admin, Create{Label: "A", Kind: iam.KindText, Choices: colors})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/choices")
	_, err = s.Create(t.Context(), admin, Create{Label: "DESK", Kind: iam.KindText})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/label")
	_, err = s.Create(t.Context(), admin, Create{Label: "Other", Key: "desk", Kind: iam.KindText})
	tenanttest.Refused(t, err, iam.CodeConflict, "/key")
	for i := range MaxFields - 1 {
		create(t, s, admin, Create{Label: fmt.Sprint("Field ", i), Kind: iam.KindText})
	}
	_, err = s.Create(t.Context(), admin, Create{Label: "One more", Kind: iam.KindText})
	tenanttest.Refused(t, err, iam.CodeInvalid, "/label")
}

// Fields are changed in the root organization by those who may, and seen by all
// who see people. covers A-06, D-05
func TestWhoMay(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	f := create(t, s, admin, Create{Label: "Desk", Kind: iam.KindText})
	client := k.Caller(k.User(tenanttest.Person{Type: iam.TypeMember, Org: k.Org("Client", ""), Roles: []iam.RoleID{access.RoleAdmin}}))
	reader, eve := k.CallerWith(iam.PermUsersRead), k.Other()
	other := eve.Caller(eve.Admin)
	for name, c := range map[string]*access.Caller{"client": client, "reader": reader} {
		if list, err := s.List(t.Context(), c); err != nil || len(list) != 1 {
			t.Errorf("%s sees %v, %v", name, list, err)
		}
	}
	_, err := s.List(t.Context(), k.CallerWith())
	tenanttest.Refused(t, err, iam.CodeForbidden, "")
	label := "X"
	for _, test := range []struct {
		c    *access.Caller
		want iam.Code
	}{{client, iam.CodeForbidden}, {reader, iam.CodeForbidden}, {other, iam.CodeNotFound}} {
		_, err := s.Update(t.Context(), test.c, f.ID, Update{Label: &label, Version: 1})
		tenanttest.Refused(t, err, test.want, "")
		tenanttest.Refused(t, s.Delete(t.Context(), test.c, f.ID, 1), test.want, "")
		_, err = s.Usage(t.Context(), test.c, f.ID)
		tenanttest.Refused(t, err, test.want, "")
		if test.want == iam.CodeForbidden {
			_, err := s.Create(t.Context(), test.c, Create{Label: "Y", Kind: iam.KindText})
			tenanttest.Refused(t, err, test.want, "")
			tenanttest.Refused(t, s.Order(t.Context(), test.c, []iam.FieldID{f.ID}), test.want, "")
		}
	}
	tenanttest.Refused(t, s.Order(t.Context(), other, []iam.FieldID{f.ID}), iam.CodeInvalid, "/ids")
}

// give sets a value behind the use cases' back.
func give(k *tenanttest.Kit, u *iam.User, id iam.FieldID, value string) {
	k.Write(func(ctx context.Context, tx iam.Tx) error {
		before, err := tx.UserForUpdate(ctx, k.Tenant.ID, u.ID)
		if err != nil {
			return err
		}
		after := *before
		after.CustomValues = map[iam.FieldID]string{id: value}
		return tx.UpdateUser(ctx, k.Tenant.ID, before, &after)
	})
}

// A choice that somebody has can get another name, but not get lost; what goes
// with a field is known before, and is gone after. covers E-12
func TestUse(t *testing.T) {
	k := tenanttest.New(t)
	s, admin := service(k), k.Caller(k.Admin)
	f := create(t, s, admin, Create{Label: "Color", Kind: iam.KindChoice, Choices: colors})
	ann, bob := k.User(tenanttest.Person{Type: iam.TypeAgent}), k.User(tenanttest.Person{Type: iam.TypeAgent})
	give(k, ann, f.ID, "rot")
	give(k, bob, f.ID, "rot")
	usage, err := s.Usage(t.Context(), admin, f.ID)
	if diff := cmp.Diff(Usage{People: 2, Choices: map[string]int64{"rot": 2}}, usage); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	_, err = s.Update(t.Context(), admin, f.ID, Update{Version: 1, Choices: &[]iam.FieldChoice{{Value: "grun", Label: "Grün"}}})
	tenanttest.Refused(t, err, iam.CodeInUse, "")
	if !strings.Contains(err.Error(), "2 people have “Rot”") {
		t.Error(err)
	}
	// A new choice never becomes what another one was.
	_, err = s.Update(t.Context(), admin, f.ID, Update{Version: 1, Choices: &[]iam.FieldChoice{{Value: "rot", Label: "Dunkelrot"}, {Label: "Rot!"}, {Label: "GRUN"}}})
	if err != nil {
		t.Fatal(err)
	}
	k.Read(func(ctx context.Context, tx iam.Tx) error {
		all, err := tx.CustomFields(ctx, k.Tenant.ID)
		want := []iam.FieldChoice{{Value: "rot", Label: "Dunkelrot"}, {Value: "rot_2", Label: "Rot!"}, {Value: "grun", Label: "GRUN"}}
		if diff := cmp.Diff(want, all[0].Choices); diff != "" {
			t.Error(diff)
		}
		return err
	})
	renamed, err := s.Update(t.Context(), admin, f.ID, Update{Version: 2, Choices: &[]iam.FieldChoice{{Value: "rot", Label: "Dunkelrot"}}})
	if err != nil || len(renamed.Choices) != 1 {
		t.Fatalf("%+v, %v", renamed, err)
	}
	if err := s.Delete(t.Context(), admin, f.ID, 3); err != nil {
		t.Fatal(err)
	}
	e := k.Events("custom_field.deleted")[0]
	if c := e.Changes[len(e.Changes)-1]; c.Field != "people" || fmt.Sprint(c.Before) != "2" {
		t.Errorf("changes %+v", e.Changes)
	}
	if more, err := s.Sweep(t.Context()); !more || err != nil {
		t.Errorf("swept: %v, %v", more, err)
	}
	k.Read(func(ctx context.Context, tx iam.Tx) error {
		u, err := tx.User(ctx, k.Tenant.ID, ann.ID)
		if u.CustomValues != nil {
			t.Errorf("still has %v", u.CustomValues)
		}
		return err
	})
}

func TestParse(t *testing.T) {
	choice := []iam.FieldChoice{{Value: "a", Label: "b"}, {Value: "b", Label: "Grün"}}
	for _, test := range []struct {
		kind              iam.FieldKind
		input, want, code string
	}{
		{iam.KindText, "  e\u0301 =1 ", "é =1", ""},
		{iam.KindText, "\u200b", "", ""},
		{iam.KindText, "a\u202eb", "", "invalid_text"},
		{iam.KindText, "a\nb", "", "invalid_text"},
		{iam.KindText, strings.Repeat("名", 500), strings.Repeat("名", 500), ""},
		{iam.KindText, strings.Repeat("a", 501), "", "too_long"},
		{iam.KindNumber, " +007.500 ", "7.5", ""},
		{iam.KindNumber, "-0.0", "0", ""},
		{iam.KindNumber, "-12", "-12", ""},
		{iam.KindNumber, "123456789012345", "123456789012345", ""},
		{iam.KindNumber, "1234567890123456", "", "invalid_number"},
		{iam.KindNumber, "1,5", "", "invalid_number"},
		{iam.KindNumber, "NaN", "", "invalid_number"},
		{iam.KindNumber, "1e3", "", "invalid_number"},
		{iam.KindNumber, "٣", "", "invalid_number"},
		{iam.KindDate, "2026-03-02", "2026-03-02", ""},
		{iam.KindDate, "2026-02-30", "", "invalid_date"},
		{iam.KindDate, "02.03.2026", "", "invalid_date"},
		{iam.KindBoolean, "Sí", "true", ""},
		{iam.KindBoolean, "FALSE", "false", ""},
		{iam.KindBoolean, "2", "", "invalid_boolean"},
		{iam.KindChoice, "b", "b", ""},
		{iam.KindChoice, "GRUN", "b", ""},
		{iam.KindChoice, "c", "", "unknown"},
		{iam.KindChoice, "", "", ""},
	} {
		got, problem := Parse(&iam.CustomField{Kind: test.kind, Choices: choice}, test.input)
		code := ""
		if problem != nil {
			code = problem.Code
		}
		if got != test.want || code != test.code {
			t.Errorf("%s %q is %q, %q; want %q, %q", test.kind, test.input, got, code, test.want, test.code)
		}
	}
}

// What is kept is read as itself, from text and from JSON.
func TestKeptIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := &iam.CustomField{
			Kind:    rapid.SampledFrom(iam.FieldKinds).Draw(t, "kind"),
			Choices: []iam.FieldChoice{{Value: "a", Label: "B"}, {Value: "b", Label: "A"}},
		}
		input := rapid.OneOf(rapid.String(), rapid.StringMatching(`[+-]?[0-9]{1,9}(\.[0-9]{1,5})?`),
			rapid.SampledFrom([]string{"a", "B", "yes", "no", "2024-02-29"})).Draw(t, "input")
		kept, problem := Parse(f, input)
		if problem != nil || kept == "" {
			return
		}
		if again, problem := Parse(f, kept); problem != nil || again != kept {
			t.Fatalf("%q is kept as %q, then as %q: %v", input, kept, again, problem)
		}
		if back, problem := fromJSON(f, JSON(f, kept)); problem != nil || back != kept {
			t.Fatalf("%q goes out as %v and comes back as %q: %v", kept, JSON(f, kept), back, problem)
		}
	})
}

func TestApply(t *testing.T) {
	all := []*iam.CustomField{
		{ID: "f1", Key: "name", Label: "Name", Kind: iam.KindText, Required: true},
		{ID: "f2", Key: "age", Label: "Age", Kind: iam.KindNumber},
		{ID: "f3", Key: "color", Label: "Color", Kind: iam.KindChoice, Choices: []iam.FieldChoice{{Value: "red", Label: "Red"}}},
		{ID: "f4", Key: "driver", Label: "Driver", Kind: iam.KindBoolean},
	}
	had := map[iam.FieldID]string{"f1": "Ann", "f3": "gone", "f9": "of a deleted field"}
	for name, test := range map[string]struct {
		kind iam.UserType
		had  map[iam.FieldID]string
		set  map[string]any
		want map[iam.FieldID]string
		bad  []string
	}{
		"untouched":             {had: nil, set: nil},
		"nothing, one required": {set: map[string]any{}, bad: []string{"/custom_fields/name required"}},
		"a program":             {kind: iam.TypeService, set: map[string]any{}},
		"all kinds": {
			set:  map[string]any{"name": "Bo", "age": json.Number("4.50"), "color": "red", "driver": false},
			want: map[iam.FieldID]string{"f1": "Bo", "f2": "4.5", "f3": "red", "f4": "false"},
		},
		"the rest stays":         {had: had, set: map[string]any{"driver": true}, want: map[iam.FieldID]string{"f1": "Ann", "f3": "gone", "f4": "true", "f9": "of a deleted field"}},
		"taken away":             {had: had, set: map[string]any{"color": nil}, want: map[iam.FieldID]string{"f1": "Ann", "f9": "of a deleted field"}},
		"required taken away":    {had: had, set: map[string]any{"name": " "}, bad: []string{"/custom_fields/name required"}},
		"sent back":              {had: had, set: map[string]any{"color": "gone"}, want: had},
		"a choice by its label":  {had: had, set: map[string]any{"color": "Red"}, bad: []string{"/custom_fields/color unknown"}},
		"wrong types":            {had: had, set: map[string]any{"name": true, "age": "4", "driver": json.Number("1")}, bad: []string{"/custom_fields/name wrong_type", "/custom_fields/age wrong_type", "/custom_fields/driver wrong_type"}},
		"unknown, and missing":   {set: map[string]any{"a/b~": "x"}, bad: []string{"/custom_fields/a~1b~0 unknown", "/custom_fields/name required"}},
		"a name of great length": {had: had, set: map[string]any{strings.Repeat("x", 1000): "x"}, bad: []string{"/custom_fields unknown"}},
	} {
		t.Run(name, func(t *testing.T) {
			u := &iam.User{Type: test.kind, CustomValues: test.had}
			before := fmt.Sprint(test.had)
			var bad []string
			for _, p := range Apply(all, u, test.set) {
				bad = append(bad, p.Pointer+" "+p.Code)
			}
			if diff := cmp.Diff(test.bad, bad); diff != "" {
				t.Error(diff)
			}
			if test.bad == nil {
				if diff := cmp.Diff(test.want, u.CustomValues); diff != "" {
					t.Error(diff)
				}
			}
			if fmt.Sprint(test.had) != before {
				t.Error("the values of the copy's original changed")
			}
		})
	}
}
