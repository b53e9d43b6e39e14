// Package usercsv reads and writes users as CSV (RFC 4180), the same columns
// both ways. What it writes is safe to open in a spreadsheet: cells that would
// run as formulas are defused, and come back as they were when read again.
package usercsv

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/retinue/retinue/internal/iam"
)

// The columns that are read and, but for password_hash, written. A directory that
// moves here from another system brings its hashes and last sign-ins along.
var (
	columns  = []string{"first_name", "last_name", "email", "user_type", "nickname", "phone", "external_id", "timezone", "locale", "status", "roles", "organization", "password_hash", "last_sign_in_at"}
	required = []string{"first_name", "last_name", "email", "user_type"}
	// informative columns are written by an export and ignored when read.
	informative = []string{"id", "created_at"}
)

// TemplateOf is a file to begin with that has the custom fields, too.
func TemplateOf(fields []*iam.CustomField) string {
	head, example, _ := strings.Cut(Template, "\r\n")
	heads, examples := []string{head}, []string{strings.TrimSuffix(example, "\r\n")}
	for _, f := range fields {
		heads, examples = append(heads, fieldColumn(f)), append(examples, exampleOf(f))
	}
	return strings.Join(heads, ",") + "\r\n" + strings.Join(examples, ",") + "\r\n"
}

// exampleOf is a value of a field that needs no quotes.
func exampleOf(f *iam.CustomField) string {
	switch f.Kind {
	case iam.KindNumber:
		return "12.5"
	case iam.KindDate:
		return "2026-03-02"
	case iam.KindBoolean:
		return "true"
	case iam.KindChoice:
		if len(f.Choices) > 0 {
			return f.Choices[0].Value
		}
	}
	return "text"
}

// Template is a file to begin with.
const Template = "first_name,last_name,email,user_type,nickname,phone,external_id,timezone,locale,status,roles,organization,password_hash,last_sign_in_at\r\n" +
	"Anna,Kowalska,anna.kowalska@company.example,agent,Ania,+48 22 555 0100,crm-1001,Europe/Warsaw,en,active,agent;supervisor,,,2026-03-02T08:30:00Z\r\n"

// MaxRecord is the longest record in bytes; a longer one ends the reading.
const MaxRecord = 64 << 10

// Row is one record of a file.
type Row struct {
	Line          int64 // where the record begins; the first is 1
	At, Size      int64 // where it is in the text, in bytes, as Text gives it
	Values        map[string]string
	Malformed     string // what is wrong with the record as a whole; "" when nothing
	MalformedCode string
}

// Reader reads rows one by one, in bounded memory.
type Reader struct {
	csv    *csv.Reader
	header []string
	guard  *guard
	before int64 // lines before the header
	start  int64 // bytes before the header
}

// Text is the text of a file: spreadsheets mark UTF-16, and often UTF-8, by the
// first bytes, which are left out.
func Text(r io.Reader) io.Reader {
	return transform.NewReader(r, unicode.BOMOverride(encoding.Nop.NewDecoder()))
}

// guard fails when a single record takes too much of the file: a quote that is
// never closed would else be read into memory to the end.
type guard struct {
	r    io.Reader
	left int
}

const maxAhead = 1 << 20

var errRecord = errors.New("usercsv: a record is too long")

func (g *guard) Read(p []byte) (int, error) {
	if g.left <= 0 {
		return 0, errRecord
	}
	n, err := g.r.Read(p)
	g.left -= n
	return n, err
}

// fieldColumn is the column of a custom field.
func fieldColumn(f *iam.CustomField) string { return FieldPrefix + f.Key }

// FieldPrefix begins the names of the columns of custom fields, before the key.
const FieldPrefix = "field."

