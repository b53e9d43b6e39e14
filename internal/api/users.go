package api

import (
	"context"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/personas"
	"github.com/retinue/retinue/internal/users"
)

// Users are the use cases of managing people.
type Users interface {
	List(ctx context.Context, c *access.Caller, f iam.UserFilter, role string) (iam.List[*users.View], error)
	Stats(ctx context.Context, c *access.Caller) (iam.UserStats, error)
	Get(ctx context.Context, c *access.Caller, id iam.UserID) (*users.View, error)
	Create(ctx context.Context, c *access.Caller, in users.Create) (*users.Created, error)
	Update(ctx context.Context, c *access.Caller, id iam.UserID, p users.Patch) (*users.View, error)
	UpdateSelf(ctx context.Context, c *access.Caller, p users.Patch) (*users.View, error)
	Delete(ctx context.Context, c *access.Caller, id iam.UserID, version int64, heir iam.UserID) error
	PreviewDeletion(ctx context.Context, c *access.Caller, ids []iam.UserID) ([]users.Farewell, error)
	SetStatus(ctx context.Context, c *access.Caller, id iam.UserID, status iam.Status) (*users.View, error)
	PasswordRules(ctx context.Context, c *access.Caller, org iam.OrgID) (least int, err error)
	ResetPassword(ctx context.Context, c *access.Caller, id iam.UserID, keys bool) (*users.Reset, error)
	Bulk(ctx context.Context, c *access.Caller, in users.Bulk) ([]users.Result, error)
	ListDeleted(ctx context.Context, c *access.Caller, search string, p iam.Page) (iam.List[*users.Departed], error)
	GetDeleted(ctx context.Context, c *access.Caller, id iam.UserID) (*users.Departed, error)
	Export(ctx context.Context, c *access.Caller, f iam.UserFilter, role, format string, fn func(*users.View) error) error
	SetPhoto(ctx context.Context, c *access.Caller, id iam.UserID, picture io.Reader) (*users.View, error)
	RemovePhoto(ctx context.Context, c *access.Caller, id iam.UserID) (*users.View, error)
	Colleagues(ctx context.Context, c *access.Caller, search string, p iam.Page) (iam.List[*personas.Person], error)
	Memberships(ctx context.Context, c *access.Caller, id iam.UserID, below iam.OrgID) (*users.View, []*users.MembershipView, error)
	Membership(ctx context.Context, c *access.Caller, id iam.UserID, org iam.OrgID) (*users.MembershipView, error)
	SetMembership(ctx context.Context, c *access.Caller, id iam.UserID, org iam.OrgID, in users.SetMembership) (*users.MembershipView, error)
	SetAlias(ctx context.Context, c *access.Caller, id iam.UserID, org iam.OrgID, alias string, version int64) (*users.MembershipView, error)
	Presence(ctx context.Context, c *access.Caller) (*users.PresenceView, error)
	SetPresence(ctx context.Context, c *access.Caller, p iam.Presence) (*users.PresenceView, error)
	RemoveMembership(ctx context.Context, c *access.Caller, id iam.UserID, org iam.OrgID, version int64) error
	Options(ctx context.Context, c *access.Caller, org iam.OrgID, t iam.UserType) ([]users.OptionView, error)
	Types(ctx context.Context, c *access.Caller, org iam.OrgID) ([]users.TypeView, error)
	Access(ctx context.Context, c *access.Caller, id iam.UserID, org iam.OrgID) (*users.View, *iam.Organization, []users.Explained, error)
}

// RoleRef names a role.
type RoleRef struct {
	ID   iam.RoleID `json:"id"`
	Code string     `json:"code"`
	Name string     `json:"name"`
}

// TeamRef names a team that somebody is in.
type TeamRef struct {
	ID     iam.TeamID  `json:"id"`
	Name   string      `json:"name"`
	RoleID *iam.RoleID `json:"role_id" doc:"Held in the team; null for none"`
	Lead   bool        `json:"lead"`
}

func teamRef(h iam.TeamHold) TeamRef { return TeamRef{h.Team, h.TeamName, orNull(h.Role), h.Lead} }

// RolesHere is what somebody holds where a change of role_ids and permissions
// counts.
type RolesHere struct {
	Organization OrganizationRef  `json:"organization"`
	Roles        []RoleRef        `json:"roles"`
	Permissions  []iam.Permission `json:"permissions"`
	Below        bool             `json:"includes_descendants" doc:"It counts in everything below the organization, too"`
}

