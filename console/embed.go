// Package console carries the built browser console inside the binary.
//
// The folder dist is filled by `npm run build`. In a fresh clone it holds only
// a placeholder, so that the Go code compiles before the console was built;
// Built tells the two apart.
package console

import (
	"embed"
	"io/fs"
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
