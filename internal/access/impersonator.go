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
