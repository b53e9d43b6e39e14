package audit

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

// Deps are what the service works with.
type Deps struct {
	Store iam.Store
	IDs   iam.IDs
}

// Service reads the audit log and keeps its chain.
type Service struct{ Deps }

// NewService returns the service.
func NewService(d Deps) *Service { return &Service{Deps: d} }

// MayExport refuses who may not take the log out of the house: it needs
// audit.export.
func MayExport(c *access.Caller) error { return c.Require(iam.PermAuditExport) }

// List returns one page of the log, the newest first. It needs audit.read. Below
// the root organization it is of what concerns the caller's organization and
// those below it (see scope.go). f.Orgs names one organization at most, which
// stands for those below it, too. A page of a search can be short, even empty,
// and still have a next one.
func (s *Service) List(ctx context.Context, c *access.Caller, f iam.EventFilter) (iam.List[*iam.Event], error) {
	if err := c.Require(iam.PermAuditRead); err != nil {
		return iam.List[*iam.Event]{}, err
	}
	return s.listed(ctx, c, f)
}

// listed is events for who chose whose they want in a list.
func (s *Service) listed(ctx context.Context, c *access.Caller, f iam.EventFilter) (iam.List[*iam.Event], error) {
	page, err := s.events(ctx, c, f)
	if f.Involves != "" && iam.CodeOf(err) == iam.CodeNotFound {
		err = iam.InvalidField("/user_id", "unknown", "There is no such person.")
	}
	return page, err
}

// events reads a page of what the caller may see.
func (s *Service) events(ctx context.Context, c *access.Caller, f iam.EventFilter) (iam.List[*iam.Event], error) {
	var out iam.List[*iam.Event]
	if err := check(&f); err != nil {
		return out, err
	}
	err := s.Store.Read(ctx, func(tx iam.Tx) error {
		v, err := viewOf(ctx, tx, c, &f)
		if err != nil {
			return err
		}
		if out, err = tx.Events(ctx, c.Tenant, f); err != nil {
			return err
		}
		return v.mask(ctx, tx, out.Items)
	})
	return out, err
}

// of reads a page of another's events. CodeNotFound when there is nothing of
// somebody who is not there or not in sight; of who is gone the log still tells.
func (s *Service) of(ctx context.Context, c *access.Caller, f iam.EventFilter) (iam.List[*iam.Event], error) {
	out, err := s.events(ctx, c, f)
	if err != nil || len(out.Items) > 0 || out.Next != "" || f.Page.Cursor != "" {
		return out, err
	}
	return out, s.Store.Read(ctx, func(tx iam.Tx) error {
		_, _, err := authz.InSight(ctx, tx, c, iam.UserID(f.Involves))
		return err
	})
}

// maxSearch is the longest search, in bytes: names are no longer.
const maxSearch = 400

// check refuses what can't be filtered by, and writes an address as events have it.
func check(f *iam.EventFilter) error {
	if f.IP != "" {
		ip, err := netip.ParseAddr(strings.TrimSpace(f.IP))
		if err != nil {
			return iam.InvalidField("/ip", "format", "Enter an address such as 203.0.113.7.")
		}
		f.IP = ip.Unmap().String()
	}
	switch {
	case f.Outcome != "" && f.Outcome != iam.OutcomeSuccess && f.Outcome != iam.OutcomeFailure:
		return iam.InvalidField("/outcome", "unknown", "Choose success or failure.")
	case len(f.Search) > maxSearch:
		return iam.InvalidField("/search", "too_long", "Search for less.")
	case !f.From.IsZero() && !f.To.IsZero() && f.To.Before(f.From):
		return iam.InvalidField("/to", "before_from", "Choose an end that is not before the beginning.")
	}
	return nil
}

// History returns one page of the events in which a user acts or is acted on:
// one's own, or with audit.read another's, of which below the root organization
// only what List would tell. Of one's own it is not shown where somebody else
// acted to who may not read the log, nor who is behind the alias by which they
// know somebody, nor below the root who acted from outside, but for those who were
// logged in as oneself (see ownView). CodeNotFound as of says.
func (s *Service) History(ctx context.Context, c *access.Caller, user iam.UserID, p iam.Page) (iam.List[*iam.Event], error) {
	f := iam.EventFilter{Involves: string(user), Page: p}
	reads := c.Require(iam.PermAuditRead)
	switch {
	case !c.IsSelf(user) && reads != nil:
		return iam.List[*iam.Event]{}, reads
	case reads == nil && (c.InRoot || !c.IsSelf(user)):
		return s.of(ctx, c, f)
	}
	return s.own(ctx, c, f)
}

// Concerning is History for who may have all that is known of a user: below the
// root organization it tells no more of others than History does.
func (s *Service) Concerning(ctx context.Context, c *access.Caller, user iam.UserID, p iam.Page) (iam.List[*iam.Event], error) {
	f := iam.EventFilter{Involves: string(user), Page: p}
	if c.InRoot || !c.IsSelf(user) {
		return s.events(ctx, c, f)
	}
	return s.own(ctx, c, f)
}

// own reads a page of the caller's own history.
func (s *Service) own(ctx context.Context, c *access.Caller, f iam.EventFilter) (iam.List[*iam.Event], error) {
	var out iam.List[*iam.Event]
	err := s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		if out, err = tx.Events(ctx, c.Tenant, f); err != nil || c.InRoot {
			return err
		}
		v, err := ownView(ctx, tx, c)
		if err != nil {
			return err
		}
		return v.mask(ctx, tx, out.Items)
	})
	for _, e := range out.Items {
		if e.ActorID != string(c.User) {
			e.IP, e.UserAgent = "", ""
		}
	}
	if err == nil {
		err = s.rename(ctx, c, out.Items)
	}
	return out, err
}

