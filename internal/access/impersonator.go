package access

import "github.com/retinue/retinue/internal/iam"

// Impersonator is somebody who is logged in as somebody else.
type Impersonator struct {
	ID   iam.UserID
	Name string
	// MayChange tells whether they may change anything.
	MayChange bool
}

// Personally refuses with CodeImpersonating somebody who is logged in as somebody
// else: what proves who a person is remains that person's own affair.
func (c *Caller) Personally() error {
	if c.Impersonator == nil {
		return nil
	}
	return iam.Errorf(iam.CodeImpersonating, "You are logged in as %s. Passwords, e-mail addresses, sessions and keys stay out of reach meanwhile.", c.Name)
}

// Signs refuses with CodeImpersonating somebody who is logged in as somebody
// else where what is done bears one name, or goes on in that name when the
// session is over; what is a sentence's beginning, such as "Access reviews".
func (c *Caller) Signs(what string) error {
	if c.Impersonator == nil {
		return nil
	}
	return iam.Errorf(iam.CodeImpersonating, "You are logged in as %s. %s are done under one's own name: go back to yourself first.", c.Name, what)
}