// NewReader reads the header; fields are the custom fields that may be columns,
// too. The delimiter may be a comma, a semicolon or a tab. It fails with CodeInvalid and pointer "/file" when the file is not CSV
// with the required columns, or has columns there are not.
func NewReader(r io.Reader, fields ...*iam.CustomField) (*Reader, error) {
	g := &guard{r: r, left: maxAhead}
	br := bufio.NewReaderSize(Text(g), MaxRecord)
	head, _ := br.Peek(4096)
	line, _, more := strings.Cut(string(head), "\n")
	before, start := int64(0), int64(0)
	if more && strings.HasPrefix(line, "sep=") { // tells spreadsheets the delimiter
		n, _ := br.Discard(len(line) + 1)
		before, start = 1, int64(n)
		head, _ = br.Peek(4096)
		line, _, _ = strings.Cut(string(head), "\n")
	}
	c := csv.NewReader(br)
	c.Comma = delimiter(line)
	c.FieldsPerRecord = -1
	c.ReuseRecord = true
	c.LazyQuotes = false
	first, err := c.Read()
	if err != nil || !isText(first) {
		return nil, problem("not_csv", "This is not a CSV file, or it is empty. The first line must name the columns, such as "+strings.Join(required, ",")+".")
	}
	header, err := readHeader(first, fields)
	if err != nil {
		return nil, err
	}
	for _, name := range required {
		if !slices.Contains(header, name) {
			return nil, problem("missing_column", fmt.Sprintf("The column %q is missing in the first line.", name))
		}
	}
	return &Reader{csv: c, header: header, guard: g, before: before, start: start}, nil
}

// At is how many bytes of the text were read: before the first row, up to the end
// of the header.
func (r *Reader) At() int64 { return r.start + r.csv.InputOffset() }

// isText tells whether the first line is one of a text in UTF-8.
func isText(cells []string) bool {
	return !slices.ContainsFunc(cells, func(cell string) bool {
		return !utf8.ValidString(cell) || strings.ContainsFunc(cell, func(r rune) bool { return r < ' ' && r != '\r' })
	})
}

// readHeader reads the names of the columns.
func readHeader(first []string, fields []*iam.CustomField) ([]string, error) {
	known := columns
	for _, f := range fields {
		known = append(slices.Clip(known), fieldColumn(f))
	}
	header := make([]string, len(first))
	for i, name := range first {
		header[i] = strings.ToLower(strings.TrimSpace(name))
		if !slices.Contains(known, header[i]) && !slices.Contains(informative, header[i]) {
			return nil, problem("unknown_column", fmt.Sprintf("There is no column %q. The columns are %s.", short(name), strings.Join(known, ", ")))
		}
		if slices.Contains(header[:i], header[i]) {
			return nil, problem("double_column", fmt.Sprintf("The column %q is there twice.", header[i]))
		}
	}
	return header, nil
}

func problem(code, message string) error { return iam.InvalidField("/file", code, message) }

func delimiter(line string) rune {
	best, most := ',', strings.Count(line, ",")
	for _, d := range []rune{';', '\t'} {
		if n := strings.Count(line, string(d)); n > most {
			best, most = d, n
		}
	}
	return best
}

func short(s string) string {
	if len(s) > 40 {
		return strings.ToValidUTF8(s[:40], "") + "…"
	}
	return strings.ToValidUTF8(s, "")
}

// Read returns the next row; io.EOF at the end. The row's map is valid until
// the next call. A record that can't be parsed is a row with Malformed set; one
// without an end is CodeInvalid.
func (r *Reader) Read(row *Row) error {
	r.guard.left = maxAhead
	row.At = r.At()
	record, err := r.csv.Read()
	row.Size = r.At() - row.At
	if errors.Is(err, errRecord) {
		return problem("too_long", "A line of the file is longer than a megabyte. Is a quotation mark not closed?")
	}
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	row.Malformed, row.MalformedCode = "", ""
	if row.Values == nil {
		row.Values = make(map[string]string, len(r.header))
	}
	clear(row.Values)
	if pe, ok := errors.AsType[*csv.ParseError](err); ok {
		row.Line = r.before + int64(pe.StartLine)
		row.Malformed, row.MalformedCode = "The quotes in this line don't match.", "not_csv"
		return nil
	}
	if err != nil {
		return err
	}
	line, _ := r.csv.FieldPos(0)
	row.Line = r.before + int64(line)
	if len(record) != len(r.header) {
		row.Malformed = fmt.Sprintf("This line has %d cells, the first one has %d.", len(record), len(r.header))
		row.MalformedCode = "cells"
		return nil
	}
	size := 0
	for i, cell := range record {
		size += len(cell)
		if !utf8.ValidString(cell) {
			row.Malformed, row.MalformedCode = "This line is not in UTF-8. Save the file as CSV in UTF-8, in Excel as “CSV UTF-8”.", "not_utf8"
		}
		row.Values[r.header[i]] = undefuse(cell)
	}
	if size > MaxRecord {
		row.Malformed, row.MalformedCode = "This line is too long.", "too_long"
	}
	return nil
}