// User is a person or a service account, as the caller may see it.
type User struct {
	ID                 iam.UserID          `json:"id"`
	FirstName          string              `json:"first_name"`
	LastName           string              `json:"last_name"`
	FullName           string              `json:"full_name"`
	Nickname           string              `json:"nickname"`
	Email              string              `json:"email"`
	Phone              string              `json:"phone"`
	ExternalID         string              `json:"external_id" doc:"The person's id in another system"`
	Timezone           string              `json:"timezone" doc:"IANA name, or empty"`
	Locale             string              `json:"locale" doc:"en, es, fr, de, or empty"`
	Theme              string              `json:"theme" doc:"system, light, dark, or empty"`
	UserType           iam.UserType        `json:"user_type" enum:"tenant_admin,bot_admin,supervisor,agent,analyst,viewer,member,client,service"`
	Status             iam.Status          `json:"status" enum:"active,suspended"`
	Roles              []RoleRef           `json:"roles" doc:"Held in any organization that the caller may see"`
	Permissions        []iam.Permission    `json:"permissions" doc:"Those that are granted directly there, beside type and roles"`
	Here               Nullable[RolesHere] `json:"here" doc:"What is held in the organization in which the caller acts, or else in the only one: what role_ids and permissions change. Null when the user belongs to several others"`
	Organizations      []OrganizationRef   `json:"organizations"`
	Aliases            []UserAlias         `json:"aliases" doc:"By which names they go in organizations that the caller may see"`
	Presence           iam.Presence        `json:"presence" enum:"online,away,offline" doc:"Whether they are there"`
	Teams              []TeamRef           `json:"teams" doc:"Those of organizations that the caller may see"`
	CustomFields       FieldValues         `json:"custom_fields" doc:"Values of custom fields, by their keys"`
	PhotoURL           *string             `json:"photo_url"`
	PhotoThumbURL      *string             `json:"photo_thumb_url"`
	MustChangePassword bool                `json:"must_change_password"`
	LastSignInAt       *time.Time          `json:"last_sign_in_at"`
	CreatedAt          time.Time           `json:"created_at"`
	UpdatedAt          time.Time           `json:"updated_at"`
	Version            int64               `json:"version" doc:"Grows with each change; the ETag is made of it"`
	AllowedActions     []users.Action      `json:"allowed_actions" enum:"edit,reset_password,suspend,reactivate,delete,invite,log_in_as" doc:"What the caller may do with this user"`
}

func (s *server) user(tenant iam.TenantID, v *users.View) User {
	u := v.User
	out := User{
		ID: u.ID, FirstName: u.FirstName, LastName: u.LastName, FullName: u.FullName(), Nickname: u.Nickname,
		Email: u.Email, Phone: u.Phone, ExternalID: u.ExternalID, Timezone: u.Timezone, Locale: u.Locale, Theme: u.Theme,
		UserType: u.Type, Status: u.Status, Permissions: []iam.Permission{}, Aliases: []UserAlias{}, Presence: v.Presence,
		Roles: mapped(v.Roles, func(r *iam.Role) RoleRef { return RoleRef{r.ID, r.Code, r.Name} }),
		Organizations: mapped(v.Orgs, func(o *iam.Organization) OrganizationRef {
			return OrganizationRef{o.ID, o.Name}
		}),
		Teams:              mapped(v.Teams, teamRef),
		CustomFields:       FieldValues(v.Custom),
		MustChangePassword: u.MustChangePassword, LastSignInAt: timeOrNull(u.LastSignInAt),
		CreatedAt: u.CreatedAt.UTC(), UpdatedAt: u.UpdatedAt.UTC(), Version: u.Version, AllowedActions: same(v.Allowed),
	}
	if h := v.Here; h != nil {
		out.Here.Value = &RolesHere{
			Organization: OrganizationRef{h.Org.ID, h.Org.Name}, Permissions: same(h.Permissions), Below: h.IncludesDescendants,
			Roles: mapped(h.Roles, func(r *iam.Role) RoleRef { return RoleRef{r.ID, r.Code, r.Name} }),
		}
	}
	out.PhotoURL, out.PhotoThumbURL = s.photoURLs(tenant, u.PhotoKey)
	for _, o := range v.Orgs { // others are outside of what the caller may see
		if m := u.Membership(o.ID); m != nil {
			if m.Alias != "" {
				out.Aliases = append(out.Aliases, UserAlias{OrganizationRef{o.ID, o.Name}, m.Alias})
			}
			for _, p := range m.Permissions {
				if !slices.Contains(out.Permissions, p) {
					out.Permissions = append(out.Permissions, p)
				}
			}
		}
	}
	return out
}

