package api_test

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var because = regexp.MustCompile(`\.Because\("([a-z_]+)"\)`)

// The document lists every reason that the sources give, and no other: clients
// have words for those that it lists.
func TestDocumentListsAllReasons(t *testing.T) {
	given := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range because.FindAllSubmatch(text, -1) {
			given[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Components struct {
			Schemas map[string]struct {
				Properties map[string]struct{ Enum []string }
			}
		}
	}
	b, err := os.ReadFile("../../docs/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &document); err != nil {
		t.Fatal(err)
	}
	listed := slices.Sorted(slices.Values(document.Components.Schemas["Problem"].Properties["reason"].Enum))
	if diff := cmp.Diff(slices.Sorted(maps.Keys(given)), listed); diff != "" || len(listed) == 0 {
		t.Errorf("the document lists other reasons than the sources give (-given +listed):\n%s", diff)
	}
}
