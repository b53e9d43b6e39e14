package access

import (
	"strings"

	"github.com/retinue/retinue/internal/iam"
)

// MayGrant refuses with CodeEscalation when the grantor lacks any permission
// of what is to be granted: nobody grants what they don't hold themselves.
func MayGrant(grantor, granted Set) error {
	if missing := granted &^ grantor; missing != 0 {
		return iam.Errorf(iam.CodeEscalation, "You can't grant what you don't hold yourself: %s.", labels(missing)).Because("more_than_yours").
			With("missing_permissions", missing.Permissions())
	}
	return nil
}

// MayActOn refuses with CodeEscalation when the other holds more than the
// actor: nobody changes, suspends or impersonates somebody who may do more.
func MayActOn(actor, other Set) error {
	if more := other &^ actor; more != 0 {
		return iam.Errorf(iam.CodeEscalation, "This person may do more than you: %s. Ask somebody who holds that, too.", labels(more)).Because("holds_more").
			With("missing_permissions", more.Permissions())
	}
	return nil
}

// labels names the first few permissions of a set for people.
func labels(s Set) string {
	const show = 3
	ps := s.Permissions()
	var names []string
	for _, p := range ps[:min(show, len(ps))] {
		names = append(names, Label(p))
	}
	out := strings.Join(names, ", ")
	if len(ps) > show {
		out += ", …"
	}
	return out
}
