package reviews

import (
	"context"

	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/mail"
	"github.com/retinue/retinue/internal/mailbox"
)

// Remind mails those who may review an organization whose next review is due,
// once. It is a background job.
func (s *Service) Remind(ctx context.Context) (more bool, err error) {
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		due, err := tx.DueReviews(ctx, portion)
		if err != nil {
			return err
		}
		more = len(due) == portion
		for id, tenant := range due {
			if err := s.remind(ctx, tx, tenant, id); err != nil {
				return err
			}
		}
		return nil
	})
	return more, err
}

func (s *Service) remind(ctx context.Context, tx iam.Tx, tenant iam.TenantID, id iam.ReviewID) error {
	r, err := tx.ReviewForUpdate(ctx, tenant, id)
	if err != nil || !r.RemindedAt.IsZero() || r.NextDueAt.IsZero() {
		return err
	}
	r.RemindedAt = tx.Now()
	if err := tx.UpdateReview(ctx, tenant, r); err != nil {
		return err
	}
	t, err := tx.Tenant(ctx, tenant)
	if err != nil || t.Status != iam.StatusActive {
		return err
	}
	dir, err := authz.Load(ctx, tx, tenant)
	if err != nil || !dir.Active(r.Org) {
		return err
	}
	people, err := reviewers(ctx, tx, tenant, dir, r.Org)
	if err != nil || len(people) == 0 {
		return err
	}
	w, err := s.Mailbox.Composer(ctx, tx, t, r.Org)
	if err != nil {
		return err
	}
	var mails []*iam.Mail
	for _, u := range people {
		m, err := w.Write(mailbox.Letter{Kind: mail.ReviewDue, To: u.Email, Name: u.FullName(), Locale: u.Locale})
		if err != nil {
			return err
		}
		mails = append(mails, m)
	}
	return tx.EnqueueMails(ctx, tenant, mails)
}

// maxReviewers is how many people one reminder goes to.
const maxReviewers = 50

// reviewers are the active people who may review an organization: by a role, by
// a permission granted directly, or as tenant admins, there or further up.
func reviewers(ctx context.Context, tx iam.Tx, tenant iam.TenantID, dir *authz.Directory, org iam.OrgID) ([]*iam.User, error) {
	chain := append([]iam.OrgID{org}, dir.Ancestors(org)...)
	direct, err := tx.Grantees(ctx, tenant, chain, iam.PermReviewsManage)
	if err != nil {
		return nil, err
	}
	candidates, err := tx.UsersByIDs(ctx, tenant, direct)
	if err != nil {
		return nil, err
	}
	filters := []iam.UserFilter{{Type: iam.TypeTenantAdmin}}
	for _, role := range dir.Roles {
		for _, p := range role.Permissions {
			if p == iam.PermReviewsManage {
				filters = append(filters, iam.UserFilter{Role: role.ID})
			}
		}
	}
	for _, f := range filters {
		f.Orgs, f.Status, f.Page = chain, iam.StatusActive, iam.Page{Limit: maxReviewers}
		page, err := tx.ListUsers(ctx, tenant, f)
		if err != nil {
			return nil, err
		}
		candidates = append(candidates, page.Items...)
	}
	var out []*iam.User
	seen := map[iam.UserID]bool{}
	for _, u := range candidates {
		if seen[u.ID] || len(out) >= maxReviewers || u.Type == iam.TypeService || !dir.Subject(u, org).Effective().Has(iam.PermReviewsManage) {
			continue
		}
		seen[u.ID] = true
		out = append(out, u)
	}
	return out, nil
}
