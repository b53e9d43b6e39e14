package password

import (
	"bytes"
	"crypto/rand"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/clock"
)

var maria = Context{
	Email: "maria.kowalska@acme-telecom.example",
	Names: []string{"María", "Kowalska", "王小明"},
	Words: []string{"Acme Telecom", "Nordwind Ltd"},
}

//
func TestPolicy(t *testing.T) {
	tests := map[string][]string{
		"plough-saucer-violet":                  nil,
		"correct-saucer violin été":             nil,
		"пшеница лодка 7 фонарь":                nil,
		"ten million green bats":                nil,
		"834729384729 dragon 5610":              nil,
		strings.Repeat("x7Qw-", 51) + "z":       nil, // 256 characters
		strings.Repeat("é", 200) + "k3v9Wq2x8T": nil, // strong at its end
		"":                                      {CodeTooShort, CodeWeak},
		"x7Qw-kP2":                              {CodeTooShort, CodeWeak},
		"plough sauc":                           {CodeTooShort},
		"password":                              {CodeTooShort, CodeCommon},
		"Password1234":                          {CodeCommon},
		"passwordpassword":                      {CodeCommon},
		"dragon2024!!!!":                        {CodeCommon},
		"1234567890":                            {CodeTooShort, CodeCommon},
		"aaaaaaaaaaaaaaaa":                      {CodeWeak},
		"qwertyuiop[]asd":                       {CodeWeak},
		"abcdefghijklmnop":                      {CodeWeak},
		"maria.kowalska-77-xqv":                 {CodePersonal},
		"xqv8 KOWALSKA plough":                  {CodePersonal},
		"xqv8 mari\u0301a plough":               {CodePersonal},
		"plough 王小明 violet":                     {CodePersonal},
		"a.c.m.e.t.e.l.e.c.o.m.9x":              {CodePersonal},
		"nordwind-plough-lamp":                  {CodePersonal},
		"retinue-plough-lamp":                   {CodePersonal},
		"plough-saucer\x00violet":               {CodeInvalid},
		"plough-saucer\nviolet":                 {CodeInvalid},
		"plough-saucer\xffviolet":               {CodeInvalid},
		strings.Repeat("x7Qw-", 51) + "zz":      {CodeTooLong},
		strings.Repeat("p", 1_000_000):          {CodeTooLong},
	}
	for password, want := range tests {
		var got []string
		for _, problem := range (Policy{}).Check(password, maria) {
			got = append(got, problem.Code)
			if problem.Message == "" || len(password) > 8 && strings.Contains(problem.Message, password) {
				t.Errorf("%.40q: message %q", password, problem.Message)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%.40q: %s", password, diff)
		}
	}
}

func TestPolicyLengthsCanBeSet(t *testing.T) {
	p := Policy{MinLength: 20, MaxLength: 30}
	for password, limit := range map[string]int{"plough-saucer-viole": 20, strings.Repeat("kqx7-", 6) + "z": 30} {
		problems := p.Check(password, Context{})
		if len(problems) != 1 || problems[0].Limit != limit {
			t.Errorf("%q: %+v", password, problems)
		}
	}
	if problems := (Policy{MaxLength: 5000}).Check(strings.Repeat("a", 257), Context{}); len(problems) != 1 || problems[0].Limit != DefaultMaxLength {
		t.Errorf("a maximum above the highest one: %+v", problems)
	}
}

func TestPolicyTimeIsBounded(t *testing.T) {
	hostile := Context{Email: strings.Repeat("a.", 5000) + "@x.example", Names: []string{strings.Repeat("b c1d ", 1e5)}}
	_ = Policy{}.Check("warms the dictionaries up", hostile)
	watch := clock.Start()
	_ = Policy{}.Check(strings.Repeat("p@55w0rd", 32), hostile)
	if took := watch.Elapsed(); took > 5*time.Second {
		t.Errorf("256 hostile characters took %v", took)
	}
}

// covers D-07
func TestGenerate(t *testing.T) {
	seen := map[string]bool{}
	for range 300 {
		p, err := Generate(rand.Reader, 0)
		if err != nil {
			t.Fatal(err)
		}
		if utf8.RuneCountInString(p) != 19 || strings.Count(p, "-") != 3 || seen[p] {
			t.Fatalf("%q: want four groups of four, never twice", p)
		}
		seen[p] = true
		for _, kind := range []string{upperLetters, lowerLetters, digitLetters, "-"} {
			if !strings.ContainsAny(p, kind) {
				t.Errorf("%q has none of %q", p, kind)
			}
		}
		if strings.ContainsAny(p, "0Oo1IlizZ2aeuAEU") {
			t.Errorf("%q has an ambiguous character or a vowel", p)
		}
		if problems := (Policy{}).Check(p, maria); problems != nil {
			t.Errorf("%q: %+v", p, problems)
		}
	}
	if bits := 16 * math.Log2(float64(len(alphabet))); bits < 80 {
		t.Errorf("only %.0f bits", bits)
	}
}

// What is made is as long as the policy in force asks for, and no longer than it
// must be.
func TestGenerateIsLongEnough(t *testing.T) {
	for least, want := range map[int]int{0: 19, 8: 19, 19: 19, 20: 24, 24: 24, 25: 29, 64: 64} {
		p, err := Generate(rand.Reader, least)
		if err != nil || utf8.RuneCountInString(p) != want {
			t.Errorf("at least %d: %q, %v", least, p, err)
		}
		if problems := (Policy{MinLength: least}).Check(p, maria); problems != nil {
			t.Errorf("%q: %+v", p, problems)
		}
	}
}

func TestGenerateIsUniform(t *testing.T) {
	counts := map[rune]int{}
	const n = 4600
	text, err := randomCharacters(rand.Reader, n)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range text {
		counts[r]++
	}
	for _, r := range alphabet {
		if c := counts[r]; c < 40 || c > 180 { // 100 expected, standard deviation 10
			t.Errorf("%q occurs %d times in %d", r, c, n)
		}
	}
}

func TestGenerateWithBrokenRandomness(t *testing.T) {
	if _, err := Generate(bytes.NewReader(nil), 0); err == nil {
		t.Error("no bytes: no error")
	}
	if p, err := Generate(constant(0), 0); err == nil {
		t.Errorf("only zeros: %q", p)
	}
	if p, err := Generate(constant(255), 0); err == nil {
		t.Errorf("only unusable bytes: %q", p)
	}
}

type constant byte

func (c constant) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(c)
	}
	return len(p), nil
}

func BenchmarkPolicyCheck(b *testing.B) {
	for b.Loop() {
		_ = Policy{}.Check(strings.Repeat("p@55w0rd", 32), maria)
	}
}
