package branding

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

// What a check can find, as Domain.Problem says it.
const (
	ProblemNoRecord = "no_record"    // neither record nor file is there
	ProblemWrong    = "wrong_value"  // there is one, with another value
	ProblemNoAnswer = "no_answer"    // neither DNS nor the host answers
	ProblemTaken    = "taken"        // it is proved, but somebody else uses it
	ProblemPrivate  = "private_host" // the host has a private address
)

const checkTimeout = 10 * time.Second

// Verify looks for the proof that a domain is whose it is said to be, and lets
// it serve from then on. It needs branding.manage. What was found is in the
// answer's Problem; CodeThrottled when it was looked for just now.
func (s *Service) Verify(ctx context.Context, c *access.Caller, id iam.DomainID) (*DomainView, error) {
	v, err := s.verify(ctx, c, id)
	if err != nil {
		return nil, err
	}
	return v, s.Store.Read(ctx, func(tx iam.Tx) error {
		dir, err := authz.Load(ctx, tx, c.Tenant)
		if err != nil {
			return err
		}
		return mask(ctx, tx, dir, c, []DomainView{*v})
	})
}

func (s *Service) verify(ctx context.Context, c *access.Caller, id iam.DomainID) (*DomainView, error) {
	var v *DomainView
	err := s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		v, err = s.domain(ctx, tx, c, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	if next := v.CheckedAt.Add(patience); s.Clock.Now().Before(next) {
		e := iam.Errorf(iam.CodeThrottled, "This domain was checked just now. Wait a few seconds.")
		e.RetryAt = next
		return nil, e
	}
	problem := s.look(ctx, v.Domain)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	// The outside world took its time: what was read is read again.
	err = s.Store.Write(ctx, func(tx iam.Tx) (err error) {
		if v, err = s.domain(ctx, tx, c, id); err != nil {
			return err
		}
		return s.found(ctx, tx, c, v.Domain, problem)
	})
	if iam.CodeOf(err) == iam.CodeConflict {
		return s.taken(ctx, c, id)
	}
	s.forget()
	return v, err
}

// taken notes that a proved domain serves somebody else.
func (s *Service) taken(ctx context.Context, c *access.Caller, id iam.DomainID) (*DomainView, error) {
	var v *DomainView
	err := s.Store.Write(ctx, func(tx iam.Tx) (err error) {
		if v, err = s.domain(ctx, tx, c, id); err != nil {
			return err
		}
		v.CheckedAt, v.Problem = tx.Now(), ProblemTaken
		// It outlives the domain of the other, who has no proof of their own and
		// can't keep it by leading it here: see Answer.
		v.ExpiresAt = tx.Now().Add(2 * ClaimLifetime)
		return tx.UpdateDomain(ctx, v.Domain)
	})
	return v, err
}

// found writes what a check found: "" is the proof.
func (s *Service) found(ctx context.Context, tx iam.Tx, c *access.Caller, d *iam.Domain, problem string) error {
	before := d.CheckedAt
	d.CheckedAt, d.Problem = tx.Now(), problem
	switch {
	case problem == "" && d.VerifiedAt.IsZero():
		if taken, err := tx.TenantByHost(ctx, d.Host); err == nil && taken.ID != d.Tenant {
			return iam.Errorf(iam.CodeConflict, "This domain is in use already.").Because("domain_taken")
		} else if err != nil && iam.CodeOf(err) != iam.CodeNotFound {
			return err
		}
		d.VerifiedAt, d.FailingAt, d.ExpiresAt = tx.Now(), time.Time{}, time.Time{}
		if err := s.recordDomain(ctx, tx, c, "domain.verified", d); err != nil {
			return err
		}
	case problem == "":
		d.FailingAt = time.Time{}
	case d.VerifiedAt.IsZero():
	case d.FailingAt.IsZero():
		d.FailingAt = tx.Now()
	case tx.Now().Sub(d.FailingAt) >= forgiven:
		d.VerifiedAt, d.FailingAt, d.ExpiresAt = time.Time{}, time.Time{}, tx.Now().Add(ClaimLifetime)
		if err := s.recordDomain(ctx, tx, c, "domain.lapsed", d, iam.Change{Field: "problem", After: problem}); err != nil {
			return err
		}
	case before.Equal(d.FailingAt):
		// It was missing last time, too: no DNS server that was out of order for a
		// moment. Later checks don't tell again.
		if err := s.warn(ctx, tx, d); err != nil {
			return err
		}
	}
	return tx.UpdateDomain(ctx, d)
}

// warn mails those who manage the brand of a domain's organization that its
// proof is gone, and how long it serves without.
func (s *Service) warn(ctx context.Context, tx iam.Tx, d *iam.Domain) error {
	t, err := tx.Tenant(ctx, d.Tenant)
	if err != nil || t.Status != iam.StatusActive {
		return err
	}
	dir, err := authz.Load(ctx, tx, d.Tenant)
	if err != nil || !dir.Active(d.Org) {
		return err
	}
	people, err := authz.Holders(ctx, tx, d.Tenant, dir, d.Org, iam.PermBrandingManage)
	if err != nil {
		return err
	}
	const day = 24 * time.Hour
	left := max(day, (forgiven - tx.Now().Sub(d.FailingAt)).Truncate(day))
	data := map[string]string{
		"Org": string(d.Org), "Domain": d.Host, "Expires": tx.Now().Add(left).Format(time.RFC3339),
		"Link": "/admin/branding?organization=" + string(d.Org),
	}
	for _, u := range people {
		if err := s.Mailer.Enqueue(ctx, tx, t, u, "domain_failing", data); err != nil {
			return err
		}
	}
	return nil
}

// Recheck looks again for domains that were verified a day ago or more; those
// whose proof has been gone for a week stop to serve. It is a background job,
// and answers whether there may be more to do. One for which that goes wrong keeps
// the others from nothing; the error tells of it.
func (s *Service) Recheck(ctx context.Context) (more bool, err error) {
	const portion = 20
	var due []*iam.Domain
	err = s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		due, err = tx.DomainsToCheck(ctx, tx.Now().Add(-recheckAfter), portion)
		return err
	})
	if err != nil {
		return false, err
	}
	var failed []error
	for _, d := range due {
		problem := s.look(ctx, d)
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		err := s.Store.Write(ctx, func(tx iam.Tx) error {
			now, err := tx.Domain(ctx, d.Tenant, d.ID)
			if err != nil || now.VerifiedAt.IsZero() {
				return ignoreMissing(err)
			}
			return s.found(ctx, tx, &access.Caller{Tenant: d.Tenant, Name: "system", Actor: iam.ActorSystem}, now, problem)
		})
		if err != nil {
			failed = append(failed, fmt.Errorf("check the domain %s: %w", d.Host, err))
		}
	}
	s.forget()
	// What failed is due again: alone, it is no reason to go on at once.
	return len(due) == portion && len(failed) < portion, errors.Join(failed...)
}