// dangerous begin what spreadsheets run (OWASP, CSV Injection), in full width, too,
// which some of them take for the same. The apostrophe is what makes them harmless.
const dangerous = "=+-@\t\r'\uff1d\uff0b\uff0d\uff20"

// separator divides a row into cells in spreadsheets of languages that write a comma
// in numbers: what follows one may be the beginning of a cell. A comma or an end of
// line in a cell is no matter, for it stands in quotes then.
const separator = ";"

// Defuse makes a cell harmless in spreadsheets.
func Defuse(s string) string { return eachPiece(s, defusePiece) }

func undefuse(s string) string { return eachPiece(s, undefusePiece) }

// eachPiece changes what is between separators.
func eachPiece(s string, change func(string) string) string {
	pieces := strings.Split(s, separator)
	for i, p := range pieces {
		pieces[i] = change(p)
	}
	return strings.Join(pieces, separator)
}

func defusePiece(s string) string {
	if first, _ := utf8.DecodeRuneInString(s); s != "" && strings.ContainsRune(dangerous, first) {
		return "'" + s
	}
	return s
}

func undefusePiece(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && rest != "" && defusePiece(rest) != rest {
		return rest
	}
	return s
}

// Writer writes users.
type Writer struct {
	csv    *csv.Writer
	fields []*iam.CustomField
	chosen []int // positions in all columns
}

// exported are the columns of an export, password hashes left out.
var exported = append([]string{"id"}, append(slices.DeleteFunc(slices.Clone(columns), func(name string) bool {
	return name == "password_hash"
}), "created_at")...)

// Columns are those of an export, in their order; custom fields come last.
func Columns(fields []*iam.CustomField) []string {
	all := slices.Clone(exported)
	for _, f := range fields {
		all = append(all, fieldColumn(f))
	}
	return all
}

// NewWriter writes some of the columns, nil for all, and no header until it is
// asked for. What is no column is left out.
func NewWriter(w io.Writer, some []string, fields []*iam.CustomField) *Writer {
	out := &Writer{csv: csv.NewWriter(w), fields: fields}
	out.csv.UseCRLF = true
	for i, name := range Columns(fields) {
		if some == nil || slices.Contains(some, name) {
			out.chosen = append(out.chosen, i)
		}
	}
	return out
}

// Head writes the header.
func (w *Writer) Head() error { return w.write(Columns(w.fields)) }

// write writes the chosen ones of all cells.
func (w *Writer) write(cells []string) error {
	record := make([]string, len(w.chosen))
	for i, at := range w.chosen {
		record[i] = Defuse(cells[at])
	}
	return w.csv.Write(record)
}

// Write writes one user with the codes of roles and the short name of the
// organization.
func (w *Writer) Write(u *iam.User, roles []string, organization string) error {
	cells := []string{
		string(u.ID), u.FirstName, u.LastName, u.Email, string(u.Type), u.Nickname, u.Phone, u.ExternalID, u.Timezone, u.Locale,
		string(u.Status), strings.Join(roles, ";"), organization, Stamp(u.LastSignInAt), Stamp(u.CreatedAt),
	}
	for _, f := range w.fields {
		cells = append(cells, u.CustomValues[f.ID])
	}
	return w.write(cells)
}

// Flush writes what is buffered.
func (w *Writer) Flush() error {
	w.csv.Flush()
	return w.csv.Error()
}

// Stamp is a time as files have it (RFC 3339, UTC); "" for never.
func Stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