// UserQuery selects users; all that is given combines.
type UserQuery struct {
	Search   string       `query:"search" maxLength:"200" doc:"Words that must be in name, nickname, alias or e-mail, three letters and more anywhere, one or two at the beginning of a word; or a whole external id"`
	Email    string       `query:"email" maxLength:"254" doc:"The person with exactly this address; case and Unicode form don't matter"`
	External string       `query:"external_id" maxLength:"200" doc:"The person with exactly this id in another system; case matters"`
	Status   iam.Status   `query:"status" enum:"active,suspended"`
	UserType iam.UserType `query:"user_type" enum:"tenant_admin,bot_admin,supervisor,agent,analyst,viewer,member,client,service"`
	Role     string       `query:"role" maxLength:"100" doc:"Id or code of a role that they hold"`
	Team     iam.TeamID   `query:"team" maxLength:"100" doc:"Id of a team that they are in"`
	Field    []string     `query:"field,explode" maxItems:"30" maxLength:"600" doc:"Value of a custom field, as key:value, such as department:quality. Give it once for each field; case and accents of text don't matter"`
	Org      iam.OrgID    `query:"organization_id" maxLength:"100" doc:"Members of this organization alone"`
	Below    bool         `query:"below" doc:"With organization_id: and of those below it"`
	Sort     iam.UserSort `query:"sort" enum:"name,-name,last_sign_in,-last_sign_in,created,-created" default:"name"`
}

func (q UserQuery) filter() iam.UserFilter {
	return iam.UserFilter{
		Search: q.Search, Email: q.Email, ExternalID: q.External, Status: q.Status, Type: q.UserType, Team: q.Team,
		Fields: fieldMatches(q.Field), Org: q.Org, Below: q.Below, Sort: q.Sort,
	}
}

type userListInput struct {
	UserQuery
	PageQuery
}

func (s *server) listUsers(ctx context.Context, c *access.Caller, in *userListInput) (*listOutput[User], error) {
	f := in.filter()
	f.Page = in.page()
	page, err := s.deps.Users.List(ctx, c, f, in.Role)
	if err != nil {
		return nil, err
	}
	return listOf(page, func(v *users.View) User { return s.user(c.Tenant, v) }), nil
}

// UserStats are the numbers above the list of users.
type UserStats struct {
	Total     int64 `json:"total"`
	Active    int64 `json:"active"`
	Suspended int64 `json:"suspended"`
}

type userStatsOutput struct{ Body UserStats }

func (s *server) userStats(ctx context.Context, c *access.Caller, _ *noInput) (*userStatsOutput, error) {
	st, err := s.deps.Users.Stats(ctx, c)
	if err != nil {
		return nil, err
	}
	return &userStatsOutput{UserStats{st.Total, st.Active, st.Suspended}}, nil
}

// UserPath names a user in the address.
type UserPath struct {
	ID iam.UserID `path:"id" doc:"The user's id"`
}

type userOutput struct {
	ETagHeader
	Body User
}

func (s *server) userAnswer(c *access.Caller, v *users.View) *userOutput {
	return &userOutput{ETagHeader: tagged(v.Version), Body: s.user(c.Tenant, v)}
}

