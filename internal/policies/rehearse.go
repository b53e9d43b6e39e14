package policies

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

// shownPeople is how many names a rehearsal gives.
const shownPeople = 10

// Group is people who something happens to.
type Group struct {
	Sessions int
	People   int
	First    []*iam.User // a few whom the caller sees, by name
}

// Rehearsal is what a policy would do right now.
type Rehearsal struct {
	Sessions  int   // looked at
	SignedOut Group // their sessions would be over
	LockedOut Group // they came from an address that would not be let in
	Self      Fate  // of the caller's own session
}

// Fate is what happens to one session.
type Fate struct{ SignedOut, LockedOut bool }

func (f Fate) out() bool { return f.SignedOut || f.LockedOut }

func (f Fate) sentence() string {
	if f.LockedOut {
		return "You would lock yourself out: the address you come from would not be let in."
	}
	return "You would sign yourself out: your session would be over."
}

// Rehearse says who would be signed out or locked out if an organization set p.
func (s *Service) Rehearse(ctx context.Context, c *access.Caller, p *iam.Policy) (*Rehearsal, error) {
	if err := s.Flush(ctx); err != nil {
		return nil, err
	}
	var out *Rehearsal
	err := s.Store.Read(ctx, func(tx iam.Tx) error {
		before, dir, err := s.view(ctx, tx, c, p.Org)
		if err != nil {
			return err
		}
		if err := normalize(p, before.Own); err != nil {
			return err
		}
		if err := unlocked(before, p); err != nil {
			return err
		}
		self, err := s.self(ctx, tx, c, dir, dir.WithPolicy(p))
		if err != nil {
			return err
		}
		list, people, err := tx.LiveSessions(ctx, c.Tenant, access.AdminRoles())
		if err != nil {
			return err
		}
		out, err = s.rehearse(ctx, tx, c, dir, p, list, people)
		if out != nil {
			out.Self = self
		}
		return err
	})
	return out, err
}

// self is what becomes of the caller's own session between two directories, by
// the address of this request. For somebody logged in as somebody else it is what
// becomes of who really sits there: of that session, and of their own below it.
func (s *Service) self(ctx context.Context, tx iam.Tx, c *access.Caller, before, after *authz.Directory) (Fate, error) {
	if c.Session == "" {
		return Fate{}, nil // programs and the command line have no session to lose
	}
	live := []iam.LiveSession{{User: c.User, Org: c.Org, Address: c.IP, CreatedAt: tx.Now(), LastUsedAt: tx.Now()}}
	se, err := tx.AliveSession(ctx, c.Tenant, c.Session)
	if err != nil && iam.CodeOf(err) != iam.CodeNotFound {
		return Fate{}, err
	}
	ids := []iam.UserID{c.User}
	if se != nil {
		live[0].CreatedAt = se.CreatedAt
	}
	if se != nil && se.Actor != "" {
		own, err := tx.AliveSession(ctx, c.Tenant, se.ActorSession)
		if err != nil {
			return Fate{}, err
		}
		live[0].Actor, live[0].ActorOrg = se.Actor, se.ActorOrg
		live = append(live, iam.LiveSession{User: se.Actor, Org: se.ActorOrg, Address: c.IP, CreatedAt: own.CreatedAt, LastUsedAt: tx.Now()})
		ids = append(ids, se.Actor)
	}
	people := map[iam.UserID]*iam.User{}
	for _, id := range ids {
		if people[id], err = tx.User(ctx, c.Tenant, id); err != nil {
			return Fate{}, err
		}
	}
	var f Fate
	for i := range live {
		was, is := s.judge(before, people, &live[i], tx.Now()), s.judge(after, people, &live[i], tx.Now())
		f.SignedOut = f.SignedOut || is.SignedOut && !was.SignedOut
		f.LockedOut = f.LockedOut || is.LockedOut && !was.LockedOut
	}
	return f, nil
}

