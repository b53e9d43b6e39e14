// Package notices tells people by mail how their access has changed: in plain
// words, and once for what changes within five minutes. A change notes what the
// person could do before, in its transaction; when the time is over, a
// background job compares that with what they can do then. What was taken back
// meanwhile is not worth a mail.
package notices

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/mail"
	"github.com/retinue/retinue/internal/mailbox"
)

const (
	// Delay is how long changes are collected.
	Delay = 5 * time.Minute
	// portion is how many people are told in one transaction, and how many
	// holders of a role are noted.
	portion = 100
)

// held is what somebody can do in one organization.
type held struct {
	Name        string           `json:"name"`
	Permissions []iam.Permission `json:"permissions"`
	Below       bool             `json:"below,omitempty"`     // it counts in what is below, too
	TeamOnly    bool             `json:"team_only,omitempty"` // by a role in a team, without a membership
}

// snapshot is what somebody can do, by organization.
type snapshot map[iam.OrgID]held

func snapshotOf(dir *authz.Directory, u *iam.User) snapshot {
	s := snapshot{}
	for i := range u.Memberships {
		org := u.Memberships[i].Org
		if o := dir.Orgs[org]; o != nil {
			s[org] = held{Name: o.Name, Permissions: dir.Subject(u, org).Potential().Permissions(), Below: u.Memberships[i].IncludesDescendants}
		}
	}
	for i := range u.Teams {
		h := &u.Teams[i]
		o := dir.Orgs[h.Org]
		if _, known := s[h.Org]; known || o == nil || h.Role == "" {
			continue
		}
		s[h.Org] = held{Name: o.Name, Permissions: dir.Subject(u, h.Org).Potential().Permissions(), TeamOnly: true}
	}
	return s
}

// Note remembers what a user can do before a change of their access, in the
// transaction of that change. before and dir are as they were.
func Note(ctx context.Context, tx iam.Tx, tenant iam.TenantID, dir *authz.Directory, before *iam.User) error {
	if before.Type == iam.TypeService || before.Type == iam.TypeClient || before.Email == "" {
		return nil
	}
	text, err := json.Marshal(snapshotOf(dir, before))
	if err != nil {
		return err
	}
	return tx.AddAccessNotice(ctx, &iam.AccessNotice{Tenant: tenant, User: before.ID, Before: string(text), DueAt: tx.Now().Add(Delay)})
}

// NoteRole remembers what a role allowed before a change, in the transaction of
// that change. Its holders are noted in the background: there may be many.
func NoteRole(ctx context.Context, tx iam.Tx, tenant iam.TenantID, role iam.RoleID, before []iam.Permission) error {
	return tx.AddRoleNotice(ctx, &iam.RoleNotice{Tenant: tenant, Role: role, Permissions: before})
}

// NoteOrg remembers where an organization stood and what it could have before a
// change, in the transaction of that change. Its people, and those of what is
// below it, are noted in the background: there may be many.
func NoteOrg(ctx context.Context, tx iam.Tx, tenant iam.TenantID, before *iam.Organization) error {
	return tx.AddOrgNotice(ctx, &iam.OrgNotice{Tenant: tenant, Org: before.ID, Parent: before.Parent, Features: before.Features})
}

// Service tells people.
type Service struct {
	Store   iam.Store
	Mailbox *mailbox.Service
}

// Work notes the holders of changed roles and tells those whose time has come, a
// portion of each; more is true when there is more to do at once.
func (s *Service) Work(ctx context.Context) (more bool, err error) {
	noted, err := s.spread(ctx)
	if err != nil {
		return false, err
	}
	more, err = s.spreadOrg(ctx)
	if err != nil {
		return false, err
	}
	noted = noted || more
	told, err := s.tell(ctx)
	return noted || told, err
}

func noteAll(ctx context.Context, tx iam.Tx, tenant iam.TenantID, dir *authz.Directory, people []*iam.User) error {
	for _, u := range people {
		if err := Note(ctx, tx, tenant, dir, u); err != nil {
			return err
		}
	}
	return nil
}

// spread notes one page of the holders of a changed role.
func (s *Service) spread(ctx context.Context) (more bool, err error) {
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		more = false
		n, err := tx.RoleNoticeForUpdate(ctx)
		if err != nil || n == nil {
			return err
		}
		dir, err := authz.Load(ctx, tx, n.Tenant)
		if err != nil {
			return err
		}
		dir = dir.WithRole(n.Role, n.Permissions)
		page, err := tx.ListUsers(ctx, n.Tenant, iam.UserFilter{Role: n.Role, Sort: iam.SortCreated, Page: iam.Page{Limit: portion, Cursor: n.Next}})
		if err != nil {
			return err
		}
		if err := noteAll(ctx, tx, n.Tenant, dir, page.Items); err != nil {
			return err
		}
		n.Next, more = page.Next, true
		return tx.AdvanceRoleNotice(ctx, n)
	})
	return more, err
}

