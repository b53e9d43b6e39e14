// Package zxcvbn is github.com/trustelem/zxcvbn, a port of Dropbox's estimator of
// how many guesses a password takes, with one difference: its dictionaries are
// made ready when the first password is judged, not whenever the program starts
// (docs/adr/0016). Keyboards and scoring are the library's own; its word lists
// stand in words.txt, and the matchers of its package matching stand here as they
// are there. The tests compare what both say.
package zxcvbn

import (
	"unicode/utf8"

	"github.com/trustelem/zxcvbn/scoring"
)

// Common tells whether a text in lower case is on the list of 30,000 passwords
// that people choose most.
func Common(text string) bool {
	_, found := defaultRankedDictionnaries().rankedDictionaries["passwords"][text]
	return found
}

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
