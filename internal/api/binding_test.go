package api

import (
	"net/http"
	"strings"
	"sync"
	"testing"
)

// Operations are bound when they are asked for first, some while others check
// bodies against schemas that they share. The race detector watches.
func TestOperationsAreBoundTogether(t *testing.T) {
	f := newFrame()
	var all sync.WaitGroup
	for _, path := range []string{"/users", "/roles", "/organizations", "/teams", "/agents", "/api-keys", "/invitations", "/custom-fields", "/announcements"} {
		for range 4 {
			all.Go(func() {
				rec := f.do(http.MethodPost, path, `{"nonsense": [`+strings.Repeat("1,", 50)+`1]}`)
				if rec.Code != http.StatusUnprocessableEntity {
					t.Errorf("POST %s: %d %s", path, rec.Code, rec.Body)
				}
			})
		}
	}
	all.Wait()
}
