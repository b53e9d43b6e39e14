package store

import (
	"strconv"
	"strings"
)

// positional rewrites a statement for SQLite: a parameter $n that stands in one
// place only becomes ?, where the numbers first appear in ascending order from 1
// on; else the statement stays as it is. Both mean the same, but SQLite looks up
// the name of every named parameter in a list of them all, at each run: with a
// thousand of them that takes longer than the rest of an INSERT. No text of this
// package has a $ in a literal.
func positional(query string) string {
	var uses []int // by number
	for rest := query; ; {
		n, _, after := nextParameter(rest)
		if n == 0 {
			break
		}
		switch {
		case n == len(uses)+1:
			uses = append(uses, 1)
		case n <= len(uses):
			uses[n-1]++
		default:
			return query
		}
		rest = after
	}
	var b strings.Builder
	b.Grow(len(query))
	for rest := query; ; {
		n, before, after := nextParameter(rest)
		if n == 0 {
			b.WriteString(rest)
			return b.String()
		}
		b.WriteString(before)
		if uses[n-1] == 1 {
			b.WriteByte('?')
		} else {
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(n))
		}
		rest = after
	}
}

// nextParameter finds the first $n of a statement, and what stands before and
// after it; 0 when there is none.
func nextParameter(query string) (n int, before, after string) {
	before, after, found := strings.Cut(query, "$")
	if !found {
		return 0, query, ""
	}
	end := 0
	for end < len(after) && '0' <= after[end] && after[end] <= '9' {
		n = n*10 + int(after[end]-'0')
		end++
	}
	return n, before, after[end:]
}
