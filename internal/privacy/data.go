package privacy

import (
	"time"

	"github.com/retinue/retinue/internal/iam"
)

// PersonalData is everything about a person, as it is exported and as the API's
// document describes it.
type PersonalData struct {
	PersonalReport
	Events []PersonalEvent `json:"events" doc:"In which the person acted or was acted on, newest first"`
}

// PersonalReport is everything about a person but the events, of which there may be
// many.
type PersonalReport struct {
	Profile     PersonalProfile             `json:"profile"`
	Memberships []PersonalMembership        `json:"memberships"`
	Teams       []PersonalTeam              `json:"teams"`
	Sessions    []PersonalSession           `json:"sessions"`
	APIKeys     []PersonalKey               `json:"api_keys" doc:"Without their secrets"`
	Mails       []PersonalMail              `json:"mails" doc:"Without their texts"`
	Records     map[string][]map[string]any `json:"records" doc:"Whatever else refers to the person, by what it is"`
}

// PersonalProfile is who the person is.
type PersonalProfile struct {
	ID           iam.UserID     `json:"id"`
	UserType     iam.UserType   `json:"user_type"`
	Status       iam.Status     `json:"status"`
	FirstName    string         `json:"first_name"`
	LastName     string         `json:"last_name"`
	Nickname     string         `json:"nickname"`
	Email        string         `json:"email"`
	Phone        string         `json:"phone"`
	ExternalID   string         `json:"external_id"`
	Timezone     string         `json:"timezone"`
	Locale       string         `json:"locale"`
	Theme        string         `json:"theme"`
	CreatedAt    time.Time      `json:"created_at"`
	UpdatedAt    time.Time      `json:"updated_at"`
	LastSignInAt *time.Time     `json:"last_sign_in_at"`
	PasswordAt   *time.Time     `json:"password_changed_at"`
	Photo        string         `json:"photo,omitempty" doc:"As a data URL; absent when there is none"`
	CustomFields map[string]any `json:"custom_fields" doc:"By the names of the fields"`
}

// PersonalMembership is an organization that the person belongs to.
type PersonalMembership struct {
	Organization string           `json:"organization"`
	Descendants  bool             `json:"includes_descendants"`
	Roles        []iam.RoleID     `json:"role_ids"`
	Permissions  []iam.Permission `json:"permissions"`
	Alias        string           `json:"alias"`
	CreatedAt    time.Time        `json:"created_at"`
}

// PersonalTeam is a team that the person is in.
type PersonalTeam struct {
	Name     string     `json:"name"`
	Role     iam.RoleID `json:"role_id" doc:"Held in the team; empty for none"`
	Lead     bool       `json:"lead"`
	JoinedAt time.Time  `json:"joined_at"`
}

// PersonalSession is one of the person's sessions.
type PersonalSession struct {
	ID         iam.SessionID `json:"id"`
	IP         string        `json:"ip"`
	UserAgent  string        `json:"user_agent"`
	CreatedAt  time.Time     `json:"created_at"`
	LastUsedAt time.Time     `json:"last_used_at"`
}

// PersonalKey is one of the person's API keys.
type PersonalKey struct {
	ID          iam.APIKeyID     `json:"id"`
	Name        string           `json:"name"`
	Prefix      string           `json:"prefix"`
	Permissions []iam.Permission `json:"permissions"`
	CreatedAt   time.Time        `json:"created_at"`
	LastUsedAt  *time.Time       `json:"last_used_at"`
	RevokedAt   *time.Time       `json:"revoked_at"`
}

// PersonalMail is a mail to the person.
type PersonalMail struct {
	Kind      string        `json:"kind"`
	Subject   string        `json:"subject"`
	State     iam.MailState `json:"state"`
	CreatedAt time.Time     `json:"created_at"`
	SentAt    *time.Time    `json:"sent_at"`
}

// PersonalEvent is an event of the audit log that concerns the person.
type PersonalEvent struct {
	ID        iam.EventID      `json:"id"`
	At        time.Time        `json:"at"`
	Action    string           `json:"action"`
	Outcome   iam.Outcome      `json:"outcome"`
	Actor     string           `json:"actor"`
	Target    string           `json:"target"`
	Changes   []PersonalChange `json:"changes"`
	IP        string           `json:"ip"`
	UserAgent string           `json:"user_agent"`
}

// PersonalChange is one field before and after, either of which may be absent.
type PersonalChange iam.Change
