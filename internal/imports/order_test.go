package imports_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"

	"github.com/retinue/retinue/internal/iam"
)

// utf16LE is a text as Excel's "Unicode text" has it.
func utf16LE(s string) string {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return string(out)
}

// Rows become people in another order than the file has; whatever the file looks
// like, everybody is who they are there, and has the line that they are in.
func TestEverybodyKeepsTheirLine(t *testing.T) {
	f := setup(t)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		line := 1
		if rapid.Bool().Draw(t, "sep") {
			b.WriteString("sep=,\r\n")
			line++
		}
		b.WriteString(header)
		want := map[string]string{}
		for range rapid.IntRange(1, 12).Draw(t, "rows") {
			line++
			name := rapid.SampledFrom([]string{"Ann", "Żółć", "\"Two\nLines\"", "\"With \"\"quotes\"\", and more\"", "'=SUM", "李"}).Draw(t, "name")
			local := rapid.SampledFrom([]string{"a", "zz", "same.beginning.of.all", "ä"}).Draw(t, "local")
			n++
			email := fmt.Sprintf("%s%d@import.example", local, n)
			kind := rapid.SampledFrom([]string{"agent", "agent", "agent", "king"}).Draw(t, "kind")
			fmt.Fprintf(&b, "%s,Doe,%s,%s,,\n", name, email, kind)
			if kind == "agent" && !strings.Contains(name, "\n") { // no name has two lines
				plain := strings.TrimPrefix(strings.ReplaceAll(strings.Trim(name, `"`), `""`, `"`), "'")
				want[email] = fmt.Sprintf("%s, line %d", strings.Join(strings.Fields(plain), " "), line)
			}
			line += strings.Count(name, "\n")
			if rapid.IntRange(0, 4).Draw(t, "blank") == 0 {
				b.WriteString("\r\n")
				line++
			}
		}
		text := b.String()
		if rapid.Bool().Draw(t, "open end") {
			text = strings.TrimRight(text, "\r\n")
		}
		switch rapid.IntRange(0, 3).Draw(t, "encoding") {
		case 0:
			text = utf16LE(text)
		case 1:
			text = "\uFEFF" + text
		}
		before := f.total()
		imp := f.upload(text)
		if len(want) == 0 {
			return
		}
		f.start(imp)
		if imp = f.get(imp.ID); imp.State != iam.ImportDone || imp.Created != int64(len(want)) || imp.RowsDone != imp.RowsTotal || f.total() != before+imp.Created {
			t.Fatalf("%+v, want %d", imp, len(want))
		}
		got := f.imported(imp.ID)
		for email, is := range want {
			if got[email] != is {
				t.Fatalf("%s is %q, want %q", email, got[email], is)
			}
		}
	})
}

// imported are the name and the line of those whom an import added, by address.
func (f *fixture) imported(id iam.ImportID) map[string]string {
	f.t.Helper()
	out := map[string]string{}
	f.Read(func(ctx context.Context, tx iam.Tx) error {
		page, err := tx.Events(ctx, f.Tenant.ID, iam.EventFilter{Action: "user.imported", Page: iam.Page{Limit: iam.MaxPageSize}})
		for _, e := range page.Items {
			u, err := tx.User(ctx, f.Tenant.ID, iam.UserID(e.TargetID))
			if err != nil {
				return err
			}
			for _, c := range e.Changes {
				if rest, ok := strings.CutPrefix(fmt.Sprint(c.After), string(id)); ok && c.Field == "import" {
					out[u.Email] = strings.Join(strings.Fields(u.FirstName), " ") + "," + rest
				}
			}
		}
		return err
	})
	return out
}

// Between the check and the start a role is deleted and an address taken: the
// report tells, and the numbers add up.
func TestWhatChangesAfterTheCheck(t *testing.T) {
	f := setup(t)
	role := f.Role("Night shift", iam.PermConversationsRead)
	imp := f.upload(header +
		"A,A,a@import.example,agent," + role.Code + ",\n" +
		"B,B,b@import.example,agent,,\n" +
		"C,C,c@import.example,agent,,\n" +
		"D,D,d@import.example,king,,\n")
	if imp.RowsValid != 3 || imp.RowsInvalid != 1 {
		t.Fatalf("%+v", imp)
	}
	f.Write(func(ctx context.Context, tx iam.Tx) error { return tx.DeleteRole(ctx, f.Tenant.ID, role.ID) })
	f.start(f.upload(header + "B,B,b@import.example,agent,,\n"))
	f.start(imp)
	imp = f.get(imp.ID)
	if imp.State != iam.ImportDone || imp.RowsValid != 1 || imp.Created != 1 || imp.Skipped != 1 || imp.RowsInvalid != 2 || imp.RowsDone != 4 {
		t.Errorf("%+v", imp)
	}
	report, err := f.s.Report(t.Context(), f.admin, imp.ID, "", iam.Page{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range report.Items {
		got = append(got, fmt.Sprintf("%d %s %s", r.Line, r.Field, r.Action))
	}
	if want := "2 roles error|3 email skip|4 email create|5 user_type error"; strings.Join(got, "|") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "|"), want)
	}
}
