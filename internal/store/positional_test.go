package store

import "testing"

func TestPositional(t *testing.T) {
	for query, want := range map[string]string{
		"SELECT 1":                              "SELECT 1",
		"a = $1 AND b IN ($2,$3)":               "a = ? AND b IN (?,?)",
		"VALUES ($1,$2,$3),($1,$2,$4)":          "VALUES ($1,$2,?),($1,$2,?)",
		"SET a = $1 WHERE b = $2 AND c = $1":    "SET a = $1 WHERE b = ? AND c = $1",
		"LIMIT $2 OFFSET $1":                    "LIMIT $2 OFFSET $1",
		"($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)x": "(?,?,?,?,?,?,?,?,?,?,?)x",
		"a = $2":                                "a = $2",
		"$":                                     "$",
	} {
		if got := positional(query); got != want {
			t.Errorf("positional(%q) = %q, want %q", query, got, want)
		}
	}
}