// judge says what policies make of a session now. Where somebody is logged in as
// somebody else, both count: the strictest values of the two, and from where who
// really sits there may act, in either's organization.
func (s *Service) judge(dir *authz.Directory, people map[iam.UserID]*iam.User, l *iam.LiveSession, now time.Time) Fate {
	u := people[l.User]
	rules := dir.RulesOf(u, l.Org, s.Limits)
	gates := []authz.Gate{dir.Gate(u, l.Org)}
	if actor := people[l.Actor]; actor != nil {
		rules = access.Strictest(rules, dir.RulesOf(actor, l.ActorOrg, s.Limits))
		gates = []authz.Gate{dir.Gate(actor, l.Org), dir.Gate(actor, l.ActorOrg)}
	}
	idle, absolute := rules.Ends(l.CreatedAt, l.LastUsedAt)
	f := Fate{SignedOut: !idle.IsZero() && !now.Before(idle) || !absolute.IsZero() && !now.Before(absolute)}
	for i := range gates {
		if ok, _ := gates[i].Allows(l.Address, now); !ok {
			f.LockedOut = true
		}
	}
	return f
}

// rehearse judges all sessions before and after.
func (s *Service) rehearse(ctx context.Context, tx iam.Tx, c *access.Caller, dir *authz.Directory, p *iam.Policy, list []iam.LiveSession, people map[iam.UserID]*iam.User) (*Rehearsal, error) {
	next := dir.WithPolicy(p)
	below := map[iam.OrgID]bool{}
	for _, o := range dir.Subtree(p.Org) {
		below[o] = true
	}
	out := &Rehearsal{}
	signedOut, lockedOut := map[iam.UserID]bool{}, map[iam.UserID]bool{}
	for i := range list {
		l := &list[i]
		u, actor := people[l.User], people[l.Actor]
		if u == nil || !touches(below, u, l.Org) && (actor == nil || !touches(below, actor, l.ActorOrg)) {
			continue
		}
		out.Sessions++
		is := s.judge(next, people, l, tx.Now())
		if !is.out() {
			continue
		}
		who := cmp.Or(l.Actor, l.User)
		was := s.judge(dir, people, l, tx.Now())
		if is.SignedOut && !was.SignedOut {
			out.SignedOut.Sessions++
			signedOut[who] = true
		}
		if is.LockedOut && !was.LockedOut {
			out.LockedOut.Sessions++
			lockedOut[who] = true
		}
	}
	visible := func(id iam.UserID) bool { return people[id] != nil && dir.Visible(c, people[id]) }
	if err := out.SignedOut.name(ctx, tx, c.Tenant, signedOut, visible); err != nil {
		return nil, err
	}
	return out, out.LockedOut.name(ctx, tx, c.Tenant, lockedOut, visible)
}

// touches tells whether policies of the organizations bind u acting in org.
func touches(orgs map[iam.OrgID]bool, u *iam.User, org iam.OrgID) bool {
	if orgs[org] {
		return true
	}
	for i := range u.Memberships {
		if orgs[u.Memberships[i].Org] {
			return true
		}
	}
	return false
}

// name fills in how many people there are, and the names of some of those that
// are visible: staff of the company count where they work, but are not named there.
func (g *Group) name(ctx context.Context, tx iam.Tx, tenant iam.TenantID, ids map[iam.UserID]bool, visible func(iam.UserID) bool) error {
	g.People, g.First = len(ids), []*iam.User{}
	some := make([]iam.UserID, 0, len(ids))
	for id := range ids {
		if visible(id) {
			some = append(some, id)
		}
	}
	slices.Sort(some)
	users, err := tx.UsersByIDs(ctx, tenant, some[:min(len(some), shownPeople)])
	if err != nil {
		return err
	}
	slices.SortFunc(users, func(a, b *iam.User) int { return cmp.Compare(a.FullName(), b.FullName()) })
	g.First = users
	return nil
}
