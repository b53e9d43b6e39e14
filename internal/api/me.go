package api

import (
	"context"
	"net/http"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/personas"
	"github.com/retinue/retinue/internal/users"
)

func (s *server) getMe(ctx context.Context, c *access.Caller, _ *noInput) (*userOutput, error) {
	v, err := s.deps.Users.Get(ctx, c, c.User)
	if err != nil {
		return nil, err
	}
	return s.userAnswer(c, v), nil
}

// SelfPatch changes what people may change of their own.
type SelfPatch struct {
	FirstName       Optional[string] `json:"first_name,omitzero" maxLength:"100"`
	LastName        Optional[string] `json:"last_name,omitzero" maxLength:"100"`
	Nickname        Optional[string] `json:"nickname,omitzero" maxLength:"100"`
	Email           Optional[string] `json:"email,omitzero" maxLength:"254" doc:"Needs current_password"`
	CurrentPassword string           `json:"current_password,omitempty" maxLength:"4096" format:"password" doc:"With a new e-mail address"`
	Phone           Optional[string] `json:"phone,omitzero" maxLength:"40"`
	Locale          Optional[string] `json:"locale,omitzero" maxLength:"10" doc:"en, es, fr or de"`
	Timezone        Optional[string] `json:"timezone,omitzero" maxLength:"64" doc:"IANA name such as Europe/Berlin"`
	Theme           Optional[string] `json:"theme,omitzero" enum:"system,light,dark"`
}

type patchMeInput struct {
	IfMatchHeader
	Body SelfPatch `contentType:"application/merge-patch+json"`
}

func (s *server) patchMe(ctx context.Context, c *access.Caller, in *patchMeInput) (*userOutput, error) {
	b := in.Body
	if err := s.confirmEmail(ctx, c, b); err != nil {
		return nil, err
	}
	v, err := s.deps.Users.UpdateSelf(ctx, c, users.Patch{
		FirstName: b.FirstName.Ptr(), LastName: b.LastName.Ptr(), Nickname: b.Nickname.Ptr(), Email: b.Email.Ptr(),
		Phone: b.Phone.Ptr(), Locale: b.Locale.Ptr(), Timezone: b.Timezone.Ptr(), Theme: b.Theme.Ptr(), Version: in.version(),
	})
	if err != nil {
		return nil, withCurrent(err, s.currentUser(ctx, c, c.User))
	}
	return s.userAnswer(c, v), nil
}

// confirmEmail asks for the password when the e-mail changes: whoever has it
// can have a new password sent. The user is read anew, and If-Match refuses when
// it has changed since.
func (s *server) confirmEmail(ctx context.Context, c *access.Caller, b SelfPatch) error {
	if !b.Email.Set {
		return nil
	}
	v, err := s.deps.Users.Get(ctx, c, c.User)
	if err != nil || v.Email == b.Email.Value {
		return err
	}
	if b.CurrentPassword == "" {
		return iam.InvalidField("/current_password", "required", "Enter your current password to change your e-mail address.")
	}
	return s.deps.Sessions.ConfirmPassword(ctx, requestOf(ctx).principal, c, b.CurrentPassword)
}

// Colleague is a person as the caller may see them.
type Colleague struct {
	ID            iam.UserID   `json:"id"`
	Name          string       `json:"name" doc:"By which they go where the caller acts: the alias there, else the nickname, else first and last name"`
	FullName      *string      `json:"full_name" doc:"null for who sees the alias alone: those without users.read"`
	Nickname      string       `json:"nickname"`
	Email         *string      `json:"email" doc:"null as full_name is"`
	UserType      iam.UserType `json:"user_type"`
	PhotoThumbURL *string      `json:"photo_thumb_url"`
	Status        iam.Status   `json:"status"`
	Presence      iam.Presence `json:"presence" enum:"online,away,offline" doc:"Whether they are there"`
}

type colleaguesInput struct {
	Search string `query:"search" maxLength:"200" doc:"Words that must be in name, nickname, alias or e-mail, as far as the caller sees them"`
	PageQuery
}

func (s *server) colleague(tenant iam.TenantID, p *personas.Person) Colleague {
	_, thumb := s.photoURLs(tenant, p.PhotoKey)
	return Colleague{
		ID: p.ID, Name: p.Name, FullName: orNull(p.FullName), Nickname: p.Nickname, Email: orNull(p.Email),
		UserType: p.Type, PhotoThumbURL: thumb, Status: p.Status, Presence: p.Presence,
	}
}

func (s *server) colleagues(ctx context.Context, c *access.Caller, in *colleaguesInput) (*listOutput[Colleague], error) {
	page, err := s.deps.Users.Colleagues(ctx, c, in.Search, in.page())
	if err != nil {
		return nil, err
	}
	return listOf(page, func(p *personas.Person) Colleague { return s.colleague(c.Tenant, p) }), nil
}

func exampleColleague() Colleague {
	return Colleague{
		ID: exampleOtherID, Name: "Jo", FullName: new("Jonas Weiß"), Nickname: "Jo", Email: new("jonas@northwind.example"), UserType: iam.TypeAgent,
		Status: iam.StatusActive, Presence: iam.PresenceOnline,
	}
}

func (s *server) selfOperations() {
	s.presenceOperations()
	s.aliasOperations()
	register(s, operation{
		id: "get-me", method: http.MethodGet, path: "/me", tag: tagSelf, guard: signedIn(),
		summary: "My profile", description: "The caller's own user, with the ETag that changes need.", response: exampleUser(),
	}, s.getMe)
	register(s, operation{
		id: "update-me", method: http.MethodPatch, path: "/me", tag: tagSelf, guard: signedIn().personOnly(), conditional: true,
		summary:     "Change my profile",
		description: "Changes what is given and leaves the rest. A new e-mail address needs the current password, because whoever reads it can have a new password sent.",
		errors:      []iam.Code{iam.CodeConflict, iam.CodeThrottled},
		request:     SelfPatch{Nickname: Some("Ada"), Theme: Some("dark")}, response: exampleUser(),
	}, s.patchMe)
	register(s, operation{
		id: "list-colleagues", method: http.MethodGet, path: "/colleagues", tag: tagSelf, guard: needs(iam.PermDirectoryRead),
		summary: "My colleagues",
		description: "The active people of the organization in which the caller acts and of those below it, by name. Where somebody may go by an alias whose names the caller is not to know, " +
			"those who joined first come first, and each page is in the order of the names that it shows; a search has no page before then.",
		errors:   []iam.Code{iam.CodeInvalid, iam.CodeInvalidCursor},
		response: exampleList(exampleColleague()),
	}, s.colleagues)
}
