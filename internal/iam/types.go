package iam

import (
	"slices"
	"strings"
	"time"
)

// UserType is what a user is for. It is chosen at creation and never changes.
type UserType string

// The user types.
const (
	TypeTenantAdmin UserType = "tenant_admin"
	TypeBotAdmin    UserType = "bot_admin"
	TypeSupervisor  UserType = "supervisor"
	TypeAgent       UserType = "agent"
	TypeAnalyst     UserType = "analyst"
	TypeViewer      UserType = "viewer"
	TypeMember      UserType = "member"
	TypeClient      UserType = "client"
	TypeService     UserType = "service"
)

// UserTypes are all user types, in the order in which screens show them.
var UserTypes = []UserType{
	TypeTenantAdmin, TypeBotAdmin, TypeSupervisor, TypeAgent, TypeAnalyst, TypeViewer, TypeMember, TypeClient, TypeService,
}

// Valid tells whether t is one of the user types.
func (t UserType) Valid() bool {
	return slices.Contains(UserTypes, t)
}

// Status says whether a user may sign in.
type Status string

// The statuses of a user, an organization and a tenant.
const (
	StatusActive    Status = "active"
	StatusSuspended Status = "suspended"
)

// Valid tells whether s is a status.
func (s Status) Valid() bool { return s == StatusActive || s == StatusSuspended }

// Tenant is the isolation boundary: its own directory, branding and keys.
type Tenant struct {
	ID        TenantID
	ShortName string // unique in the installation; people type it at sign-in
	Name      string
	Color     string // #rrggbb, the accent of the console
	LogoKey   string // photo blob key, or ""
	Hosts     []string
	Status    Status
	RootOrg   OrgID
	CreatedAt time.Time
	UpdatedAt time.Time
	Version   int64
}

// Organization is a node of the tree inside a tenant.
type Organization struct {
	ID          OrgID
	Parent      OrgID // "" for the root
	ShortName   string
	Name        string
	Description string
	Status      Status
	OrgSettings
	Members   int64 // filled by reads
	CreatedAt time.Time
	UpdatedAt time.Time
	Version   int64
}

// User is a person or a service account who can sign in to one tenant.
type User struct {
	ID        UserID
	Seq       int64 // position in the user index; set by the store
	Type      UserType
	Status    Status
	FirstName string
	LastName  string
	Nickname  string
	Email     string // as typed, NFC
	EmailKey  string // what makes it unique: folded by EmailKey
	// EmailProvenAt is when it was shown that the address is the person's: they used
	// a link that was sent there, or somebody who may give every access gave it.
	// Zero: whoever has the account may have taken the address of somebody else.
	EmailProvenAt time.Time
	Phone         string
	ExternalID    string
	Timezone      string // IANA name, or ""
	Locale        string // en, es, fr, de, or ""
	Theme         string // system, light, dark
	PhotoKey      string // blob keys of the large and the small rendition, or ""; see PhotoKeys

	PasswordHash       string // PHC string; "" when no password is set
	MustChangePassword bool
	PasswordExpiresAt  time.Time // zero: never; temporary passwords expire
	PasswordChangedAt  time.Time

	LastSignInAt time.Time // zero: never
	CreatedAt    time.Time
	UpdatedAt    time.Time
	Version      int64

	// CustomValues are those of custom fields, in the form in which package fields
	// keeps them; nil for none. It is shared by copies of a user: replace it, don't
	// write into it.
	CustomValues map[FieldID]string

	Memberships []Membership // filled by reads, root organization first
	Teams       []TeamHold   // filled by reads, the first joined first; see TeamStore
}

// FullName is the name as shown.
func (u *User) FullName() string {
	switch {
	case u.FirstName == "":
		return u.LastName
	case u.LastName == "":
		return u.FirstName
	}
	return u.FirstName + " " + u.LastName
}

// PhotoKeys returns the blob keys of the large and the small rendition of the
// photo, "" when there is none.
func (u *User) PhotoKeys() (large, small string) {
	large, small, _ = strings.Cut(u.PhotoKey, " ")
	return large, small
}

