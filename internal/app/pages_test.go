package app

import (
	"slices"
	"testing"

	"github.com/retinue/retinue/console"
	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
)

// A page that asks for what nobody can have would be closed to everybody.
func TestPagesNeedWhatThereIs(t *testing.T) {
	for _, p := range console.Pages() {
		if p.Portal != "" && !slices.ContainsFunc(access.Portals(access.All, false), func(q access.Portal) bool { return q.ID == p.Portal }) {
			t.Errorf("%s: there is no portal %s", p.Path, p.Portal)
		}
		for _, need := range slices.Concat(p.Needs...) {
			if !access.All.Has(iam.Permission(need)) {
				t.Errorf("%s: there is no permission %s", p.Path, need)
			}
		}
	}
}
