package roles

import (
	"context"
	"fmt"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

// Holder is somebody who holds a role that was to be deleted.
type Holder struct {
	ID   iam.UserID `json:"id"`
	Name string     `json:"name"`
}

// Invited is a pending invitation that gives a role that was to be deleted.
type Invited struct {
	ID    iam.InvitationID `json:"id"`
	Email string           `json:"email"`
}

const (
	// maxHolders is how many of those who hold a role, or are invited to, are named.
	maxHolders = 10
	// maxInvited is up to how many invitations are counted.
	maxInvited = 1000
)

// maxJudged is how many holders of a role are looked at, one by one, when
// somebody changes it who may not do everything.
const maxJudged = 2000

// mayChangeHolders refuses a change of what a role gives when it would change the
// access of somebody who may do more than the caller.
func mayChangeHolders(ctx context.Context, tx iam.Tx, dir *authz.Directory, c *access.Caller, r *iam.Role) error {
	if c.Holds() == access.All {
		return nil
	}
	if r.Members > maxJudged {
		return iam.Errorf(iam.CodeEscalation, "So many people hold this role that only somebody who may do everything can change what it gives.").Because("holder_holds_more")
	}
	f := iam.UserFilter{Role: r.ID, Page: iam.Page{Limit: iam.MaxPageSize}}
	for {
		page, err := tx.ListUsers(ctx, c.Tenant, f)
		if err != nil {
			return err
		}
		for _, u := range page.Items {
			if err := mayChangeHolder(dir, c, u); err != nil {
				return err
			}
		}
		if f.Page.Cursor = page.Next; f.Page.Cursor == "" {
			return nil
		}
	}
}

func mayChangeHolder(dir *authz.Directory, c *access.Caller, u *iam.User) error {
	err := dir.MayActOn(c, u)
	if iam.CodeOf(err) != iam.CodeEscalation {
		return err
	}
	who := "Somebody"
	if c.Has(iam.PermUsersRead) {
		who = u.FullName()
	}
	return iam.Wrap(err, iam.CodeEscalation, "%s holds this role and may do more than you. Ask somebody who may do as much.", who).Because("holder_holds_more")
}

// inUse says who holds the role, and who is invited to hold it.
func (s *Service) inUse(ctx context.Context, tx iam.Tx, c *access.Caller, r *iam.Role) error {
	waiting := iam.InvitationFilter{Role: r.ID, State: iam.InvitationPending, Page: iam.Page{Limit: maxHolders}}
	invited, err := tx.CountInvitations(ctx, c.Tenant, waiting, maxInvited)
	if err != nil || r.Members == 0 && invited == 0 {
		return err
	}
	holders, invitations := []Holder{}, []Invited{}
	if c.Has(iam.PermUsersRead) && r.Members > 0 {
		page, err := tx.ListUsers(ctx, c.Tenant, iam.UserFilter{Role: r.ID, Page: iam.Page{Limit: maxHolders}})
		if err != nil {
			return err
		}
		for _, u := range page.Items {
			holders = append(holders, Holder{u.ID, u.FullName()})
		}
	}
	if c.Has(iam.PermUsersInvite) && invited > 0 {
		page, err := tx.Invitations(ctx, c.Tenant, waiting)
		if err != nil {
			return err
		}
		for _, i := range page.Items {
			invitations = append(invitations, Invited{i.ID, i.Email})
		}
	}
	return iam.Errorf(iam.CodeInUse, "%s", heldText(r.Members, invited)).
		With("holders_count", r.Members).With("holders", holders).With("invitations_count", invited).With("invitations", invitations)
}

// heldText says by how many a role is held, and what to do.
func heldText(holders int64, invited int) string {
	people := "1 person holds this role."
	if holders > 1 {
		people = fmt.Sprintf("%d people hold this role.", holders)
	}
	pending := "1 pending invitation gives this role."
	if invited > 1 {
		pending = fmt.Sprintf("%d pending invitations give this role.", invited)
	}
	switch {
	case invited == 0:
		return people + " Take it away from them first."
	case holders == 0:
		return pending + " Delete what is pending first, or wait until it is answered or over."
	}
	return people + " " + pending + " Take the role away and delete the invitations first."
}