// PastMembership says that somebody belonged to an organization, and until when
// the last time. In the place of one that is deleted is the one above.
type PastMembership struct {
	User   UserID
	Org    OrgID
	LeftAt time.Time
}

// Membership is a user in an organization.
type Membership struct {
	Org                 OrgID
	IncludesDescendants bool
	Roles               []RoleID
	Permissions         []Permission // granted directly
	Alias               string       // how the user is called here; "" for none. See Persona
	CreatedAt           time.Time
}

// RoleIDs returns the roles held anywhere, in organizations and teams, each
// once, in membership order.
func (u *User) RoleIDs() []RoleID {
	var ids []RoleID
	seen := map[RoleID]bool{}
	add := func(r RoleID) {
		if r != "" && !seen[r] {
			seen[r] = true
			ids = append(ids, r)
		}
	}
	for _, m := range u.Memberships {
		for _, r := range m.Roles {
			add(r)
		}
	}
	for _, h := range u.Teams {
		add(h.Role)
	}
	return ids
}

// Membership returns the user's membership in org, or nil.
func (u *User) Membership(org OrgID) *Membership {
	for i := range u.Memberships {
		if u.Memberships[i].Org == org {
			return &u.Memberships[i]
		}
	}
	return nil
}

// Scope says where a role can be held.
type Scope string

// The scopes of a role.
const (
	ScopeOrganization Scope = "organization"
	ScopeTeam         Scope = "team"
)

// Role is a named permission set. System roles are built in and the same in
// every tenant; their id is "role_" and their code.
type Role struct {
	ID          RoleID
	Code        string // immutable
	Name        string
	Description string
	Scope       Scope // immutable
	System      bool
	Permissions []Permission
	Members     int64 // filled by reads
	CreatedAt   time.Time
	UpdatedAt   time.Time
	Version     int64
}

// Session is a signed-in device. Only the hash of its token is stored.
type Session struct {
	ID         SessionID
	Tenant     TenantID
	User       UserID
	Org        OrgID // where the person acts now
	TokenHash  []byte
	IP         string
	UserAgent  string
	CreatedAt  time.Time
	LastUsedAt time.Time
	ExpiresAt  time.Time
	EndedAt    time.Time // zero while alive

	// Actor is who sits there, where somebody is logged in as User; else "".
	Actor        UserID
	ActorOrg     OrgID     // where they act themselves
	ActorSession SessionID // their own session: this one ends with it
	Reason       string    // why they do it
	MayChange    bool      // whether they may change anything
}

// APIKeyState is whether a key works.
type APIKeyState string

// The states of a key.
const (
	APIKeyActive  APIKeyState = "active"
	APIKeyExpired APIKeyState = "expired"
	APIKeyRevoked APIKeyState = "revoked"
)

// APIKey is a long-lived credential of a user with some of their permissions.
type APIKey struct {
	ID          APIKeyID
	Tenant      TenantID
	User        UserID
	UserName    string // filled by reads
	Name        string
	Prefix      string // the first characters of the secret, to recognise it by
	SecretHash  []byte
	Permissions []Permission
	CreatedBy   UserID
	CreatedAt   time.Time
	ExpiresAt   time.Time // zero: never
	LastUsedAt  time.Time
	RevokedAt   time.Time
}

// StateAt is whether the key works at a time.
func (k *APIKey) StateAt(now time.Time) APIKeyState {
	switch {
	case !k.RevokedAt.IsZero():
		return APIKeyRevoked
	case !k.ExpiresAt.IsZero() && !now.Before(k.ExpiresAt):
		return APIKeyExpired
	}
	return APIKeyActive
}

// APIKeyFilter selects API keys. Zero fields do not filter.
type APIKeyFilter struct {
	User  UserID
	State APIKeyState
	// Managed restricts to what somebody looks after.
	Managed *ManagedKeys
	Page    Page
}

// ManagedKeys are the keys of one user and those of service users: of the members
// of an organization and those below it, or with "" of all.
type ManagedKeys struct {
	Own   UserID
	Below OrgID
}

// PasswordReset is a one-time link by which a person sets a new password.
type PasswordReset struct {
	TokenHash []byte
	Tenant    TenantID
	User      UserID
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    time.Time
}
