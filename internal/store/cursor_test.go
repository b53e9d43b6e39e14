package store

import (
	"cmp"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/retinue/retinue/internal/iam"
)

// covers D-03
func TestCursorBelongsToOneListOfOneTenant(t *testing.T) {
	id := newListID("tenant_a", "users", "active", "name")
	cursor := encodeCursor(id, true, "maria garcía", int64(-7))

	pos, back, err := decodeCursor(id, cursor, "si")
	if err != nil || !back {
		t.Fatalf("own list: back %v, %v", back, err)
	}
	if diff := gocmp.Diff([]any{"maria garcía", int64(-7)}, pos); diff != "" {
		t.Error(diff)
	}
	for what, other := range map[string]listID{
		"tenant":       newListID("tenant_b", "users", "active", "name"),
		"list":         newListID("tenant_a", "audit", "active", "name"),
		"filter":       newListID("tenant_a", "users", "suspended", "name"),
		"sort":         newListID("tenant_a", "users", "active", "-name"),
		"split filter": newListID("tenant_a", "users", "activ", "ename"),
	} {
		if _, _, err := decodeCursor(other, cursor, "si"); iam.CodeOf(err) != iam.CodeInvalidCursor {
			t.Errorf("another %s: %v, want invalid_cursor", what, err)
		}
	}
	for _, kinds := range []string{"", "s", "i", "is", "sii", "ssi"} {
		if _, _, err := decodeCursor(id, cursor, kinds); iam.CodeOf(err) != iam.CodeInvalidCursor {
			t.Errorf("kinds %q: %v, want invalid_cursor", kinds, err)
		}
	}
}

func TestCursorRefusesWhatItDidNotMake(t *testing.T) {
	id := newListID("tenant_a", "users")
	nul := encodeCursor(id, false, "a\x00b", int64(1))
	badUTF8 := encodeCursor(id, false, "a\xffb", int64(1))
	huge := encodeCursor(id, false, string(make([]byte, cursorMax)), int64(1))
	for _, c := range []string{"a", "!", "AAAA", nul, badUTF8, huge} {
		if _, _, err := decodeCursor(id, c, "si"); iam.CodeOf(err) != iam.CodeInvalidCursor {
			t.Errorf("decodeCursor(%.20q): %v, want invalid_cursor", c, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text, n := rapid.StringN(0, 40, 160).Draw(t, "text"), rapid.Int64().Draw(t, "n")
		if slices.Contains([]byte(text), 0) {
			return
		}
		b := []byte(encodeCursor(id, rapid.Bool().Draw(t, "back"), text, n))
		if _, _, err := decodeCursor(id, string(b), "si"); err != nil {
			t.Fatalf("own cursor: %v", err)
		}
		cut := rapid.IntRange(0, len(b)-1).Draw(t, "cut")
		if _, _, err := decodeCursor(id, string(b[:cut]), "si"); iam.CodeOf(err) != iam.CodeInvalidCursor {
			t.Fatalf("cut to %d: %v, want invalid_cursor", cut, err)
		}
	})
}

// covers D-03
func TestPagesGoThroughAListBothWays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := slices.Sorted(slices.Values(rapid.SliceOfNDistinct(rapid.Int64Range(0, 99), 0, 40, rapid.ID).Draw(t, "rows")))
		l := listOf(&rows)
		size := rapid.IntRange(1, 12).Draw(t, "size")
		var forward []int64
		var prev []string
		for page := (iam.Page{Limit: size}); ; {
			got, err := l.page(page)
			if err != nil {
				t.Fatal(err)
			}
			forward, prev = append(forward, got.Items...), append(prev, got.Prev)
			if page.Cursor = got.Next; page.Cursor == "" {
				break
			}
		}
		if !slices.Equal(forward, rows) {
			t.Fatalf("forward %v, want %v", forward, rows)
		}
		for i, cursor := range prev {
			if (cursor == "") != (i == 0) {
				t.Fatalf("page %d: prev %q", i, cursor)
			}
			if i == 0 {
				continue
			}
			got, err := l.page(iam.Page{Limit: size, Cursor: cursor})
			if err != nil {
				t.Fatal(err)
			}
			if want := rows[(i-1)*size : i*size]; !slices.Equal(got.Items, want) {
				t.Fatalf("back from page %d: %v, want %v", i, got.Items, want)
			}
			if got.Next == "" || (got.Prev == "") != (i == 1) {
				t.Fatalf("back from page %d: next %q, prev %q", i, got.Next, got.Prev)
			}
		}
	})
}

func TestGoingBackInAListThatShrankEndsOnTheFirstPage(t *testing.T) {
	rows := []int64{1, 2, 3, 4, 5, 6}
	l := listOf(&rows)
	first, _ := l.page(iam.Page{Limit: 2})
	second, _ := l.page(iam.Page{Limit: 2, Cursor: first.Next})
	rows = []int64{2, 3, 4, 5, 6}
	got, err := l.page(iam.Page{Limit: 2, Cursor: second.Prev})
	if err != nil || !slices.Equal(got.Items, []int64{2, 3}) || got.Prev != "" || got.Next == "" {
		t.Errorf("page %+v, %v; want the first one, full", got, err)
	}
	rows = []int64{1}
	got, err = l.page(iam.Page{Limit: 2, Cursor: second.Next})
	if err != nil || len(got.Items) != 0 || got.Next != "" || got.Prev == "" {
		t.Errorf("page %+v, %v; want an empty one with a way back", got, err)
	}
}

// listOf is the keyset list of ascending numbers.
func listOf(rows *[]int64) keysetList[int64] {
	return keysetList[int64]{
		id: newListID("tenant_a", "numbers"), kinds: "i",
		fetch: func(pos []any, back bool, limit int) ([]int64, error) {
			out := slices.Clone(*rows)
			if back {
				slices.SortFunc(out, func(a, b int64) int { return cmp.Compare(b, a) })
			}
			if pos != nil {
				p := pos[0].(int64)
				out = slices.DeleteFunc(out, func(n int64) bool { return back && n >= p || !back && n <= p })
			}
			return out[:min(limit, len(out))], nil
		},
		position: func(n int64) []any { return []any{n} },
	}
}
