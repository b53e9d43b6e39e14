package iam

import (
	"context"
	"time"
)

// Store opens transactions. It has two implementations of one SQL text, on
// SQLite and on PostgreSQL, held together by one conformance suite.
type Store interface {
	// Write runs fn in one read-write transaction and commits when it returns
	// nil. A serialization conflict runs fn again, so fn must not have effects
	// outside of tx.
	Write(ctx context.Context, fn func(Tx) error) error
	// WritePortion is Write for one of many portions of a work that goes on with
	// the first portion that is not there. It need not wait for the disk: when the power
	// fails, the last portions may be gone, the latest first. What Write returns after
	// them keeps them, too. It is for adding: that what is referred to exists is for fn
	// to see to, and nothing that others refer to may be deleted.
	WritePortion(ctx context.Context, fn func(Tx) error) error
	// Read runs fn in one read-only snapshot.
	Read(ctx context.Context, fn func(Tx) error) error
	// ReadEach is Read for one question, or for some that need not fit together:
	// each may be answered from a snapshot of its own. On PostgreSQL it keeps no
	// connection busy until the transaction has ended.
	ReadEach(ctx context.Context, fn func(Tx) error) error
}

// Tx is one transaction with one "now". Every method that touches a tenant's
// rows takes the tenant; what belongs to another tenant is CodeNotFound.
type Tx interface {
	// Now is the moment of this transaction, the same for all it writes.
	Now() time.Time
	// AccessChanged makes cached access of the tenant's people stale as soon as
	// the transaction has committed, before Write returns.
	AccessChanged(TenantID)
	// Remember returns what load returned the last time that it was called for the
	// tenant in this process, unless a role, an organization, a policy or an
	// exception from one has changed since. What load reads must depend on nothing
	// else. The value is shared: nobody may change it.
	Remember(ctx context.Context, tenant TenantID, load func() (any, error)) (any, error)

	TenantStore
	OrgStore
	OrgTreeStore
	UserStore
	RoleStore
	TeamStore
	AgentStore
	BelongingStore
	PrivacyStore
	PictureStore
	PersonaStore
	SessionStore
	PolicyStore
	APIKeyStore
	PasswordResetStore
	ThrottleStore
	AuditStore
	MailStore
	IdempotencyStore
	ImportStore
	ExportStore
	InvitationStore
	MailTextStore
	NoticeStore
	DashboardStore
	BrandStore
	SigningKeyStore
	ReviewStore
	CustomFieldStore
}

// TenantStore keeps tenants. Its calls are the installation's, not a tenant's.
type TenantStore interface {
	// InsertTenant adds the tenant, its root organization and the rows of the
	// system roles. CodeConflict with pointer "/short_name" or "/hosts" when taken.
	InsertTenant(ctx context.Context, t *Tenant, root *Organization, systemRoles []*Role) error
	// UpdateTenant writes name, color, logo, hosts and status where version is
	// still t.Version, and increments it; else CodePreconditionFailed.
	UpdateTenant(ctx context.Context, t *Tenant) error
	Tenant(ctx context.Context, id TenantID) (*Tenant, error)
	TenantByShortName(ctx context.Context, name string) (*Tenant, error)
	// TenantByHost finds it by a host name that the operator has given it, or
	// that one of its organizations has verified.
	TenantByHost(ctx context.Context, host string) (*Tenant, error)
	// FindTenant finds it as TenantByHost does, else by its short name; where none
	// is given ("") and there is but one tenant, that one.
	FindTenant(ctx context.Context, host, shortName string) (*Tenant, error)
	// Tenants lists all tenants by short name; an installation has few.
	Tenants(ctx context.Context) ([]*Tenant, error)
	// SetupToken returns the hash of the one-time set-up token, or nil.
	SetupToken(ctx context.Context) ([]byte, error)
	// SetSetupToken replaces it; nil removes it.
	SetSetupToken(ctx context.Context, hash []byte) error
}

