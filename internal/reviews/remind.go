package reviews

import (
	"context"
	"time"

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
	people, err := authz.Holders(ctx, tx, tenant, dir, r.Org, iam.PermReviewsManage)
	if err != nil || len(people) == 0 {
		return err
	}
	w, err := s.Mailbox.Composer(ctx, tx, t, r.Org)
	if err != nil {
		return err
	}
	var mails []*iam.Mail
	for _, u := range people {
		m, err := w.Write(mailbox.Letter{Kind: mail.ReviewDue, To: u.Email, Name: u.FullName(), Locale: dir.SettingsOf(u).Locale})
		if err != nil {
			return err
		}
		mails = append(mails, m)
	}
	return tx.EnqueueMails(ctx, tenant, mails)
}

// inMonths is the same day some months later, or the month's last where it has no
// such day.
func inMonths(t time.Time, months int) time.Time {
	next := t.AddDate(0, months, 0)
	if next.Day() != t.Day() {
		next = next.AddDate(0, 0, -next.Day())
	}
	return next
}
