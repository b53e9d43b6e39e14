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

	"github.com/retinue/retinue/internal/exports"
	"github.com/retinue/retinue/internal/imports"
	"github.com/retinue/retinue/internal/reviews"
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
	listed := documented(t, "Problem", "reason")
	if diff := cmp.Diff(slices.Sorted(maps.Keys(given)), listed); diff != "" || len(listed) == 0 {
		t.Errorf("the document lists other reasons than the sources give (-given +listed):\n%s", diff)
	}
}

// documented are the values of a property that the document lists, sorted.
func documented(t *testing.T, schema, property string) []string {
	t.Helper()
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
	return slices.Sorted(slices.Values(document.Components.Schemas[schema].Properties[property].Enum))
}

// The document lists every code of what ends in the background, and "" for none.
func TestDocumentListsCodesOfEndings(t *testing.T) {
	for what, codes := range map[[2]string][]string{
		{"Export", "failed_code"}: exports.Failures, {"Import", "failed_code"}: imports.Failures, {"AccessReviewRow", "problem_code"}: reviews.Problems,
	} {
		want := slices.Sorted(slices.Values(append([]string{""}, codes...)))
		if diff := cmp.Diff(want, documented(t, what[0], what[1])); diff != "" {
			t.Errorf("%v (-given +listed):\n%s", what, diff)
		}
	}
}
