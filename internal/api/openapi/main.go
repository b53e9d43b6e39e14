// Command openapi writes the OpenAPI document to the file that it is given.
// The document depends on the sources alone: the same ones, the same bytes.
package main

import (
	"fmt"
	"os"

	"github.com/retinue/retinue/internal/api"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: openapi FILE")
		os.Exit(2)
	}
	doc, err := api.Document()
	if err == nil {
		err = os.WriteFile(os.Args[1], doc, 0o644) //nolint:gosec // a public document, where go generate says
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "openapi:", err)
		os.Exit(1)
	}
}
