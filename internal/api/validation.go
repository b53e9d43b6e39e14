package api

import (
	"errors"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/retinue/retinue/internal/iam"
)

// complaint recognises one of huma's texts by its beginning.
type complaint struct {
	begins, code, message string
}

// complaints are all that huma's validation can say. Limits at the end of its
// text and the values of an enum (never what was sent) are told on.
var complaints = []complaint{
	{"expected required property", "required", "This is needed."},
	{"required ", "required", "This is needed."},
	{"unexpected property", "unknown_field", "There is no such field."},
	{"unknown query parameter", "unknown_parameter", "There is no such parameter."},
	{"expected length <= ", "too_long", "Use at most %s characters."},
	{"expected length >= ", "too_short", "Use at least %s characters."},
	{"expected array length <= ", "too_many", "Give at most %s."},
	{"expected array length >= ", "too_few", "Give at least %s."},
	{"expected array items to be unique", "duplicate", "Give each only once."},
	{"expected number >= ", "too_small", "Use at least %s."},
	{"expected number <= ", "too_large", "Use at most %s."},
	{"expected value to be one of ", "unknown_value", "Use one of these: %s."},
	{"expected string to be RFC 3339 date-time", "format", "Use a time such as 2026-03-29T09:30:00Z."},
	{"expected string to match pattern", "format", "This does not have the right form."},
	{"expected string to be ", "format", "This does not have the right form."},
	{"expected boolean", "type", "Use true or false."},
	{"expected integer", "type", "Use a whole number."},
	{"expected number", "type", "Use a number."},
	{"expected string", "type", "Use a text in quotes."},
	{"expected array", "type", "Use a list."},
	{"expected object", "type", "Use an object."},
	{"invalid integer", "type", "Use a whole number."},
	{"invalid boolean", "type", "Use true or false."},
	{"invalid date/time", "format", "Use a time such as 2026-03-29T09:30:00Z."},
}

var (
	requiredProperty = regexp.MustCompile(`^expected required property (\S+) to be present$`)
	allowedValues    = regexp.MustCompile(`^expected value to be one of "(.*)"$`)
	limitAtEnd       = regexp.MustCompile(`[<>]= (-?[0-9][0-9.e+-]*)$`)
	indexInPath      = regexp.MustCompile(`\[(\d+)\]`)
)

// fieldsOf turns what huma's validation found into fields, without any text
// that came with the request except the names of fields. At most 50 are told.
func fieldsOf(errs []error) []iam.Field {
	fields := make([]iam.Field, 0, len(errs))
	for _, err := range errs {
		d, ok := errors.AsType[*huma.ErrorDetail](err)
		if !ok {
			fields = append(fields, iam.Field{Code: "malformed", Message: "This can't be read."})
			continue
		}
		fields = append(fields, fieldOf(d))
	}
	sort.SliceStable(fields, func(i, j int) bool { return fields[i].Pointer < fields[j].Pointer })
	fields = slices.CompactFunc(fields, func(a, b iam.Field) bool {
		return a.Pointer == b.Pointer && (a.Code == "required" || b.Code == "required") // what is wrong is not missing, too
	})
	return fields[:min(len(fields), 50)]
}

func fieldOf(d *huma.ErrorDetail) iam.Field {
	f := iam.Field{Pointer: pointerOf(d.Location), Code: "invalid", Message: "This is not valid."}
	if m := requiredProperty.FindStringSubmatch(d.Message); m != nil {
		f.Pointer += "/" + m[1]
	}
	for _, c := range complaints {
		if strings.HasPrefix(d.Message, c.begins) {
			f.Code, f.Message = c.code, c.message
			if m := limitAtEnd.FindStringSubmatch(d.Message); m != nil {
				f.Message = strings.Replace(f.Message, "%s", plainNumber(m[1]), 1)
			} else if m := allowedValues.FindStringSubmatch(d.Message); m != nil {
				f.Message = strings.Replace(f.Message, "%s", allowed(m[1]), 1)
			}
			return f
		}
	}
	return f
}

// allowed is a list of values as people read it.
func allowed(list string) string {
	if rest, found := strings.CutPrefix(list, ", "); found {
		return rest + ", or an empty text"
	}
	return list
}

// plainNumber is a number as people write it: huma's texts have 1e+06.
func plainNumber(s string) string {
	if n, err := strconv.ParseFloat(s, 64); err == nil {
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	return s
}

// pointerOf turns huma's location, such as body.items[3].name or query.limit,
// into a JSON pointer. Names that callers made up are cut short.
func pointerOf(location string) string {
	_, rest, found := strings.Cut(location, ".")
	if !found {
		return ""
	}
	rest = indexInPath.ReplaceAllString(rest, ".$1")
	const longest = 100
	if len(rest) > longest {
		rest = strings.ToValidUTF8(rest[:longest], "") + "…"
	}
	rest = strings.ReplaceAll(strings.ReplaceAll(rest, "~", "~0"), "/", "~1")
	return "/" + strings.ReplaceAll(rest, ".", "/")
}

func tooLarge(limit int64) error {
	return iam.Errorf(iam.CodeTooLarge, "Send at most %s.", bytesInWords(limit)).With("limit", limit)
}

func bytesInWords(n int64) string {
	if n >= 1<<20 {
		return strconv.FormatInt(n>>20, 10) + " MB"
	}
	return strconv.FormatInt(n>>10, 10) + " kB"
}

func unsupported(want string) error {
	return iam.Errorf(iam.CodeUnsupportedMediaType, "Send the body with Content-Type: %s.", want)
}