// OrgStore keeps the organizations of a tenant: few enough to list at once.
type OrgStore interface {
	InsertOrg(ctx context.Context, tenant TenantID, o *Organization) error
	// UpdateOrg writes everything but id and creation where version is still
	// o.Version, and increments it; else CodePreconditionFailed. Moving it below
	// itself is the caller's to refuse.
	UpdateOrg(ctx context.Context, tenant TenantID, o *Organization) error
	// DeleteOrg answers CodeInUse while it has children or members, and for the
	// root. Sessions that still act there go to its parent.
	DeleteOrg(ctx context.Context, tenant TenantID, id OrgID) error
	// Org and Orgs don't fill in Members; OrgMembers knows.
	Org(ctx context.Context, tenant TenantID, id OrgID) (*Organization, error)
	// Orgs returns all as the tree reads: each, then what is below it, by name.
	Orgs(ctx context.Context, tenant TenantID) ([]*Organization, error)
}

// UserStore keeps users and their memberships. Each of its writes keeps the
// counters and the user index in step, in the same transaction.
type UserStore interface {
	// InsertUser adds a user with its memberships and sets Seq. CodeConflict with
	// pointer "/email" or "/external_id" when taken.
	InsertUser(ctx context.Context, tenant TenantID, u *User) error
	// InsertUsers adds many, already sealed into the audit chain by events (one
	// per user, same order), as an import does: thousands in one call. It must
	// be the last write of its transaction. It calls turn once the users' rows are
	// written, before it touches the index and the chain, of which a tenant has
	// one: where several transactions write at once, turn can wait for the one
	// before and write what else belongs to the import.
	InsertUsers(ctx context.Context, tenant TenantID, users []*User, events []*Event, turn func() error) error
	// UpdateUser writes everything but id, seq, type and creation, and replaces
	// the memberships. before is what UserForUpdate returned in this transaction;
	// CodePreconditionFailed when the user has changed since. It sets the version
	// and the time of the update in after.
	UpdateUser(ctx context.Context, tenant TenantID, before, after *User) error
	// SetPasswordHash changes the hash alone, as an upgrade at sign-in does;
	// nothing happens when the hash is no longer old.
	SetPasswordHash(ctx context.Context, tenant TenantID, id UserID, old, hash string) error
	// RecordSignIn sets LastSignInAt to now.
	RecordSignIn(ctx context.Context, tenant TenantID, id UserID) error
	// DeleteUser removes the user, leaves a tombstone and frees the e-mail.
	DeleteUser(ctx context.Context, tenant TenantID, u *User, by string) error
	User(ctx context.Context, tenant TenantID, id UserID) (*User, error)
	// UserForUpdate reads the user and keeps other writers of it out until the
	// transaction ends.
	UserForUpdate(ctx context.Context, tenant TenantID, id UserID) (*User, error)
	// TenantAndUserForUpdate reads the tenant, too, and what Remember asks for.
	TenantAndUserForUpdate(ctx context.Context, tenant TenantID, id UserID) (*Tenant, *User, error)
	// UserForShare reads the user and keeps writers of it out until the
	// transaction ends, but not others who share. Whoever changes the same user in
	// the transaction calls UserForUpdate first.
	UserForShare(ctx context.Context, tenant TenantID, id UserID) (*User, error)
	UserByEmail(ctx context.Context, tenant TenantID, emailKey string) (*User, error)
	// UsersByIDs returns those that exist, in no order.
	UsersByIDs(ctx context.Context, tenant TenantID, ids []UserID) ([]*User, error)
	// PastMemberships returns which organizations people have left, sorted by
	// person and organization; those of people who are deleted, too.
	PastMemberships(ctx context.Context, tenant TenantID, ids []UserID) ([]PastMembership, error)
	// TakenUsers tells which of the e-mail keys and external ids are taken.
	TakenUsers(ctx context.Context, tenant TenantID, emailKeys, externalIDs []string) (emails map[string]UserID, external map[string]UserID, err error)
	// ListUsers returns one page in the filter's order.
	ListUsers(ctx context.Context, tenant TenantID, f UserFilter) (List[*User], error)
	// CountUsers counts exactly; the filter must not have a search.
	CountUsers(ctx context.Context, tenant TenantID, f UserFilter) (int64, error)
	// UsersElsewhere returns those members of any of the organizations who are
	// also members, or hold the role of a team, in another organization, be it
	// among these or not; in no order.
	UsersElsewhere(ctx context.Context, tenant TenantID, orgs []OrgID) ([]*User, error)
	UserStats(ctx context.Context, tenant TenantID) (UserStats, error)
	// LockAdmins makes transactions that could remove the last administrator
	// wait for each other.
	LockAdmins(ctx context.Context, tenant TenantID) error
	// OtherActiveAdmins tells whether an active tenant admin (byType), and an
	// active holder of the role admin in the root organization (byRole), other
	// than except exists.
	OtherActiveAdmins(ctx context.Context, tenant TenantID, except UserID) (byType, byRole bool, err error)
}