// rename puts the aliases by which the caller knows people for their names.
func (s *Service) rename(ctx context.Context, c *access.Caller, events []*iam.Event) error {
	var ids []iam.UserID
	for _, e := range events {
		for _, id := range []iam.UserID{iam.UserID(e.ActorID), iam.UserID(e.TargetID)} {
			if !c.IsSelf(id) && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return s.Store.Read(ctx, func(tx iam.Tx) error {
		dir, err := authz.Load(ctx, tx, c.Tenant)
		if err != nil {
			return err
		}
		others, err := tx.UsersByIDs(ctx, c.Tenant, ids)
		if err != nil {
			return err
		}
		for _, u := range others {
			p, hidden := dir.PersonaFor(c, u)
			if hidden {
				renameIn(events, u.ID, p.Name)
			}
		}
		return nil
	})
}

func renameIn(events []*iam.Event, id iam.UserID, name string) {
	for _, e := range events {
		if e.ActorID == string(id) {
			e.ActorName = name
		}
		if e.TargetID == string(id) {
			e.TargetName = name
		}
	}
}

// Export calls fn with every event that the filter selects, the newest first,
// page by page, so that memory stays bounded. It needs audit.export; format is
// what it is written as. The export itself is audited before it begins.
func (s *Service) Export(ctx context.Context, c *access.Caller, f iam.EventFilter, format string, fn func(*iam.Event) error) error {
	if err := MayExport(c); err != nil {
		return err
	}
	f.Page = iam.Page{Limit: iam.MaxPageSize}
	if err := check(&f); err != nil {
		return err
	}
	if err := s.recordExport(ctx, c, f, format); err != nil {
		return err
	}
	for {
		page, err := s.listed(ctx, c, f)
		if err != nil {
			return err
		}
		for _, e := range page.Items {
			if err := fn(e); err != nil {
				return err
			}
		}
		if page.Next == "" {
			return nil
		}
		f.Page.Cursor = page.Next
	}
}

// Page returns one page of the events that the filter selects, the newest first,
// for a file: it needs audit.export.
func (s *Service) Page(ctx context.Context, c *access.Caller, f iam.EventFilter) (iam.List[*iam.Event], error) {
	if err := MayExport(c); err != nil {
		return iam.List[*iam.Event]{}, err
	}
	return s.listed(ctx, c, f)
}

// recordExport notes who took which part of the log out of the house.
func (s *Service) recordExport(ctx context.Context, c *access.Caller, f iam.EventFilter, format string) error {
	changes := Changes{{Field: "format", After: format}}
	changes.Add("action", "", f.Action)
	changes.Add("actor", "", f.Actor)
	changes.Add("target", "", f.Target)
	changes.Add("involves", "", f.Involves)
	changes.Add("outcome", "", string(f.Outcome))
	changes.Add("ip", "", f.IP)
	changes.Add("request_id", "", f.RequestID)
	changes.Add("search", "", f.Search)
	if len(f.Orgs) > 0 {
		changes = append(changes, iam.Change{Field: "organization", After: string(f.Orgs[0])})
	}
	if !f.From.IsZero() {
		changes = append(changes, iam.Change{Field: "from", After: f.From})
	}
	if !f.To.IsZero() {
		changes = append(changes, iam.Change{Field: "to", After: f.To})
	}
	return s.Store.Write(ctx, func(tx iam.Tx) error {
		return tx.AppendEvents(ctx, c.Tenant, New(s.IDs, tx.Now(), c, "audit.exported", Target{Type: "export", Name: "audit log"}, changes...))
	})
}

// actions are all actions that events tell of. A test compares them with what
// the sources record.
var actions = []string{
	"access.refused",
	"access_review.cancelled", "access_review.decided", "access_review.finished", "access_review.started",
	"agent.assignments_changed", "agent.created", "agent.deleted", "agent.updated",
	"announcement.created", "announcement.deleted", "announcement.updated",
	"api_key.created", "api_key.revoked",
	"audit.exported",
	"branding.updated",
	"custom_field.created", "custom_field.deleted", "custom_field.updated", "custom_fields.ordered",
	"domain.added", "domain.lapsed", "domain.removed", "domain.verified",
	"export.cancelled", "export.created", "export.deleted", "export.downloaded",
	"impersonation.changes_allowed", "impersonation.ended", "impersonation.started",
	"import.cancelled", "import.failed", "import.finished", "import.started", "import.uploaded",
	"invitation.accepted", "invitation.created", "invitation.deleted", "invitation.resent",
	"ip_exception.granted", "ip_exception.revoked",
	"mail.retried",
	"mail_settings.updated",
	"mail_template.reset", "mail_template.updated",
	"organization.created", "organization.deleted", "organization.moved", "organization.reactivated", "organization.suspended", "organization.updated",
	"policy.updated",
	"role.created", "role.deleted", "role.updated",
	"session.created", "session.ended", "session.revoked", "session.switched",
	"tab.created", "tab.deleted", "tab.updated",
	"tab_app.updated",
	"tabs.ordered",
	"team.created", "team.deleted", "team.member_added", "team.member_changed", "team.member_removed", "team.updated",
	"tenant.created", "tenant.reactivated", "tenant.suspended",
	"user.created", "user.data_exported", "user.deleted", "user.erased", "user.imported", "user.password_changed", "user.password_confirmed", "user.password_reset", "user.password_reset_requested", "user.reactivated", "user.suspended", "user.updated",
	"users.exported",
}

// Actions returns all actions that events tell of, sorted.
func Actions() []string {
	out := slices.Clone(actions)
	slices.Sort(out)
	return out
}
