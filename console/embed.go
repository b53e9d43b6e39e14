// Package console carries the built browser console inside the binary.
//
// The folder dist is filled by `npm run build`. In a fresh clone it holds only
// a placeholder, so that the Go code compiles before the console was built;
// Built tells the two apart.
package console

import (
	"embed"
	"encoding/json"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
)

//go:embed all:dist
var files embed.FS

// Files returns the console's build with index.html at its root. The HTML page
// carries the placeholder NoncePlaceholder, which the server replaces with the
// nonce of the response's Content-Security-Policy.
func Files() fs.FS {
	sub, err := fs.Sub(files, "dist")
	if err != nil {
		// fs.Sub fails only on an invalid path, and this one is a constant.
		panic(err)
	}
	return sub
}

// NoncePlaceholder stands in index.html where the nonce of the response goes.
const NoncePlaceholder = "__CSP_NONCE__"

// Built reports whether the console was built before the binary was.
func Built() bool {
	_, err := fs.Stat(files, "dist/index.html")
	return err == nil
}

//go:embed src/app/pages.json
var pageList []byte

// Page is a page of the console.
type Page struct {
	// Path is the pattern of its address: a segment that begins with "$" stands
	// for any one.
	Path string `json:"-"`
	// Portal is the one it is in; "" for pages outside of all.
	Portal string `json:"portal"`
	// Needs are the permissions that open it: one of each group.
	Needs [][]string `json:"needs"`
}

// Pages are all that the console has, by their paths. The slice is shared and
// must not be changed.
func Pages() []Page { return pages() }

var pages = sync.OnceValue(func() []Page {
	var byPath map[string]Page
	if err := json.Unmarshal(pageList, &byPath); err != nil {
		// The list is part of the source, and the console's own tests read it.
		panic(err)
	}
	out := make([]Page, 0, len(byPath))
	for _, path := range slices.Sorted(maps.Keys(byPath)) {
		p := byPath[path]
		p.Path = path
		out = append(out, p)
	}
	return out
})

// PageAt finds the page at the path of an address; ok is false where there is
// none.
func PageAt(path string) (page Page, ok bool) {
	for _, p := range pages() {
		if p.matches(path) && (!ok || !strings.Contains(p.Path, "$")) {
			page, ok = p, true
		}
	}
	return page, ok
}

func (p Page) matches(path string) bool {
	for {
		want, wantRest, wantMore := strings.Cut(p.Path, "/")
		got, gotRest, gotMore := strings.Cut(path, "/")
		if want != got && (!strings.HasPrefix(want, "$") || got == "") || wantMore != gotMore {
			return false
		}
		if !wantMore {
			return true
		}
		p.Path, path = wantRest, gotRest
	}
}
