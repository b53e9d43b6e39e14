package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/store/storetest"
)

// naughtyName is a thing that people name: where it is made, what else making it
// takes, and its texts.
type naughtyName struct {
	path, inside string
	rest         func(field string, i int) map[string]any
	texts        []string
}

var naughtyNames = []naughtyName{
	{"/users", "user", func(field string, i int) map[string]any {
		return map[string]any{"email": fmt.Sprintf("%s%d@northwind.example", field, i), "user_type": "agent"}
	}, []string{"first_name", "last_name", "nickname"}},
	{"/roles", "", func(_ string, i int) map[string]any {
		return map[string]any{"code": fmt.Sprintf("naughty_%d", i), "permissions": []string{"conversations.read"}}
	}, []string{"name"}},
	{"/organizations", "", func(string, int) map[string]any { return map[string]any{} }, []string{"name"}},
	{"/teams", "", func(string, int) map[string]any { return map[string]any{} }, []string{"name"}},
}

// All naughty strings are tried as the names of people, roles, organizations and
// teams. What is taken reads the same afterwards; a string with nothing odd in it
// is taken as it is.
//
// covers D-06, D-08
func TestNaughtyNamesReadTheSame(t *testing.T) {
	strs := naughtyStrings(t)
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		w := apitest.New(t, db)
		admin := w.Tenant("northwind")
		for _, n := range naughtyNames {
			for _, field := range n.texts {
				taken := 0
				for i, text := range strs {
					if n.takes(t, admin, field, text, i) {
						taken++
					}
				}
				if taken < len(strs)/2 {
					t.Errorf("%s took %d of %d as %s: the test is none of it", n.path, taken, len(strs), field)
				}
			}
		}
	})
}

// takes makes one with a text in one field, and tells whether it was taken.
func (n *naughtyName) takes(t *testing.T, admin *apitest.Client, field, text string, i int) bool {
	t.Helper()
	sent := n.rest(field, i)
	for _, other := range n.texts {
		sent[other] = "Plain"
	}
	sent[field] = text
	res := admin.Do(http.MethodPost, n.path, sent)
	if res.Status >= http.StatusInternalServerError {
		t.Errorf("%s with %q: %d %s", n.path, sent, res.Status, res.Body)
	}
	if res.Status != http.StatusCreated {
		return false
	}
	made := n.body(t, res)
	kept := n.body(t, admin.Do(http.MethodGet, n.path+"/"+made["id"].(string), nil))
	if made[field] != kept[field] || ordinary(text) && kept[field] != text {
		t.Errorf("%s: %s %q was answered as %q and reads %q", n.path, field, text, made[field], kept[field])
	}
	return true
}

// body is the thing of an answer.
func (n *naughtyName) body(t *testing.T, res *apitest.Response) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(res.Body, &v); err != nil {
		t.Fatalf("%s: %v", res.Body, err)
	}
	if inner, ok := v[n.inside].(map[string]any); ok {
		return inner
	}
	return v
}

// ordinary tells whether a text has nothing that tidying a name might change.
func ordinary(s string) bool {
	odd := func(r rune) bool { return !unicode.IsPrint(r) || unicode.Is(unicode.Variation_Selector, r) }
	return s == strings.TrimSpace(s) && norm.NFC.IsNormalString(s) && !strings.Contains(s, "  ") && !strings.ContainsFunc(s, odd)
}
