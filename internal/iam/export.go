package iam

import (
	"context"
	"time"
)

// ExportID names an export.
type ExportID string

// PrefixExport begins the ids of exports.
const PrefixExport = "exp"

// ExportKind is the list that an export is of.
type ExportKind string

// The kinds of export.
const (
	ExportUsers       ExportKind = "users"
	ExportInvitations ExportKind = "invitations"
	ExportMemberships ExportKind = "memberships"
	ExportAudit       ExportKind = "audit"
)

// ExportFormat is how the file of an export is written.
type ExportFormat string

// The formats of exports.
const (
	FormatCSV    ExportFormat = "csv"
	FormatNDJSON ExportFormat = "ndjson"
)

// ExportState is how far an export is.
type ExportState string

// The states of an export.
const (
	ExportQueued    ExportState = "queued"
	ExportRunning   ExportState = "running"
	ExportReady     ExportState = "ready"
	ExportFailed    ExportState = "failed"
	ExportCancelled ExportState = "cancelled"
)

// ExportFilter selects the rows of an export, as the filters of the list do that
// it is of. Zero fields do not filter; all given ones combine.
type ExportFilter struct {
	Search string `json:"search,omitempty"`
	// Org and Below: of this organization, with Below also of those below it. For
	// invitations it always means those below, too.
	Org   OrgID `json:"organization,omitempty"`
	Below bool  `json:"below,omitempty"`
	// Of users and memberships.
	Email    string   `json:"email,omitempty"`
	External string   `json:"external_id,omitempty"`
	Status   Status   `json:"status,omitempty"`
	UserType UserType `json:"user_type,omitempty"`
	Role     string   `json:"role,omitempty"` // id or code
	Team     TeamID   `json:"team,omitempty"`
	Fields   []string `json:"fields,omitempty"` // values of custom fields, as key:value
	// Of invitations.
	State InvitationState `json:"state,omitempty"`
	// Of audit events.
	Action  string    `json:"action,omitempty"`
	Actor   string    `json:"actor,omitempty"`
	Target  string    `json:"target,omitempty"`
	User    string    `json:"user,omitempty"` // actor or target
	IP      string    `json:"ip,omitempty"`
	Request string    `json:"request,omitempty"`
	Outcome Outcome   `json:"outcome,omitempty"`
	From    time.Time `json:"from,omitzero"`
	To      time.Time `json:"to,omitzero"`
}

// UnknownRows is the RowsTotal of an export whose rows nobody has counted.
const UnknownRows = -1

// Export is a file made of a list in the background.
type Export struct {
	ID      ExportID
	Org     OrgID // where whoever asked for it acted: what it covers
	Kind    ExportKind
	Format  ExportFormat
	Columns []string // of a CSV file; nil for all
	Filter  ExportFilter
	State   ExportState

	RowsTotal int64 // UnknownRows when not known
	RowsDone  int64
	Size      int64  // bytes of the file that hold RowsDone rows
	Position  string // cursor of the list, where to go on
	// Attempt counts who took it up. Each attempt writes a file of its own, so
	// that one who comes back late spoils nothing.
	Attempt int64

	FailedReason string // for people, in English
	FailedCode   string // the same for programs; "" of what ended before there were codes
	CreatedBy    UserID
	CreatedName  string
	APIKey       APIKeyID // by which it was asked for, or ""
	// Granted is what whoever asked for it was allowed to: an API key may be
	// allowed less than its owner.
	Granted    []Permission
	CreatedAt  time.Time
	FinishedAt time.Time
	ExpiresAt  time.Time // of what is over: gone from then on; zero before
	LeaseUntil time.Time // somebody is working on it until then
}

// Unfinished tells whether there is something left to do.
func (e *Export) Unfinished() bool { return e.State == ExportQueued || e.State == ExportRunning }

// ExportStore keeps exports; their files are elsewhere.
type ExportStore interface {
	// InsertExport adds one. CodeNotFound when person or organization are gone.
	InsertExport(ctx context.Context, tenant TenantID, e *Export) error
	// UpdateExport writes how far it is: state, rows, size, position, reason, when
	// it was finished and expires, and the lease.
	UpdateExport(ctx context.Context, tenant TenantID, e *Export) error
	// DeleteExport forgets one.
	DeleteExport(ctx context.Context, tenant TenantID, id ExportID) error
	Export(ctx context.Context, tenant TenantID, id ExportID) (*Export, error)
	// ExportForUpdate reads it and keeps other writers of it out.
	ExportForUpdate(ctx context.Context, tenant TenantID, id ExportID) (*Export, error)
	// ExportsOf returns those of a person, the newest first.
	ExportsOf(ctx context.Context, tenant TenantID, user UserID) ([]*Export, error)
	// ClaimExport takes the lease of an unfinished export nobody works on, of any
	// tenant, and counts the attempt; nil when there is none.
	ClaimExport(ctx context.Context, lease time.Duration) (TenantID, *Export, error)
	// DeleteExpiredExports forgets up to limit that have expired, of all tenants,
	// and says how many.
	DeleteExpiredExports(ctx context.Context, limit int) (int64, error)
}