// spreadOrg notes one page of the people of a changed organization and of those
// below it.
func (s *Service) spreadOrg(ctx context.Context) (more bool, err error) {
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		more = false
		n, err := tx.OrgNoticeForUpdate(ctx)
		if err != nil || n == nil {
			return err
		}
		dir, err := authz.Load(ctx, tx, n.Tenant)
		if err != nil {
			return err
		}
		dir = dir.WithOrg(n.Org, n.Parent, n.Features)
		f := iam.UserFilter{Orgs: dir.Subtree(n.Org), Sort: iam.SortCreated, Page: iam.Page{Limit: portion, Cursor: n.Next}}
		page, err := tx.ListUsers(ctx, n.Tenant, f)
		if iam.CodeOf(err) == iam.CodeInvalidCursor { // the tree has changed: from the start
			f.Page.Cursor = ""
			page, err = tx.ListUsers(ctx, n.Tenant, f)
		}
		if err != nil {
			return err
		}
		if err := noteAll(ctx, tx, n.Tenant, dir, page.Items); err != nil {
			return err
		}
		n.Next, more = page.Next, true
		return tx.AdvanceOrgNotice(ctx, n)
	})
	return more, err
}

// tell mails those whose time has come.
func (s *Service) tell(ctx context.Context) (more bool, err error) {
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		due, err := tx.TakeAccessNotices(ctx, portion)
		if err != nil {
			return err
		}
		more = len(due) == portion
		tenants := map[iam.TenantID]*tenant{}
		for _, n := range due {
			t := tenants[n.Tenant]
			if t == nil {
				if t, err = s.tenant(ctx, tx, n.Tenant); err != nil {
					return err
				}
				tenants[n.Tenant] = t
			}
			if err := s.tellOne(ctx, tx, t, n); err != nil {
				return err
			}
		}
		return nil
	})
	return more, err
}

// tenant is what is the same for everybody who is told.
type tenant struct {
	*iam.Tenant
	dir       *authz.Directory
	composers map[iam.OrgID]*mailbox.Composer
}

func (s *Service) tenant(ctx context.Context, tx iam.Tx, id iam.TenantID) (*tenant, error) {
	t, err := tx.Tenant(ctx, id)
	if err != nil {
		return nil, err
	}
	dir, err := authz.Load(ctx, tx, id)
	return &tenant{t, dir, map[iam.OrgID]*mailbox.Composer{}}, err
}

func (s *Service) tellOne(ctx context.Context, tx iam.Tx, t *tenant, n *iam.AccessNotice) error {
	u, err := tx.User(ctx, n.Tenant, n.User)
	if iam.CodeOf(err) == iam.CodeNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	var before snapshot
	if err := json.Unmarshal([]byte(n.Before), &before); err != nil {
		return errors.Join(fmt.Errorf("the notice of %s", n.User), err)
	}
	if u.Status != iam.StatusActive || len(u.Memberships) == 0 {
		return nil // they can't sign in: there is nothing to tell them of
	}
	locale := t.dir.SettingsOf(u).Locale
	gained, lost := differences(before, snapshotOf(t.dir, u), t.dir.RootOrg, locale)
	if len(gained)+len(lost) == 0 {
		return nil
	}
	org := t.dir.HomeOrg(u)
	w := t.composers[org]
	if w == nil {
		if w, err = s.Mailbox.Composer(ctx, tx, t.Tenant, org); err != nil {
			return err
		}
		t.composers[org] = w
	}
	if w.NoticesOff() {
		return nil
	}
	m, err := w.Write(mailbox.Letter{Kind: mail.AccessChanged, To: u.Email, Name: u.FullName(), Locale: locale, Gained: gained, Lost: lost})
	if err != nil {
		return err
	}
	return tx.EnqueueMail(ctx, m)
}

// differences says what has come and gone, a line each. What is not in the
// company itself names its organization.
func differences(before, after snapshot, root iam.OrgID, locale string) (gained, lost []string) {
	return more(before, after, root, locale), more(after, before, root, locale)
}

// more is what to has and from has not.
func more(from, to snapshot, root iam.OrgID, locale string) (lines []string) {
	for _, org := range slices.Sorted(maps.Keys(to)) {
		suffix := ""
		if org != root {
			suffix = " (" + to[org].Name + ")"
		}
		had, was := from[org]
		switch {
		case to[org].TeamOnly:
		case to[org].Below && !had.Below:
			lines = append(lines, mail.WorkBelow(locale, to[org].Name))
		case !was || had.TeamOnly:
			lines = append(lines, mail.WorkIn(locale, to[org].Name))
		}
		for _, p := range to[org].Permissions {
			if !slices.Contains(had.Permissions, p) {
				lines = append(lines, mail.Label(locale, string(p), access.Label(p))+suffix)
			}
		}
	}
	return lines
}
