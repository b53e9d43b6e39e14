package dashboard

import (
	"context"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/text"
)

// AnnouncementView is an announcement and the name of its organization.
type AnnouncementView struct {
	*iam.Announcement
	OrgName string
}

// Announcements returns one page of those of the organizations that the caller
// manages, newest first. It needs tabs.manage.
func (s *Service) Announcements(ctx context.Context, c *access.Caller, p iam.Page) (iam.List[AnnouncementView], error) {
	var out iam.List[AnnouncementView]
	below := c.Org
	if c.InRoot {
		below = ""
	}
	err := s.manage(ctx, c, s.Store.Read, func(tx iam.Tx, m manager) error {
		page, err := tx.AnnouncementsBelow(ctx, c.Tenant, below, p)
		if err != nil {
			return err
		}
		out = iam.List[AnnouncementView]{Items: make([]AnnouncementView, 0, len(page.Items)), Next: page.Next, Prev: page.Prev}
		for _, a := range page.Items {
			out.Items = append(out.Items, AnnouncementView{a, m.dir.Orgs[a.Org].Name})
		}
		return nil
	})
	return out, err
}

// Announce tells the people of an organization, and of those below it, something
// on their Home. It needs tabs.manage.
func (s *Service) Announce(ctx context.Context, c *access.Caller, org iam.OrgID, title, body string) (*AnnouncementView, error) {
	var out *AnnouncementView
	err := s.manage(ctx, c, s.Store.Write, func(tx iam.Tx, m manager) error {
		if !m.sees(org) {
			return iam.InvalidField("/organization_id", "unknown", "There is no such organization, or it is not below yours.")
		}
		a := &iam.Announcement{Org: org, Title: title, Body: body, AuthorID: c.User, Author: c.Name, PublishedAt: tx.Now()}
		if err := checkAnnouncement(a); err != nil {
			return err
		}
		a.ID = iam.AnnouncementID(s.IDs.NewID(iam.PrefixAnnouncement, tx.Now()))
		if err := tx.InsertAnnouncement(ctx, c.Tenant, a); err != nil {
			return err
		}
		out = &AnnouncementView{a, m.dir.Orgs[org].Name}
		return s.record(ctx, tx, c, "announcement.created", announcementTarget(a), iam.Change{Field: "organization", After: out.OrgName})
	})
	return out, err
}

// UpdateAnnouncement changes title and text; nil stays as it is. It needs
// tabs.manage; CodePreconditionFailed when it has changed since version.
func (s *Service) UpdateAnnouncement(ctx context.Context, c *access.Caller, id iam.AnnouncementID, version int64, title, body *string) (*AnnouncementView, error) {
	var out *AnnouncementView
	err := s.manage(ctx, c, s.Store.Write, func(tx iam.Tx, m manager) error {
		before, err := m.announcement(ctx, tx, id)
		if err != nil {
			return err
		}
		after := *before
		if title != nil {
			after.Title = *title
		}
		if body != nil {
			after.Body = *body
		}
		after.Version = version
		if err := checkAnnouncement(&after); err != nil {
			return err
		}
		if err := tx.UpdateAnnouncement(ctx, c.Tenant, &after); err != nil {
			return err
		}
		var changes audit.Changes
		changes.Add("title", before.Title, after.Title)
		changes.Add("body", before.Body, after.Body)
		out = &AnnouncementView{&after, m.dir.Orgs[after.Org].Name}
		return s.record(ctx, tx, c, "announcement.updated", announcementTarget(&after), changes...)
	})
	return out, err
}

// Announcement returns one that the caller manages.
func (s *Service) Announcement(ctx context.Context, c *access.Caller, id iam.AnnouncementID) (*AnnouncementView, error) {
	var out *AnnouncementView
	err := s.manage(ctx, c, s.Store.Read, func(tx iam.Tx, m manager) error {
		a, err := m.announcement(ctx, tx, id)
		if err != nil {
			return err
		}
		out = &AnnouncementView{a, m.dir.Orgs[a.Org].Name}
		return nil
	})
	return out, err
}

// DeleteAnnouncement takes an announcement away. It needs tabs.manage;
// CodePreconditionFailed when it has changed since version.
func (s *Service) DeleteAnnouncement(ctx context.Context, c *access.Caller, id iam.AnnouncementID, version int64) error {
	return s.manage(ctx, c, s.Store.Write, func(tx iam.Tx, m manager) error {
		a, err := m.announcement(ctx, tx, id)
		if err != nil {
			return err
		}
		if a.Version != version {
			return iam.Stale("announcement")
		}
		if err := tx.DeleteAnnouncement(ctx, c.Tenant, id); err != nil {
			return err
		}
		return s.record(ctx, tx, c, "announcement.deleted", announcementTarget(a), iam.Change{Field: "title", Before: a.Title})
	})
}

func (m manager) announcement(ctx context.Context, tx iam.Tx, id iam.AnnouncementID) (*iam.Announcement, error) {
	a, err := tx.Announcement(ctx, m.c.Tenant, id)
	if err == nil && !m.sees(a.Org) {
		return nil, iam.NotFound("announcement")
	}
	return a, err
}

func checkAnnouncement(a *iam.Announcement) error {
	var v text.Checker
	v.Name("/title", &a.Title)
	v.Description("/body", &a.Body)
	return v.Err()
}

func announcementTarget(a *iam.Announcement) audit.Target {
	return audit.Target{Type: "announcement", ID: string(a.ID), Name: a.Title, Org: a.Org}
}