func (s *server) getUser(ctx context.Context, c *access.Caller, in *UserPath) (*userOutput, error) {
	v, err := s.deps.Users.Get(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	return s.userAnswer(c, v), nil
}

// CreateUserRequest is what a new user is made of.
type CreateUserRequest struct {
	FirstName      string           `json:"first_name" maxLength:"100"`
	LastName       string           `json:"last_name" maxLength:"100"`
	Email          string           `json:"email" maxLength:"254" doc:"Unique in the tenant; case and Unicode form don't matter"`
	UserType       iam.UserType     `json:"user_type,omitempty" enum:"tenant_admin,bot_admin,supervisor,agent,analyst,viewer,member,service" doc:"Can't be changed later. Required of the company's own people; in a client organization member by default"`
	Nickname       string           `json:"nickname,omitempty" maxLength:"100"`
	Phone          string           `json:"phone,omitempty" maxLength:"40"`
	ExternalID     string           `json:"external_id,omitempty" maxLength:"200"`
	Timezone       string           `json:"timezone,omitempty" maxLength:"64" doc:"IANA name such as Europe/Berlin"`
	Locale         string           `json:"locale,omitempty" enum:",en,es,fr,de"`
	RoleIDs        []string         `json:"role_ids,omitempty" maxItems:"50" maxLength:"100" doc:"Ids or codes of roles"`
	Permissions    []iam.Permission `json:"permissions,omitempty" maxItems:"64" maxLength:"100" doc:"Granted directly, beside type and roles"`
	OrganizationID iam.OrgID        `json:"organization_id,omitempty" maxLength:"100" doc:"By default the one in which the caller acts"`
	Below          bool             `json:"includes_descendants,omitempty" doc:"Lets them act in everything below the organization, too; of a tenant admin it is always so"`
	Access         []string         `json:"access,omitempty" maxItems:"20" maxLength:"40" doc:"Checkboxes to be ticked besides, see GET /access-options"`
	CustomFields   FieldValues      `json:"custom_fields,omitempty" doc:"Values of custom fields, by their keys; required ones must be there"`
	Password       string           `json:"password,omitempty" maxLength:"4096" format:"password" doc:"A temporary password; by default the server makes one"`
}

type createUserInput struct{ Body CreateUserRequest }

// Resolve implements huma.Resolver. Whether a user type is needed depends on where
// the caller acts, so that no schema says it; it is missed together with the rest.
func (in *createUserInput) Resolve(ctx huma.Context) []error {
	c, org := requestOf(ctx.Context()).caller, in.Body.OrganizationID
	if in.Body.UserType != "" || !c.InRoot || org != "" && org != c.Org {
		return nil
	}
	return []error{&huma.ErrorDetail{Location: "body.user_type", Message: "required in the company itself"}}
}

// UserWithPassword is a user and the temporary password that was made for them,
// which is never shown again.
type UserWithPassword struct {
	User              User       `json:"user"`
	TemporaryPassword string     `json:"temporary_password,omitempty" doc:"Shown this once; absent when the caller chose it"`
	PasswordExpiresAt *time.Time `json:"password_expires_at" doc:"Until when the temporary password can be used, whoever chose it; null for service users, who have none"`
}

type createUserOutput struct {
	Location string `header:"Location"`
	ETagHeader
	Body UserWithPassword
}

func (s *server) createUser(ctx context.Context, c *access.Caller, in *createUserInput) (*createUserOutput, error) {
	b := in.Body
	made, err := s.deps.Users.Create(ctx, c, users.Create{
		FirstName: b.FirstName, LastName: b.LastName, Nickname: b.Nickname, Email: b.Email, Phone: b.Phone,
		ExternalID: b.ExternalID, Timezone: b.Timezone, Locale: b.Locale, Type: b.UserType,
		Roles: b.RoleIDs, Permissions: b.Permissions, Org: b.OrganizationID, IncludesDescendants: b.Below, Access: b.Access, CustomFields: b.CustomFields, Password: b.Password,
	})
	if err != nil {
		return nil, err
	}
	return &createUserOutput{
		Location: base + "/users/" + string(made.User.ID), ETagHeader: tagged(made.User.Version),
		Body: UserWithPassword{s.user(c.Tenant, made.User), made.TemporaryPassword, timeOrNull(made.User.PasswordExpiresAt)},
	}, nil
}

func (s *server) userOperations() {
	register(s, operation{
		id: "list-users", method: http.MethodGet, path: "/users", tag: tagUsers, guard: needs(iam.PermUsersRead),
		summary:     "List users",
		description: "The people of the organization in which the caller acts and of those below it. Search, e-mail, external id, status, type, role, team and custom fields combine with each other and with any order. An address or an external id gives a list of one or of nobody.",
		errors:      []iam.Code{iam.CodeInvalid, iam.CodeInvalidCursor, iam.CodeNotFound},
		response:    exampleList(exampleUser()),
	}, s.listUsers)
	register(s, operation{
		id: "get-user-stats", method: http.MethodGet, path: "/users/stats", tag: tagUsers, guard: needs(iam.PermUsersRead),
		summary: "Count users", description: "How many users there are, and how many of them are active and suspended.",
		response: UserStats{Total: 60, Active: 54, Suspended: 6},
	}, s.userStats)
	register(s, operation{
		id: "create-user", method: http.MethodPost, path: "/users", tag: tagUsers, guard: needs(iam.PermUsersCreate), status: http.StatusCreated, idempotent: true,
		summary: "Add a user",
		description: "Adds a person, or a service user for programs. The server makes a temporary password, shown in this answer and never again, unless one is given; it must be changed at the first sign-in. " +
			"The user type can't be changed later. Nobody can give what they don't hold themselves.",
		errors:   []iam.Code{iam.CodeConflict, iam.CodeEscalation},
		request:  exampleCreateUser(),
		response: UserWithPassword{exampleUser(), "tidy-Marble-42-canoe", new(examplePasswordEnd)},
	}, s.createUser)
	register(s, operation{
		id: "get-user", method: http.MethodGet, path: "/users/{id}", tag: tagUsers, guard: needs(iam.PermUsersRead),
		summary: "Get a user", description: "One user, with the ETag that changes need.",
		response: exampleUser(),
	}, s.getUser)
	s.userChangeOperations()
}