func ignoreMissing(err error) error {
	if iam.CodeOf(err) == iam.CodeNotFound {
		return nil // it was removed while it was looked for
	}
	return err
}

// look searches for the proof of a domain: "" when it is there.
func (s *Service) look(ctx context.Context, d *iam.Domain) string {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	challenge := ChallengeOf(d)
	records, err := s.DNS.LookupTXT(ctx, challenge.RecordName)
	if err == nil && slices.ContainsFunc(records, func(r string) bool { return strings.TrimSpace(r) == challenge.Value }) {
		return ""
	}
	byFile := s.fetch(ctx, d.Host, challenge)
	switch {
	case byFile == "":
		return ""
	case len(records) > 0 || byFile == ProblemWrong:
		return ProblemWrong
	case byFile == ProblemPrivate:
		return ProblemPrivate
	case unreachable(err) && byFile == ProblemNoAnswer:
		return ProblemNoAnswer
	}
	return ProblemNoRecord
}

// unreachable tells a DNS that does not answer from one that knows no record.
func unreachable(err error) bool {
	e, ok := errors.AsType[*net.DNSError](err)
	return err != nil && !(ok && e.IsNotFound)
}

// fetch asks a host for the file that proves it. The one redirect that it
// follows is to the same file of the same host by https: the proof is about this
// host.
func (s *Service) fetch(ctx context.Context, host string, challenge Challenge) string {
	res, err := s.get(ctx, "http://"+host+challenge.Path)
	if err == nil && redirects(res, host, challenge.Path) {
		_ = res.Body.Close()
		res, err = s.get(ctx, "https://"+host+challenge.Path)
	}
	if errors.Is(err, errPrivate) {
		return ProblemPrivate
	}
	if err != nil {
		return ProblemNoAnswer
	}
	defer res.Body.Close()
	const longest = 512
	body, err := io.ReadAll(io.LimitReader(res.Body, longest))
	switch {
	case err != nil:
		return ProblemNoAnswer
	case res.StatusCode != http.StatusOK:
		return ProblemNoRecord
	case strings.TrimSpace(string(body)) != challenge.Value:
		return ProblemWrong
	}
	return ""
}

func (s *Service) get(ctx context.Context, address string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "Retinue-Domain-Check/1")
	return s.HTTP.Do(req)
}

// redirects tells whether an answer sends to the same path of the same host by
// https, and nowhere else.
func redirects(res *http.Response, host, path string) bool {
	if res.StatusCode < http.StatusMultipleChoices || res.StatusCode >= http.StatusBadRequest {
		return false
	}
	to, err := res.Location()
	return err == nil && to.Scheme == "https" && strings.EqualFold(to.Hostname(), host) && (to.Port() == "" || to.Port() == "443") &&
		to.User == nil && to.EscapedPath() == path && to.RawQuery == ""
}
