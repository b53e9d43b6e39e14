package fields

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"time"

	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/text"
)

// The longest values: of text in characters, of numbers in digits, so that
// programs which read them as floating point lose nothing.
const (
	maxText   = 500
	maxDigits = 15
)

// The forms in which booleans are kept.
const (
	yes = "true"
	no  = "false"
)

// Parse brings a value as people and files write it into the form in which it
// is kept, "" for none. The problem has no pointer; it is nil when there is none.
//
// Text is kept as it is, numbers as decimals without needless digits, choices by
// their value, dates as 2026-03-02, booleans as true and false.
func Parse(f *iam.CustomField, input string) (kept string, problem *iam.Field) {
	if f.Kind == iam.KindText {
		var v text.Checker
		v.Line("", "value", &input, maxText)
		if e, ok := errors.AsType[*iam.Error](v.Err()); ok {
			return "", &e.Fields[0]
		}
		return input, nil
	}
	input = strings.TrimSpace(input)
	if input == "" {
		return "", nil
	}
	switch f.Kind {
	case iam.KindNumber:
		if n, ok := decimal(input); ok {
			return n, nil
		}
		return "", wrong("invalid_number", "Enter a number of at most 15 digits, such as 12 or 12.5.")
	case iam.KindDate:
		if _, err := time.Parse(time.DateOnly, input); err != nil {
			return "", wrong("invalid_date", "Enter a date as year, month and day, such as 2026-03-02.")
		}
		return input, nil
	case iam.KindBoolean:
		if b := boolean(input); b != "" {
			return b, nil
		}
		return "", wrong("invalid_boolean", "Enter true or false.")
	}
	if c := choice(f, input); c != nil {
		return c.Value, nil
	}
	return "", wrong("unknown", "Choose one of: "+labels(f)+".")
}

func wrong(code, message string) *iam.Field { return &iam.Field{Code: code, Message: message} }

// choice finds a choice by its value, else by its label, whatever its case.
func choice(f *iam.CustomField, input string) *iam.FieldChoice {
	if c := f.Choice(input); c != nil {
		return c
	}
	folded := fold.Text(input)
	for i := range f.Choices {
		if fold.Text(f.Choices[i].Label) == folded {
			return &f.Choices[i]
		}
	}
	return nil
}

// labels are the first choices of a field, to be read by people.
func labels(f *iam.CustomField) string {
	const shown = 10
	var names []string
	for _, c := range f.Choices[:min(shown, len(f.Choices))] {
		names = append(names, c.Label)
	}
	if len(f.Choices) > shown {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}

// booleans are the words for yes and no in the languages of the console.
var booleans = map[string]string{
	"true": yes, "yes": yes, "1": yes, "si": yes, "oui": yes, "ja": yes,
	"false": no, "no": no, "0": no, "non": no, "nein": no,
}

func boolean(input string) string { return booleans[fold.Text(input)] }

var decimalPattern = regexp.MustCompile(`^([+-]?)0*([0-9]+)(?:\.([0-9]+))?$`)

// decimal writes a number in its only form: no plus, no needless zeros.
func decimal(input string) (string, bool) {
	m := decimalPattern.FindStringSubmatch(input)
	if m == nil {
		return "", false
	}
	whole, part := m[2], strings.TrimRight(m[3], "0")
	if len(whole)+len(part) > maxDigits {
		return "", false
	}
	if part != "" {
		whole += "." + part
	}
	if m[1] == "-" && whole != "0" {
		whole = "-" + whole
	}
	return whole, true
}

// fromJSON is Parse for a value of the API, which has the type of its kind; a
// choice is given by its value. nil is none.
func fromJSON(f *iam.CustomField, value any) (kept string, problem *iam.Field) {
	switch v := value.(type) {
	case nil:
		return "", nil
	case string:
		switch f.Kind {
		case iam.KindNumber:
			return "", wrong("wrong_type", "This is a number.")
		case iam.KindBoolean:
			return "", wrong("wrong_type", "This is true or false.")
		case iam.KindChoice:
			if v != "" && f.Choice(v) == nil {
				return "", wrong("unknown", "Choose one of: "+labels(f)+".")
			}
		}
		return Parse(f, v)
	case json.Number:
		if f.Kind == iam.KindNumber {
			return Parse(f, v.String())
		}
	case bool:
		if f.Kind == iam.KindBoolean {
			if v {
				return yes, nil
			}
			return no, nil
		}
	}
	return "", wrong("wrong_type", "This is a text.")
}

// JSON is a kept value with the type of its kind.
func JSON(f *iam.CustomField, kept string) any {
	switch f.Kind {
	case iam.KindNumber:
		return json.Number(kept)
	case iam.KindBoolean:
		return kept == yes
	}
	return kept
}

// Values are a user's values with the types of their kinds, by key; those of
// fields that are gone are left out.
func Values(all []*iam.CustomField, u *iam.User) map[string]any {
	out := map[string]any{}
	if len(u.CustomValues) == 0 {
		return out
	}
	for _, f := range all {
		if kept, ok := u.CustomValues[f.ID]; ok {
			out[f.Key] = JSON(f, kept)
		}
	}
	return out
}