// RoleStore keeps roles; system roles are rows too, so that they can be held.
type RoleStore interface {
	InsertRole(ctx context.Context, tenant TenantID, r *Role) error
	// UpdateRole writes name, description and permissions where version is still
	// r.Version, and increments it; else CodePreconditionFailed. CodeImmutable for
	// a system role, as from DeleteRole.
	UpdateRole(ctx context.Context, tenant TenantID, r *Role) error
	// DeleteRole answers CodeInUse while somebody holds it.
	DeleteRole(ctx context.Context, tenant TenantID, id RoleID) error
	Role(ctx context.Context, tenant TenantID, id RoleID) (*Role, error)
	// Roles returns all, system roles first, then by name.
	Roles(ctx context.Context, tenant TenantID) ([]*Role, error)
}

// SessionStore keeps sessions.
type SessionStore interface {
	InsertSession(ctx context.Context, s *Session) error
	// SessionByToken finds an alive session by the hash of its token; the token
	// is what proves the tenant here.
	SessionByToken(ctx context.Context, hash []byte) (*Session, error)
	// AliveSession finds one by its id.
	AliveSession(ctx context.Context, tenant TenantID, id SessionID) (*Session, error)
	// AllowChanges lets the one who is logged in as somebody else change things.
	AllowChanges(ctx context.Context, tenant TenantID, id SessionID) error
	// SessionsOf returns the alive sessions of a user, latest use first.
	SessionsOf(ctx context.Context, tenant TenantID, user UserID) ([]*Session, error)
	// SetSessionOrg sets where an alive session of the user acts by itself, and
	// tells whether that is new; CodeNotFound when there is no such session.
	SetSessionOrg(ctx context.Context, tenant TenantID, user UserID, id SessionID, org OrgID) (bool, error)
	// EndSession ends one; CodeNotFound when it is not an alive one of the user.
	EndSession(ctx context.Context, tenant TenantID, user UserID, id SessionID) error
	// EndSessions ends all of a user but except ("" for none) and says how many.
	EndSessions(ctx context.Context, tenant TenantID, user UserID, except SessionID) (int, error)
	// TouchSessions records last uses, in bulk.
	TouchSessions(ctx context.Context, used map[SessionID]time.Time) error
	// PurgeSessions removes those that ended or expired before t.
	PurgeSessions(ctx context.Context, t time.Time) error
}

// APIKeyStore keeps API keys.
type APIKeyStore interface {
	InsertAPIKey(ctx context.Context, k *APIKey) error
	// APIKeyBySecret finds a key by the hash of its secret, in whatever state.
	APIKeyBySecret(ctx context.Context, hash []byte) (*APIKey, error)
	// APIKeys returns one page of the keys, newest first.
	APIKeys(ctx context.Context, tenant TenantID, f APIKeyFilter) (List[*APIKey], error)
	APIKey(ctx context.Context, tenant TenantID, id APIKeyID) (*APIKey, error)
	RevokeAPIKey(ctx context.Context, tenant TenantID, id APIKeyID) error
	TouchAPIKeys(ctx context.Context, used map[APIKeyID]time.Time) error
}

