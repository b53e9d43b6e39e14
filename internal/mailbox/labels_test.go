package mailbox_test

import (
	"testing"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/mail"
)

// Screens, mails and refusals call a permission the same.
func TestPermissionsHaveOneName(t *testing.T) {
	for _, e := range access.Catalogue() {
		if name := mail.Label("en", string(e.ID), ""); name != e.Label {
			t.Errorf("%s is %q in mails and %q in the catalogue", e.ID, name, e.Label)
		}
	}
}
