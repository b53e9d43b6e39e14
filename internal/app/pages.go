package app

import (
	"net/http"
	"slices"

	"github.com/retinue/retinue/console"
	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
)

// mayOpen tells whether whoever sent a request may open a page of the console:
// in some organization of theirs, because the address does not say in which of
// them a tab acts. Whom the console first asks for something else, such as to
// sign in or to set a password, may.
func (s *server) mayOpen(r *http.Request, page console.Page) bool {
	p, err := s.present(r)
	if err != nil || p.MustChangePassword() {
		return true
	}
	may, err := s.sessions.Somewhere(r.Context(), p, func(effective access.Set, inRoot bool) bool {
		inPortal := slices.ContainsFunc(access.Portals(effective, inRoot), func(q access.Portal) bool { return q.ID == page.Portal })
		return inPortal && !slices.ContainsFunc(page.Needs, func(group []string) bool {
			return !slices.ContainsFunc(group, func(need string) bool { return effective.Has(iam.Permission(need)) })
		})
	})
	if err != nil {
		s.log.ErrorContext(r.Context(), "who may open a page can't be told", "error", err)
	}
	return may || err != nil
}
