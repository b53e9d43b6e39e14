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

// maxHolders is how many of those who hold a role are named.
const maxHolders = 10

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

// inUse says who holds the role.
func (s *Service) inUse(ctx context.Context, tx iam.Tx, c *access.Caller, r *iam.Role) error {
	if r.Members == 0 {
		return nil
	}
	holders := []Holder{}
	if c.Has(iam.PermUsersRead) {
		page, err := tx.ListUsers(ctx, c.Tenant, iam.UserFilter{Role: r.ID, Page: iam.Page{Limit: maxHolders}})
		if err != nil {
			return err
		}
		for _, u := range page.Items {
			holders = append(holders, Holder{u.ID, u.FullName()})
		}
	}
	people := "1 person holds"
	if r.Members > 1 {
		people = fmt.Sprintf("%d people hold", r.Members)
	}
	return iam.Errorf(iam.CodeInUse, "%s this role. Take it away from them first.", people).
		With("holders_count", r.Members).With("holders", holders)
}
