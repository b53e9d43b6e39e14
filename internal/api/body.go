package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/problem"
)

const (
	// maxJSON bounds the body of an operation that takes JSON.
	maxJSON = 1 << 20
	// usualBody is how much room is made before any of a body has arrived.
	usualBody = 4 << 10
	// maxText bounds any one string in it, in bytes: nothing in this API is longer.
	maxText = 64 << 10
	// maxDepth bounds how deep values may be nested.
	maxDepth = 16
)

// readAll reads a body of at most limit bytes: CodeTooLarge when it is longer.
func readAll(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	if r.ContentLength > limit {
		return nil, tooLarge(limit)
	}
	var buf bytes.Buffer
	if r.ContentLength > 0 {
		// No more than is usual: what is announced need not come.
		buf.Grow(int(min(r.ContentLength, usualBody)))
	}
	if _, err := buf.ReadFrom(http.MaxBytesReader(w, r.Body, limit)); err != nil {
		return nil, bodyError(err, limit)
	}
	return buf.Bytes(), nil
}

// bodyError says what went wrong while a body was read.
func bodyError(err error, limit int64) error {
	switch {
	case isTooLarge(err):
		return tooLarge(limit)
	case isTimeout(err):
		return iam.Errorf(problem.CodeTimeout, "The request took too long to arrive. Try again.")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return iam.InvalidField("", "malformed", "The body ends too early.")
	}
	return err
}

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.As(err, &timeout) && timeout.Timeout()
}

func isTooLarge(err error) bool {
	_, ok := errors.AsType[*http.MaxBytesError](err)
	return ok
}

// container is an object or array that checkJSON is inside of.
type container struct {
	keys  map[string]bool // nil in an array
	key   string          // of the present member
	index int
	value bool // in an object: the next string is a value
}

// checkJSON refuses what encoding/json would let pass or change silently:
// invalid UTF-8, NUL characters, halves of surrogate pairs, names given twice,
// text after the value. The error points to the field and tells none of it.
func checkJSON(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	var stack []container
	start := int64(0)
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) && len(stack) == 0 && start > 0 {
			return nil
		}
		if err != nil || len(stack) == 0 && start > 0 {
			return iam.InvalidField("", "malformed", "This is not valid JSON.")
		}
		raw := data[start:dec.InputOffset()]
		start = dec.InputOffset()
		if s, ok := token.(string); ok {
			if code, message := textFault(s, raw); code != "" {
				return iam.InvalidField(pointer(stack), code, message)
			}
		}
		if stack, err = step(stack, token); err != nil {
			return err
		}
	}
}

// step moves through the structure by one token.
func step(stack []container, token json.Token) ([]container, error) {
	top := len(stack) - 1
	delim, isDelim := token.(json.Delim)
	if s, ok := token.(string); ok && top >= 0 && stack[top].keys != nil && !stack[top].value {
		if stack[top].keys[s] {
			stack[top].key = s
			return nil, iam.InvalidField(pointer(stack), "duplicate", "This field is given twice.")
		}
		stack[top].keys[s], stack[top].key, stack[top].value = true, s, true
		return stack, nil
	}
	switch {
	case isDelim && (delim == '{' || delim == '['):
		if len(stack) == maxDepth {
			return nil, iam.InvalidField("", "too_deep", "This is nested too deeply.")
		}
		c := container{}
		if delim == '{' {
			c.keys = map[string]bool{}
		}
		return append(stack, c), nil
	case isDelim:
		stack = stack[:top]
	}
	if top = len(stack) - 1; top >= 0 {
		stack[top].value = false
		stack[top].index++
	}
	return stack, nil
}

// textFault says what is wrong with a string, given as it was written, too.
func textFault(s string, raw []byte) (code, message string) {
	switch {
	case len(s) > maxText:
		return "too_long", "This is far too long."
	case !utf8.Valid(raw):
		return "invalid_text", "This is not valid UTF-8."
	case strings.ContainsRune(s, utf8.RuneError) && !writtenOut(raw):
		return "invalid_text", "This has half of a surrogate pair."
	case strings.IndexByte(s, 0) >= 0:
		return "invalid_text", "This has a NUL character."
	}
	return "", ""
}

// writtenOut tells whether U+FFFD was really sent and is not the decoder's
// replacement for something broken.
func writtenOut(raw []byte) bool {
	return bytes.ContainsRune(raw, utf8.RuneError) || bytes.Contains(bytes.ToLower(raw), []byte(`\ufffd`))
}

// pointer is the JSON pointer of where the walk is.
func pointer(stack []container) string {
	var b strings.Builder
	for _, c := range stack {
		b.WriteByte('/')
		if c.keys == nil {
			b.WriteString(strconv.Itoa(c.index))
			continue
		}
		const longest = 100
		key := strings.ToValidUTF8(c.key[:min(len(c.key), longest)], "")
		b.WriteString(strings.ReplaceAll(strings.ReplaceAll(key, "~", "~0"), "/", "~1"))
	}
	return b.String()
}

// checkQuery refuses query parameters that no store could take, and those given
// twice.
func checkQuery(r *http.Request) error {
	if r.URL.RawQuery == "" {
		return nil
	}
	query, err := parseQuery(r.URL.RawQuery)
	if err != nil {
		return err
	}
	for name, values := range query {
		const longest = 4096
		if len(values) > 1 && name != repeatable {
			return iam.InvalidField("/"+name, "duplicate", "This parameter is given twice.")
		}
		for _, value := range values {
			switch {
			case len(value) > longest:
				return iam.InvalidField("/"+name, "too_long", "This is far too long.")
			case !cleanText(value):
				return iam.InvalidField("/"+name, "invalid_text", "This is not valid UTF-8, or has a NUL character.")
			}
		}
	}
	return nil
}

// emptied gives the parameters of a query that have no "=" the empty value that they
// have in forms: huma takes the last of them for "true".
func emptied(u *url.URL) *url.URL {
	if u.RawQuery == "" {
		return u
	}
	parameters := strings.Split(u.RawQuery, "&")
	for i, p := range parameters {
		if p != "" && !strings.Contains(p, "=") {
			parameters[i] = p + "="
		}
	}
	out := *u
	out.RawQuery = strings.Join(parameters, "&")
	return &out
}

// repeatable is the only query parameter that is given as often as one likes: a
// filter by custom fields. Huma refuses it where there is none.
const repeatable = "field"

// cleanText tells whether s is UTF-8 without NUL.
func cleanText(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }
