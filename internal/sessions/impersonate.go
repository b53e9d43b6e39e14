package sessions

import (
	"context"
	"strings"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

// impersonationLifetime is how long somebody stays logged in as somebody else.
const impersonationLifetime = 30 * time.Minute

// maxReason is the longest reason, in characters.
const maxReason = 200

// loadActor reads who is logged in as p.User, and whether their own session is
// still there: CodeNotFound when either is gone.
func (s *Service) loadActor(ctx context.Context, tx iam.Tx, p *Principal) (err error) {
	own, err := tx.AliveSession(ctx, p.Session.Tenant, p.Session.ActorSession)
	if err != nil {
		return err
	}
	if own.User != p.Session.Actor || own.Actor != "" {
		return iam.NotFound("session")
	}
	p.Actor, err = tx.User(ctx, p.Session.Tenant, p.Session.Actor)
	return err
}

// actAs narrows a session in which somebody is logged in as somebody else to
// what both may do, and ends it when it would not be allowed to begin now.
func (s *Service) actAs(p *Principal, dir *authz.Directory) error {
	if p.Actor == nil {
		return nil
	}
	actor := s.actorOf(p, dir)
	if err := s.mayImpersonate(dir, actor, p.User, p.Org.ID); err != nil {
		return unauthenticated()
	}
	both := p.Caller.Holds() & actor.Holds()
	p.Caller.Effective &= actor.Effective
	p.Caller.Dormant = both &^ p.Caller.Effective
	p.Caller.Impersonator = &access.Impersonator{ID: p.Actor.ID, Name: p.Actor.FullName(), MayChange: p.Session.MayChange}
	return nil
}

// actorOf is the caller that the actor is in their own organization.
func (s *Service) actorOf(p *Principal, dir *authz.Directory) *access.Caller {
	org := p.Session.ActorOrg
	c := &access.Caller{
		Tenant: p.Tenant.ID, User: p.Actor.ID, Name: p.Actor.FullName(), Type: p.Actor.Type, Org: org, InRoot: org == dir.RootOrg,
		Actor: iam.ActorUser, Session: p.Session.ActorSession,
	}
	if dir.MayActIn(p.Actor, org) == nil {
		subject := dir.Subject(p.Actor, org)
		c.Effective, c.Dormant = subject.Effective(), subject.Dormant()
	}
	return c
}

// mayImpersonate refuses when c may not log in as u, who then acts in org, or at
// home while they can't.
func (s *Service) mayImpersonate(dir *authz.Directory, c *access.Caller, u *iam.User, org iam.OrgID) error {
	if err := c.Require(iam.PermUsersImpersonate); err != nil {
		return err
	}
	if org == "" || dir.MayActIn(u, org) != nil {
		org = dir.HomeOrg(u)
	}
	switch {
	case !dir.Visible(c, u):
		return iam.NotFound("user")
	case c.IsSelf(u.ID):
		return iam.Errorf(iam.CodeEscalation, "This is you.").Because("yourself")
	case u.Type == iam.TypeService || u.Type == iam.TypeClient:
		return iam.Errorf(iam.CodeConflict, "%s has no console to log in to.", u.FullName()).Because("no_console")
	case u.Status != iam.StatusActive:
		return iam.Errorf(iam.CodeConflict, "%s is suspended. Activate the account first.", u.FullName()).Because("person_suspended")
	case org == "":
		return iam.Errorf(iam.CodeConflict, "%s belongs to no organization that is active.", u.FullName()).Because("person_without_organization")
	}
	if err := dir.MayActOn(c, u); err != nil {
		return err
	}
	// Where they act by a membership above they may hold more than in any of theirs.
	if err := access.MayActOn(c.Holds(), dir.Subject(u, org).Holds()); err != nil {
		return err
	}
	if r := dir.RulesOf(u, org, s.Limits()).Impersonation; !r.Value {
		return iam.Errorf(iam.CodeConflict, "The policy of %s lets nobody log in as its people.", dir.Orgs[r.Source].Name).Because("policy_forbids")
	}
	return nil
}

// Impersonation says as whom somebody wants to be logged in.
type Impersonation struct {
	User iam.UserID
	// Org is in which organization, "" for the person's home.
	Org    iam.OrgID
	Reason string
}

// Impersonate logs the caller in as another user, to look but not to change: it
// needs users.impersonate. The caller's own session stays as it is; the new one
// ends with it, after half an hour, or when it would not be allowed any more.
// CodeEscalation for somebody who may do more than the caller, CodeImpersonating
// for who is logged in as somebody else already, CodeNotFound for an organization
// out of the caller's sight, CodeConflict for one in which the person can't act and
// CodeIPRefused where the caller's address is not let in.
func (s *Service) Impersonate(ctx context.Context, c *access.Caller, in Impersonation, from Client) (*SignedIn, error) {
	if err := c.Personally(); err != nil {
		return nil, err
	}
	if c.Session == "" {
		return nil, iam.Errorf(iam.CodeForbidden, "This is for people who are signed in, not for API keys.").Because("people_only")
	}
	reason, err := cleanReason(in.Reason)
	if err != nil {
		return nil, err
	}
	token, hash, err := s.newToken()
	if err != nil {
		return nil, err
	}
	var se *iam.Session
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		dir, err := authz.Load(ctx, tx, c.Tenant)
		if err != nil {
			return err
		}
		u, err := tx.User(ctx, c.Tenant, in.User)
		if err != nil {
			return err
		}
		if err := s.mayImpersonate(dir, c, u, in.Org); err != nil {
			return err
		}
		org, err := landing(dir, c, u, in.Org)
		if err != nil {
			return err
		}
		se = s.newSession(tx, c.Tenant, u.ID, org, hash, from, impersonationLifetime)
		se.Actor, se.ActorOrg, se.ActorSession, se.Reason = c.User, c.Org, c.Session, reason
		if err := s.passAs(ctx, tx, dir, se, u, from); err != nil {
			return err
		}
		if err := tx.InsertSession(ctx, se); err != nil {
			return err
		}
		e := audit.New(s.IDs, tx.Now(), c, "impersonation.started", audit.User(u), iam.Change{Field: "reason", After: reason})
		return tx.AppendEvents(ctx, c.Tenant, e)
	})
	if err != nil {
		return nil, s.told(ctx, err, from)
	}
	p, err := s.AuthenticateRequest(ctx, Request{Token: token, From: from})
	if err != nil {
		return nil, err
	}
	return &SignedIn{Token: token, Session: se, Principal: p}, nil
}

// passAs refuses who may not act as u from where they are, before it begins.
func (s *Service) passAs(ctx context.Context, tx iam.Tx, dir *authz.Directory, se *iam.Session, u *iam.User, from Client) error {
	actor, err := tx.User(ctx, se.Tenant, se.Actor)
	if err != nil {
		return err
	}
	p := &Principal{Tenant: &iam.Tenant{ID: se.Tenant}, Session: se, User: u, Actor: actor, Org: dir.Orgs[se.Org]}
	s.bind(p, dir)
	return p.pass(from.IP, tx.Now())
}

// landing is where somebody acts who is logged in as u: in the organization asked
// for, "" for u's home.
func landing(dir *authz.Directory, c *access.Caller, u *iam.User, org iam.OrgID) (iam.OrgID, error) {
	if org == "" {
		return dir.HomeOrg(u), nil
	}
	if !dir.Within(org, c.Org) {
		return "", iam.NotFound("organization")
	}
	switch err := dir.MayActIn(u, org); iam.CodeOf(err) {
	case iam.CodeNotMember:
		return "", iam.Errorf(iam.CodeConflict, "%s does not belong to %s any more.", u.FullName(), dir.OrgName(org)).Because("not_there_any_more")
	case iam.CodeOrganizationSuspended:
		return "", iam.Errorf(iam.CodeConflict, "%s is suspended. Reactivate it first.", dir.OrgName(org)).Because("organization_is_suspended")
	default:
		return org, err
	}
}

func cleanReason(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	switch {
	case reason == "":
		return "", iam.InvalidField("/reason", "required", "Say why. It is kept in the audit log, and the person can read it.")
	case len([]rune(reason)) > maxReason:
		return "", iam.InvalidField("/reason", "too_long", "Use at most 200 characters.")
	}
	return reason, nil
}

// AllowChanges lets the caller, who is logged in as somebody else, change what
// that person may change. It is logged on its own.
func (s *Service) AllowChanges(ctx context.Context, p *Principal, c *access.Caller) error {
	if c.Impersonator == nil {
		return iam.Errorf(iam.CodeConflict, "You are not logged in as anybody else.").Because("not_impersonating")
	}
	if c.Impersonator.MayChange {
		return nil
	}
	return s.Store.Write(ctx, func(tx iam.Tx) error {
		if err := tx.AllowChanges(ctx, c.Tenant, c.Session); err != nil {
			return err
		}
		tx.AccessChanged(c.Tenant)
		dir, err := authz.Load(ctx, tx, c.Tenant)
		if err != nil {
			return err
		}
		e := audit.New(s.IDs, tx.Now(), c, "impersonation.changes_allowed", audit.At(dir, c.Org, p.User), iam.Change{Field: "reason", After: p.Session.Reason})
		return tx.AppendEvents(ctx, c.Tenant, e)
	})
}

// EndImpersonation ends the session of a token in which somebody is logged in as
// somebody else. One that is over already is no error.
func (s *Service) EndImpersonation(ctx context.Context, token string, from Client) error {
	if token == "" || len(token) > 200 || strings.HasPrefix(token, KeyPrefix) {
		return nil
	}
	err := s.Store.Write(ctx, func(tx iam.Tx) error {
		se, err := tx.SessionByToken(ctx, hashToken(token))
		if err != nil || se.Actor == "" {
			return err
		}
		if err := tx.EndSession(ctx, se.Tenant, se.User, se.ID); err != nil {
			return err
		}
		tx.AccessChanged(se.Tenant)
		u, err := tx.User(ctx, se.Tenant, se.User)
		if err != nil {
			return err
		}
		actor, err := tx.User(ctx, se.Tenant, se.Actor)
		if err != nil {
			return err
		}
		who := &access.Caller{
			Actor: iam.ActorUser, User: actor.ID, Name: actor.FullName(), IP: from.IP, UserAgent: from.UserAgent, RequestID: from.RequestID,
		}
		return tx.AppendEvents(ctx, se.Tenant, audit.New(s.IDs, tx.Now(), who, "impersonation.ended", audit.User(u)))
	})
	return ignoreNotFound(err)
}

func ignoreNotFound(err error) error {
	if iam.CodeOf(err) == iam.CodeNotFound {
		return nil
	}
	return err
}
