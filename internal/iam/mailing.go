package iam

import (
	"context"
	"time"
)

// MailCancelled is the state of a mail that was taken back before it was sent.
const MailCancelled MailState = "cancelled"

// MailFilter selects mails. Zero fields do not filter.
type MailFilter struct {
	// Below restricts to mails about an organization and those below it.
	Below OrgID
	State MailState
	Page  Page
}

// MailSettings are how mails about an organization present themselves. An empty
// field is inherited from the organization above.
type MailSettings struct {
	Org        OrgID
	SenderName string
	ReplyTo    string
	// NoticesOff counts in the root organization: then nobody in the tenant is
	// told by mail when their access changes.
	NoticesOff bool
	Version    int64 // 0 where nothing was ever set
}

// MailTemplate is a tenant's own text of a kind of mail in a language. The body
// has paragraphs with empty lines between them.
type MailTemplate struct {
	Kind, Locale                string
	Subject, Body, Button, Note string
	// Own is false where there was a text and the built-in one is back.
	Own       bool
	UpdatedAt time.Time
	Version   int64 // 0 where there never was one
}

// MailTextStore keeps settings and texts of mails.
type MailTextStore interface {
	// AllMailSettings returns those of every organization that has some.
	AllMailSettings(ctx context.Context, tenant TenantID) ([]*MailSettings, error)
	// SetMailSettings replaces those of an organization whose version is that of m,
	// which it raises, or else answers CodePreconditionFailed; CodeNotFound when
	// there is no such organization.
	SetMailSettings(ctx context.Context, tenant TenantID, m *MailSettings) error
	// MailTemplates returns all texts that there are or were.
	MailTemplates(ctx context.Context, tenant TenantID) ([]*MailTemplate, error)
	// SetMailTemplate replaces the text whose version is that of m, which it raises,
	// or else answers CodePreconditionFailed.
	SetMailTemplate(ctx context.Context, tenant TenantID, m *MailTemplate) error
}

// AccessNotice waits to tell a person how their access has changed.
type AccessNotice struct {
	Tenant TenantID
	User   UserID
	Before string // what package notices knows of the access before the change
	DueAt  time.Time
}

// RoleNotice waits to note the holders of a role that has changed.
type RoleNotice struct {
	Tenant      TenantID
	Role        RoleID
	Permissions []Permission // what the role allowed before
	Next        string       // the cursor of the next page of holders
}

// OrgNotice waits to note the people of an organization, and of those below it,
// that was moved or may have other features.
type OrgNotice struct {
	Tenant   TenantID
	Org      OrgID
	Parent   OrgID    // before
	Features []string // before; nil for all
	Next     string   // the cursor of the next page of people
}

// NoticeStore keeps what people have yet to be told of their access.
type NoticeStore interface {
	// AddAccessNotice does nothing when the person has one already.
	AddAccessNotice(ctx context.Context, n *AccessNotice) error
	// TakeAccessNotices removes and returns up to n that are due, of any tenant.
	TakeAccessNotices(ctx context.Context, n int) ([]*AccessNotice, error)
	// AddRoleNotice does nothing when the role has one already.
	AddRoleNotice(ctx context.Context, n *RoleNotice) error
	// RoleNoticeForUpdate returns the oldest that no other transaction works on,
	// of any tenant; nil when there is none.
	RoleNoticeForUpdate(ctx context.Context) (*RoleNotice, error)
	// AdvanceRoleNotice sets the next page, or removes the notice when that is "".
	AdvanceRoleNotice(ctx context.Context, n *RoleNotice) error
	// AddOrgNotice, OrgNoticeForUpdate and AdvanceOrgNotice do the same with
	// organizations.
	AddOrgNotice(ctx context.Context, n *OrgNotice) error
	OrgNoticeForUpdate(ctx context.Context) (*OrgNotice, error)
	AdvanceOrgNotice(ctx context.Context, n *OrgNotice) error
}
