package mail

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The built-in texts are offered as people would write them, and written that
// way say the same. covers E-12
func TestBuiltinTextsCanBeWritten(t *testing.T) {
	r := &Renderer{}
	for _, locale := range Locales {
		for _, kind := range Kinds {
			own := Builtin(kind, locale)
			if fields := own.Check(kind); len(fields) > 0 {
				t.Errorf("%s in %s: %+v", kind, locale, fields)
			}
			want, err := r.Render(kind, locale, fullData())
			if err != nil {
				t.Fatal(err)
			}
			got, err := r.RenderWith(kind, locale, fullData(), &own)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("%s in %s (-built in +own):\n%s", kind, locale, d)
			}
		}
	}
}

func TestWrongTexts(t *testing.T) {
	good := Text{"S {{ company }}", "B {{name}}\r\n\r\nC", "D", "N {{expiry}}"}
	if fields := good.Check(PasswordReset); len(fields) > 0 || good.Body != "B {{name}}\n\nC" {
		t.Fatalf("%+v, %q", fields, good.Body)
	}
	for name, tt := range map[string]struct {
		change func(*Text)
		want   string // pointer and code
	}{
		"empty subject":        {func(x *Text) { x.Subject = " " }, "/subject required"},
		"header injection":     {func(x *Text) { x.Subject = "Hi\r\nBcc: x@y.example" }, "/subject invalid_text"},
		"lines in the button":  {func(x *Text) { x.Button = "a\nb" }, "/button invalid_text"},
		"long note":            {func(x *Text) { x.Note = strings.Repeat("x", 501) }, "/note too_long"},
		"unknown variable":     {func(x *Text) { x.Body = "Hi {{nick}} 100%" }, "/body unknown_variable"},
		"of another kind":      {func(x *Text) { x.Body = "{{inviter}}" }, "/body unknown_variable"},
		"a template":           {func(x *Text) { x.Body = "{{range .Gained}}x{{end}}" }, "/body unknown_variable"},
		"half a variable":      {func(x *Text) { x.Body = "{{name" }, "/body unknown_variable"},
		"turns the direction":  {func(x *Text) { x.Body = "a\u202eb" }, "/body invalid_text"},
		"not text":             {func(x *Text) { x.Body = "a\xff" }, "/body too_long"},
		"percent in a message": {func(x *Text) { x.Body = "{{100%s}}" }, "/body unknown_variable"},
	} {
		text := good
		tt.change(&text)
		fields := text.Check(PasswordReset)
		if len(fields) != 1 || fields[0].Pointer+" "+fields[0].Code != tt.want || strings.Contains(fields[0].Message, "%!") {
			t.Errorf("%s: %+v, want %s", name, fields, tt.want)
		}
	}
}

// What variables stand for can't add markup, headers or further variables.
func TestOwnTextsAreSafe(t *testing.T) {
	data := fullData()
	data.Name, data.Inviter, data.Organization = "<script>alert(1)</script>", "{{email}}\r\nBcc: victim@x.example", "A\nB"
	own := &Text{"{{inviter}} · {{organization}}", "<b>{{name}}</b>\n\n{{inviter}}", "Go to {{organization}}", "{{name}}"}
	c, err := (&Renderer{}).RenderWith(Invitation, "en", data, own)
	if err != nil {
		t.Fatal(err)
	}
	if c.Subject != "{{email}} Bcc: victim@x.example · A B" {
		t.Errorf("subject = %q", c.Subject)
	}
	if strings.Contains(c.HTML, "<script") || strings.Contains(c.HTML, "<b>") || !strings.Contains(c.HTML, "&lt;b&gt;&lt;script&gt;") {
		t.Errorf("HTML = %s", c.HTML)
	}
	if !strings.Contains(c.Text, "<b><script>alert(1)</script></b>") || !strings.Contains(c.Text, data.Link) {
		t.Errorf("text = %s", c.Text)
	}
}

// A long list is cut, and says so.
func TestLongLists(t *testing.T) {
	data := fullData()
	data.Gained = strings.Split(strings.Repeat("x,", 39)+"x", ",")
	c, err := (&Renderer{}).Render(AccessChanged, "de", data)
	if err != nil || strings.Count(c.Text, "- x\n") != maxLines || !strings.Contains(c.Text, "- und 25 weitere\n") {
		t.Errorf("%v\n%s", err, c.Text)
	}
}
