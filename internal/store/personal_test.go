package store

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// personalColumn is a column that refers to somebody.
var personalColumn = regexp.MustCompile(`(?m)^\s+(user_id|actor_id|author|recipient|email|full_name|\w+_by|\w+_name)\s+\{\{text\}\}|REFERENCES users `)

// notPeople are tables whose columns only look like it.
var notPeople = []string{"tenants", "organizations", "roles", "teams", "mail_settings", "installation", "dashboard_apps"}

// Every table that refers to people says what export and erasure do about it.
func TestTablesAboutPeopleAreClassified(t *testing.T) {
	tables := map[string]bool{}
	files, err := os.ReadDir("migrations")
	if err != nil {
		t.Fatal(err)
	}
	begins := regexp.MustCompile(`CREATE TABLE (\w+) \(`)
	for _, f := range files {
		text, err := os.ReadFile("migrations/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range begins.FindAllSubmatchIndex(text, -1) {
			name, body := string(text[at[2]:at[3]]), string(text[at[0]:])
			body, _, _ = strings.Cut(body, "\n)")
			if personalColumn.MatchString(body) && !slices.Contains(notPeople, name) {
				tables[name] = true
			}
		}
		for _, dropped := range regexp.MustCompile(`(?m)^DROP TABLE (\w+);`).FindAllSubmatch(text, -1) {
			delete(tables, string(dropped[1]))
		}
	}
	for name := range tables {
		if p, ok := personalTables[name]; !ok || len(p.records)+len(p.erase) == 0 && p.why == "" {
			t.Errorf("%s refers to people: say in personalTables what export and erasure do about it", name)
		}
	}
	if len(tables) < 15 {
		t.Errorf("only %d tables were found", len(tables))
	}
}
