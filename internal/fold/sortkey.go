package fold

import "unicode/utf8"

// MaxSortKey is the length in bytes at which a sort key is cut.
const MaxSortKey = 160

// SortKey makes the key by which names are ordered, compared byte by byte: the
// folded text, cut at MaxSortKey bytes between two characters, so that it fits
// into the key of an index and into a cursor.
func SortKey(name string) string {
	key := Text(name)
	if len(key) <= MaxSortKey {
		return key
	}
	cut := MaxSortKey
	for cut > 0 && !utf8.RuneStart(key[cut]) {
		cut--
	}
	return key[:cut]
}
