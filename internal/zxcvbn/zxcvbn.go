// Package zxcvbn is github.com/trustelem/zxcvbn, a port of Dropbox's estimator of
// how many guesses a password takes, with one difference: its dictionaries are
// made ready when the first password is judged, not whenever the program starts.
// That took 38 ms of each start, and each command line waited for it, too. Word lists, keyboards and scoring are the library's own; the
// matchers of its package matching stand here as they are there. The tests compare
// what both say.
package zxcvbn

import (
	"unicode/utf8"

	"github.com/trustelem/zxcvbn/scoring"
)

// Score says how hard a password is to guess for somebody who knows the words
// about its owner, from 0 (fewer than a thousand guesses) to 4 (more than ten
// thousand million). Text that is not UTF-8 scores 0.
func Score(password string, known []string) int {
	if !utf8.ValidString(password) {
		return 0
	}
	matches := omnimatch(password, known)
	guesses := scoring.MostGuessableMatchSequence(password, matches, false).Guesses
	const delta = 5
	score := 0
	for _, limit := range []float64{1e3, 1e6, 1e8, 1e10} {
		if guesses >= limit+delta {
			score++
		}
	}
	return score
}
