package demo

import (
	"context"
	"time"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/invitations"
)

// tell mails those whose access changed a while ago, as the server would have.
func (b *builder) tell(ctx context.Context) error {
	if b.tenant == nil {
		return nil
	}
	for more := true; more; {
		var err error
		if more, err = b.Tell(ctx); err != nil {
			return err
		}
	}
	return nil
}

// invite asks some people of the first client to join: an invitation that ran
// out, one that was taken back, one that was sent twice, and some that wait.
func (b *builder) invite() {
	const day = 24 * time.Hour
	client := b.company.Clients[0]
	send := func(ago time.Duration, roles []string, addresses ...string) {
		b.then(b.now.Add(-ago), func(ctx context.Context) error {
			_, err := b.Invitations.Create(ctx, b.admin, invitations.Create{
				Org: b.orgs[client.Slug], Roles: roles, Access: []string{"home", "conversations"}, Addresses: addresses,
			})
			return err
		})
	}
	again := func(ago time.Duration, address string, action invitations.Action) {
		b.then(b.now.Add(-ago), func(ctx context.Context) error {
			page, err := b.Invitations.List(ctx, b.admin, iam.InvitationFilter{Search: address})
			if err != nil || len(page.Items) == 0 {
				return err
			}
			_, err = b.Invitations.Bulk(ctx, b.admin, action, []iam.InvitationID{page.Items[0].ID})
			return err
		})
	}
	domain := "@" + client.Slug + ".example"
	send(23*day+2*time.Hour, nil, "petra.novak"+domain)
	send(6*day+7*time.Hour, nil, "warehouse"+domain, "samuel.adeyemi"+domain)
	again(6*day+6*time.Hour, "warehouse"+domain, invitations.ActionDelete)
	again(26*time.Hour, "samuel.adeyemi"+domain, invitations.ActionResend)
	send(5*time.Hour, []string{"org_admin"}, "lucia.ferraro"+domain)
	send(3*time.Hour, nil, "jun.takeda"+domain, "amelie.roux"+domain)
}
