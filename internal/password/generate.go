package password

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// The alphabet has no characters that look alike (0 O o, 1 I l i, 2 Z z) and no
// vowels, so that no word, rude or personal, appears by chance.
const (
	upperLetters = "BCDFGHJKLMNPQRSTVWXY"
	lowerLetters = "bcdfghjkmnpqrstvwxy"
	digitLetters = "3456789"
	alphabet     = upperLetters + lowerLetters + digitLetters

	generatedGroups = 4
	groupCharacters = 4
)

// Generate makes a temporary password such as "hK7r-Qm4x-wD9b-Tf6n": sixteen
// random characters (88 bits) in groups that can be read aloud, joined by
// hyphens, and as many groups more as it takes to have at least so many
// characters in all. It has upper- and lower-case letters, digits and a symbol, so it also
// satisfies systems with composition rules. random is crypto/rand.Reader outside
// tests; an error means that it failed.
func Generate(random io.Reader, least int) (string, error) {
	groups := generatedGroups
	for groups*groupCharacters+groups-1 < least {
		groups++
	}
	// A candidate without one of the kinds is thrown away, which happens once in
	// fourteen times; a reader that never gives a good one is broken.
	for range 100 {
		candidate, err := randomCharacters(random, groups*groupCharacters)
		if err != nil {
			return "", fmt.Errorf("password: reading random bytes: %w", err)
		}
		if strings.ContainsAny(candidate, upperLetters) && strings.ContainsAny(candidate, lowerLetters) &&
			strings.ContainsAny(candidate, digitLetters) {
			return grouped(candidate), nil
		}
	}
	return "", errors.New("password: the source of randomness is broken")
}

// randomCharacters draws uniformly from the alphabet: a byte above the largest
// multiple of its length is drawn again.
func randomCharacters(random io.Reader, n int) (string, error) {
	const usable = 256 - 256%len(alphabet)
	characters := make([]byte, 0, n)
	buffer := make([]byte, 2*n)
	for range 100 {
		if _, err := io.ReadFull(random, buffer); err != nil {
			return "", err
		}
		for _, b := range buffer {
			if int(b) < usable {
				characters = append(characters, alphabet[int(b)%len(alphabet)])
			}
			if len(characters) == n {
				return string(characters), nil
			}
		}
	}
	return "", errors.New("no usable bytes")
}

func grouped(characters string) string {
	groups := make([]string, 0, len(characters)/groupCharacters)
	for i := 0; i < len(characters); i += groupCharacters {
		groups = append(groups, characters[i:i+groupCharacters])
	}
	return strings.Join(groups, "-")
}
