package zxcvbn_test

import (
	"testing"

	original "github.com/trustelem/zxcvbn"
	"pgregory.net/rapid"

	"github.com/retinue/retinue/internal/zxcvbn"
)

// words are such as passwords are made of, so that every matcher finds something.
var words = []string{
	"password", "drowssap", "P4$$w0rd", "qwertz", "zxcvfr456", "aaaa", "abcabc", "13.5.1991", "1991", "2019", "abcdef", "97531",
	"correct", "horse", "battery", "staple", "Smith", "müller", "日本", "!", "x9Q", "retinue", " ",
}

func TestScoresAreTheOriginals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		password := ""
		for _, w := range rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(words), rapid.StringN(0, 4, -1)), 0, 5).Draw(t, "parts") {
			password += w
		}
		known := rapid.SliceOfN(rapid.SampledFrom(words), 0, 3).Draw(t, "known")
		if got, want := zxcvbn.Score(password, known), original.PasswordStrength(password, known).Score; got != want {
			t.Fatalf("%q: score %d, want %d", password, got, want)
		}
	})
}
