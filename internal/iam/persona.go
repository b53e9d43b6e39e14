package iam

// MaxAlias is the longest alias, in characters.
const MaxAlias = 60

// Persona is how a user looks to the people of an organization and to its
// customers.
type Persona struct {
	Name string
	// Alias tells that Name is an alias. Whoever sees no more than the persona is
	// then told neither the names of the person nor their e-mail address.
	Alias bool
}

// PersonaIn is how u looks in an organization: by the alias that they have
// there, else by that of the nearest organization above from which their
// membership reaches down, else by nickname, else by first and last name.
//
// Who belongs further down only, and is seen from a client organization above
// that, keeps the alias that they have there. In the company itself (root)
// nobody is hidden by what they are called at a client's.
//
// within tells whether an organization is another one or below it.
func (u *User) PersonaIn(org, root OrgID, within func(org, top OrgID) bool) Persona {
	var at *Membership // the nearest alias above or in org
	for i := range u.Memberships {
		m := &u.Memberships[i]
		reaches := m.Org == org || m.IncludesDescendants && within(org, m.Org)
		if m.Alias != "" && reaches && (at == nil || within(m.Org, at.Org)) {
			at = m
		}
	}
	below := org != root && u.Membership(org) == nil
	for i := 0; i < len(u.Memberships) && below && at == nil; i++ {
		if m := &u.Memberships[i]; m.Alias != "" && within(m.Org, org) {
			at = m
		}
	}
	switch {
	case at != nil:
		return Persona{Name: at.Alias, Alias: true}
	case u.Nickname != "":
		return Persona{Name: u.Nickname}
	}
	return Persona{Name: u.FullName()}
}