// PasswordResetStore keeps the links by which people set a new password.
type PasswordResetStore interface {
	// InsertPasswordReset replaces all earlier ones of the user.
	InsertPasswordReset(ctx context.Context, r *PasswordReset) error
	// PasswordReset returns an unused, unexpired one without using it.
	PasswordReset(ctx context.Context, hash []byte) (*PasswordReset, error)
	// UsePasswordReset marks an unused, unexpired one as used and returns it;
	// CodeNotFound otherwise. Of two at once, one succeeds.
	UsePasswordReset(ctx context.Context, hash []byte) (*PasswordReset, error)
	// DeletePasswordResets makes the links of a user useless. UpdateUser does so
	// by itself when the password or the e-mail changes.
	DeletePasswordResets(ctx context.Context, tenant TenantID, id UserID) error
}

// Throttle is how often something failed lately.
type Throttle struct {
	Failures int
	First    time.Time // of this run of failures
	Until    time.Time // refused until then; zero when not
}

// ThrottleStore counts failed sign-ins by key: an account or an address.
type ThrottleStore interface {
	Throttles(ctx context.Context, tenant TenantID, keys []string) (map[string]Throttle, error)
	// ThrottlesForUpdate reads them and keeps others who would change them waiting
	// until the transaction ends: of failures at one instant each counts.
	ThrottlesForUpdate(ctx context.Context, tenant TenantID, keys []string) (map[string]Throttle, error)
	SetThrottle(ctx context.Context, tenant TenantID, key string, t Throttle) error
	ClearThrottle(ctx context.Context, tenant TenantID, key string) error
	// ClearThrottles forgets all keys of a group: those that begin with it and a colon.
	ClearThrottles(ctx context.Context, tenant TenantID, group string) error
}

// AuditStore keeps the audit log: append-only, chained by hashes per tenant.
type AuditStore interface {
	// AppendEvents adds events of a tenant that the transaction has read or
	// written; they are sealed in the background.
	AppendEvents(ctx context.Context, tenant TenantID, events ...*Event) error
	Events(ctx context.Context, tenant TenantID, f EventFilter) (List[*Event], error)
	// SealEvents chains up to limit unsealed events and says how many it did.
	SealEvents(ctx context.Context, tenant TenantID, limit int) (int, error)
	// VerifyEvents walks the chain and answers with the first breach, or nil,
	// and how many events are sealed.
	VerifyEvents(ctx context.Context, tenant TenantID) (sealed int64, breach *ChainBreach, err error)
	// SealedHash returns the hash of the event at a place in the chain, which
	// begins with 1; 0 is the beginning that the first one is sealed behind.
	// CodeNotFound when the chain has no such place.
	SealedHash(ctx context.Context, tenant TenantID, seq int64) ([]byte, error)
}

// ChainBreach is where an audit chain does not hold.
type ChainBreach struct {
	Seq   int64
	Event EventID
	Kind  string // "changed", "missing", "reordered", "truncated"
}

// Mail is an entry of the outbox of mails.
type Mail struct {
	ID            MailID
	Tenant        TenantID
	Org           OrgID // whom it is about; "" for the company itself
	Kind          string
	FromName      string // "" for that of the installation or the tenant
	ReplyTo       string // "" for none
	To            string
	Subject       string
	Text          string
	HTML          string
	State         MailState
	Attempts      int
	LastError     string // why the latest attempt failed, for people
	Problem       MailProblem
	CreatedAt     time.Time
	NextAttemptAt time.Time
	SentAt        time.Time
}

// MailState is how far a mail is.
type MailState string

// The states of a mail. Kept means that no SMTP server is set: the mail is
// shown in the console and goes nowhere.
const (
	MailQueued MailState = "queued"
	MailSent   MailState = "sent"
	MailKept   MailState = "kept"
	MailFailed MailState = "failed"
)

// MailProblem is why the latest attempt to send a mail failed, for programs; ""
// when none did, and of attempts from before there were codes.
type MailProblem string

// The problems of mails.
const (
	MailExpired     MailProblem = "expired"     // the link in it works no more
	MailRefused     MailProblem = "refused"     // the server did not take it: the error is what it said
	MailUnreachable MailProblem = "unreachable" // the server could not be reached, or hung up
	MailCredentials MailProblem = "credentials" // the server did not take Retinue's name and password
	MailInvalid     MailProblem = "invalid"     // no server could deliver it, such as to an address that is none
)

