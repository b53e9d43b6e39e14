package fold_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/retinue/retinue/internal/fold"
)

// covers D-03
func TestSortKeyIsBoundedAndTidy(t *testing.T) {
	if got := fold.SortKey("  Zoë \t O'Neil "); got != "zoe o'neil" {
		t.Errorf("SortKey = %q", got)
	}
	long := fold.SortKey(strings.Repeat("名", 1000))
	if len(long) > fold.MaxSortKey || !utf8.ValidString(long) || len(long) < fold.MaxSortKey-3 {
		t.Errorf("SortKey of a long name has %d bytes, valid %v", len(long), utf8.ValidString(long))
	}
}