// MailStore is the outbox of mails.
type MailStore interface {
	EnqueueMail(ctx context.Context, m *Mail) error
	// EnqueueMails adds many of one tenant at once.
	EnqueueMails(ctx context.Context, tenant TenantID, list []*Mail) error
	// CancelMails takes back and empties those of the mails that were not handed
	// over, sent or not.
	CancelMails(ctx context.Context, tenant TenantID, ids []MailID) error
	// ClaimMails takes up to n due mails for lease: no other node gets them
	// before it is over. A mail that is due later than any delay can make it is
	// due as well: the clock was wrong when that was written.
	ClaimMails(ctx context.Context, n int, lease time.Duration) ([]*Mail, error)
	// UpdateMail writes both bodies, state, attempts, last error, next attempt and
	// sent time.
	UpdateMail(ctx context.Context, m *Mail) error
	Mail(ctx context.Context, tenant TenantID, id MailID) (*Mail, error)
	Mails(ctx context.Context, tenant TenantID, f MailFilter) (List[*Mail], error)
}

// Import is one CSV import of users.
type Import struct {
	ID           ImportID
	Org          OrgID // where it is at home; "" for the root in old ones
	FileName     string
	FileKey      string // where the upload is kept
	State        ImportState
	RowsTotal    int64
	RowsChecked  int64
	RowsValid    int64
	RowsInvalid  int64
	RowsDone     int64 // rows dealt with; a restart goes on after them
	Created      int64
	Skipped      int64
	FailedReason string // for people, in English
	FailedCode   string // the same for programs; "" of what ended before there were codes
	CreatedBy    UserID
	CreatedName  string
	APIKey       APIKeyID // by which it was uploaded or started, or ""
	// Granted is what whoever started it was allowed to: an API key may be
	// allowed less than its owner.
	Granted    []Permission
	CreatedAt  time.Time
	FinishedAt time.Time
	LeaseUntil time.Time // somebody is working on it until then
	// StartedFrom is for the events of what it does; it is kept until it is over.
	StartedFrom Origin
}

// Origin is the request by which work began that goes on after it.
type Origin struct{ IP, UserAgent, RequestID string }

// ImportState is how far an import is.
type ImportState string

// The states of an import.
const (
	ImportChecking  ImportState = "checking"
	ImportReady     ImportState = "ready"
	ImportRunning   ImportState = "running"
	ImportDone      ImportState = "done"
	ImportFailed    ImportState = "failed"
	ImportCancelled ImportState = "cancelled"
)

// Unfinished tells whether somebody or something may go on with it: its file is
// kept.
func (i *Import) Unfinished() bool {
	return i.State == ImportChecking || i.State == ImportReady || i.State == ImportRunning
}

// ImportRow is one line of an import's report.
type ImportRow struct {
	Line    int64
	Field   string
	Code    string
	Message string
	Action  string // create, skip, error
}

// ImportStore keeps imports and their reports.
type ImportStore interface {
	InsertImport(ctx context.Context, tenant TenantID, i *Import) error
	UpdateImport(ctx context.Context, tenant TenantID, i *Import) error
	Import(ctx context.Context, tenant TenantID, id ImportID) (*Import, error)
	// ImportForUpdate reads it and keeps other writers of it out.
	ImportForUpdate(ctx context.Context, tenant TenantID, id ImportID) (*Import, error)
	// Imports returns the latest hundred of those that are wanted.
	Imports(ctx context.Context, tenant TenantID, wanted func(*Import) bool) ([]*Import, error)
	// ClaimImport takes the lease of an unfinished import nobody works on, of
	// any tenant, which the caller can do; nil when there is none.
	ClaimImport(ctx context.Context, lease time.Duration, can func(TenantID, *Import) bool) (TenantID, *Import, error)
	AddImportRows(ctx context.Context, tenant TenantID, id ImportID, rows []ImportRow) error
	// ImportRows returns the report by line; action "" is for all lines.
	ImportRows(ctx context.Context, tenant TenantID, id ImportID, action string, p Page) (List[ImportRow], error)
}
