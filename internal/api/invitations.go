package api

import (
	"context"
	"net/http"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/invitations"
	"github.com/retinue/retinue/internal/sessions"
)

// Invitations are the use cases of inviting people.
type Invitations interface {
	List(ctx context.Context, c *access.Caller, f iam.InvitationFilter) (iam.List[*invitations.View], error)
	Pending(ctx context.Context, c *access.Caller, org iam.OrgID) (int, error)
	Create(ctx context.Context, c *access.Caller, in invitations.Create) ([]invitations.Result, error)
	Bulk(ctx context.Context, c *access.Caller, action invitations.Action, ids []iam.InvitationID) ([]invitations.Changed, error)
	Preview(ctx context.Context, c *access.Caller, id iam.UserID, org iam.OrgID) (*invitations.Preview, error)
	InvitePerson(ctx context.Context, c *access.Caller, id iam.UserID, org iam.OrgID) (*invitations.View, error)
	Lookup(ctx context.Context, token string, signedIn iam.UserID) (*invitations.Offer, error)
	Accept(ctx context.Context, token string, in invitations.Accept, from sessions.Client) (*sessions.SignedIn, error)
}

// Invitation asks the owner of an address to join an organization.
type Invitation struct {
	ID           iam.InvitationID    `json:"id"`
	Email        string              `json:"email"`
	State        iam.InvitationState `json:"state" enum:"pending,accepted,expired,deleted"`
	Organization OrganizationRef     `json:"organization"`
	UserID       *iam.UserID         `json:"user_id" doc:"The person of the directory from whose row it was sent"`
	UserType     iam.UserType        `json:"user_type" enum:"tenant_admin,bot_admin,supervisor,agent,analyst,viewer,member" doc:"Of people who are new"`
	Roles        []RoleRef           `json:"roles"`
	Permissions  []iam.Permission    `json:"permissions"`
	Teams        []InvitationTeam    `json:"teams" doc:"Which the person comes into, of those that there still are"`
	InvitedBy    UserRef             `json:"invited_by"`
	CreatedAt    time.Time           `json:"created_at"`
	SentAt       time.Time           `json:"sent_at" doc:"The latest time"`
	TimesSent    int                 `json:"times_sent"`
	ExpiresAt    time.Time           `json:"expires_at"`
	AcceptedAt   *time.Time          `json:"accepted_at"`
	AcceptedBy   *iam.UserID         `json:"accepted_by"`
	MailState    iam.MailState       `json:"mail_state" enum:",queued,sent,kept,failed,cancelled" doc:"What became of the latest mail"`
	MailError    string              `json:"mail_error" doc:"Why the latest attempt to send the latest mail failed, in English; of a refusal the mail server's own line"`
	MailProblem  iam.MailProblem     `json:"problem_code" enum:",expired,refused,unreachable,credentials,invalid" doc:"The same for programs that have words of their own. expired: the link in it works no more; refused: the server did not take it; unreachable: it could not be reached, or hung up; credentials: it did not take the name and the password of the settings; invalid: no server could deliver it. Empty when no attempt failed, and of attempts from before there were codes"`
	Manageable   bool                `json:"manageable" doc:"The caller may send it again and delete it"`
}

// InvitationTeam names a team that an invitation leads into.
type InvitationTeam struct {
	ID   iam.TeamID `json:"id"`
	Name string     `json:"name"`
}

func invitationOf(v *invitations.View) Invitation {
	i := v.Invitation
	return Invitation{
		ID: i.ID, Email: i.Email, State: v.State, Organization: OrganizationRef{v.Org.ID, v.Org.Name}, UserID: orNull(i.User), UserType: i.Type,
		Roles:       mapped(v.Roles, func(r *iam.Role) RoleRef { return RoleRef{r.ID, r.Code, r.Name} }),
		Permissions: same(i.Permissions), Teams: mapped(v.Teams, func(t *iam.Team) InvitationTeam { return InvitationTeam{t.ID, t.Name} }),
		InvitedBy: UserRef{i.InvitedBy, i.InvitedName}, CreatedAt: i.CreatedAt.UTC(), SentAt: i.SentAt.UTC(),
		TimesSent: i.TimesSent, ExpiresAt: i.ExpiresAt.UTC(), AcceptedAt: timeOrNull(i.AcceptedAt), AcceptedBy: orNull(i.AcceptedBy),
		MailState: i.MailState, MailError: i.MailError, MailProblem: i.MailProblem, Manageable: v.Manageable,
	}
}

type invitationListInput struct {
	State        iam.InvitationState `query:"state" enum:"pending,accepted,expired,deleted"`
	Search       string              `query:"search" maxLength:"200" doc:"A part of the address"`
	Organization iam.OrgID           `query:"organization_id" maxLength:"100" doc:"To this organization and those below it; by default the one in which the caller acts"`
	Role         iam.RoleID          `query:"role_id" maxLength:"100" doc:"That give this role"`
	PageQuery
}

func (s *server) listInvitations(ctx context.Context, c *access.Caller, in *invitationListInput) (*listOutput[Invitation], error) {
	page, err := s.deps.Invitations.List(ctx, c, iam.InvitationFilter{Below: in.Organization, State: in.State, Search: in.Search, Role: in.Role, Page: in.page()})
	if err != nil {
		return nil, err
	}
	return listOf(page, invitationOf), nil
}

// InvitationStats is how many invitations to an organization, and to those below
// it, wait for an answer.
type InvitationStats struct {
	Pending int `json:"pending" doc:"Counted up to 1000: that many, or more"`
}

type invitationStatsOutput struct{ Body InvitationStats }

func (s *server) invitationStats(ctx context.Context, c *access.Caller, in *OrganizationPath) (*invitationStatsOutput, error) {
	n, err := s.deps.Invitations.Pending(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	return &invitationStatsOutput{InvitationStats{n}}, nil
}

// InviteRequest invites addresses to an organization.
type InviteRequest struct {
	Emails         []string         `json:"emails" minItems:"1" maxItems:"10000" maxLength:"1000" doc:"As pasted, one address each"`
	OrganizationID iam.OrgID        `json:"organization_id,omitempty" maxLength:"100" doc:"By default the one in which the caller acts"`
	UserType       iam.UserType     `json:"user_type,omitempty" enum:",tenant_admin,bot_admin,supervisor,agent,analyst,viewer,member" doc:"Of people who are new; by default member in a client organization, agent in the company itself. An account of another type that the caller sees is not invited when one but member is given, which would promise what it never has: see other_type"`
	RoleIDs        []string         `json:"role_ids,omitempty" maxItems:"50" maxLength:"100" doc:"Ids or codes of roles"`
	Permissions    []iam.Permission `json:"permissions,omitempty" maxItems:"64" maxLength:"100" doc:"Granted directly, beside type and roles"`
	Access         []string         `json:"access,omitempty" maxItems:"20" maxLength:"50" doc:"Checkboxes of a client organization, such as home or analytics"`
	TeamIDs        []iam.TeamID     `json:"team_ids,omitempty" maxItems:"50" maxLength:"100" doc:"Teams of the organization"`
	Locale         string           `json:"locale,omitempty" enum:",en,es,fr,de" doc:"Of the mail; by default that of the organization"`
}

type inviteInput struct{ Body InviteRequest }

// InviteResult is what became of one line.
type InviteResult struct {
	Email        string              `json:"email"`
	Outcome      invitations.Outcome `json:"outcome" enum:"sent,already_invited,already_member,suspended,other_type,not_allowed,invalid,duplicate"`
	Detail       string              `json:"detail" doc:"Why nothing was sent, for people"`
	InvitationID *iam.InvitationID   `json:"invitation_id"`
	UserType     *iam.UserType       `json:"user_type" enum:"tenant_admin,bot_admin,supervisor,agent,analyst,viewer,member" doc:"That of the account, with the outcome other_type"`
}

// InviteResponse tells of each address in the order in which they were given.
type InviteResponse struct {
	Results []InviteResult `json:"results"`
	Sent    int            `json:"sent" doc:"How many were sent"`
}

type inviteOutput struct{ Body InviteResponse }

func (s *server) invite(ctx context.Context, c *access.Caller, in *inviteInput) (*inviteOutput, error) {
	b := in.Body
	results, err := s.deps.Invitations.Create(ctx, c, invitations.Create{
		Addresses: b.Emails, Org: b.OrganizationID, Type: b.UserType, Roles: b.RoleIDs, Permissions: b.Permissions, Access: b.Access,
		Teams: b.TeamIDs, Locale: b.Locale,
	})
	if err != nil {
		return nil, err
	}
	out := &inviteOutput{}
	out.Body.Results = mapped(results, func(r invitations.Result) InviteResult {
		if r.Outcome == invitations.Sent {
			out.Body.Sent++
		}
		return InviteResult{Email: r.Address, Outcome: r.Outcome, Detail: r.Detail, InvitationID: orNull(r.Invitation), UserType: orNull(r.Type)}
	})
	return out, nil
}

// BulkInvitationsRequest does the same with many invitations.
type BulkInvitationsRequest struct {
	Action invitations.Action `json:"action" enum:"resend,delete"`
	IDs    []iam.InvitationID `json:"ids" minItems:"1" maxItems:"200" maxLength:"100"`
}

type bulkInvitationsInput struct{ Body BulkInvitationsRequest }

// BulkInvitationResult is what became of one invitation.
type BulkInvitationResult struct {
	ID    iam.InvitationID `json:"id"`
	Email string           `json:"email"`
	OK    bool             `json:"ok"`
	Error *BulkError       `json:"error,omitempty"`
}

// BulkInvitationsResponse tells of each invitation in the order in which they were given.
type BulkInvitationsResponse struct {
	Results []BulkInvitationResult `json:"results"`
}

type bulkInvitationsOutput struct{ Body BulkInvitationsResponse }

func (s *server) bulkInvitations(ctx context.Context, c *access.Caller, in *bulkInvitationsInput) (*bulkInvitationsOutput, error) {
	results, err := s.deps.Invitations.Bulk(ctx, c, in.Body.Action, in.Body.IDs)
	if err != nil {
		return nil, err
	}
	return &bulkInvitationsOutput{BulkInvitationsResponse{mapped(results, func(r invitations.Changed) BulkInvitationResult {
		return BulkInvitationResult{ID: r.ID, Email: r.Email, OK: r.Err == nil, Error: bulkErrorOf(ctx, r.Err)}
	})}}, nil
}

// InvitationPreview is the mail that would be sent.
type InvitationPreview struct {
	To           string          `json:"to"`
	FromName     string          `json:"from_name"`
	ReplyTo      string          `json:"reply_to"`
	Subject      string          `json:"subject"`
	Text         string          `json:"text"`
	HTML         string          `json:"html"`
	Organization OrganizationRef `json:"organization" doc:"Where the link leads"`
}

type invitationPreviewOutput struct{ Body InvitationPreview }

type personInvitationInput struct {
	UserPath
	OrgID iam.OrgID `query:"organization_id" maxLength:"100" doc:"Where the link leads, the organization in which the caller acts or one below it; by default where the caller acts, or else the user's first organization"`
}

func (s *server) previewInvitation(ctx context.Context, c *access.Caller, in *personInvitationInput) (*invitationPreviewOutput, error) {
	p, err := s.deps.Invitations.Preview(ctx, c, in.ID, in.OrgID)
	if err != nil {
		return nil, err
	}
	return &invitationPreviewOutput{InvitationPreview{
		To: p.To, FromName: p.FromName, ReplyTo: p.ReplyTo, Subject: p.Subject, Text: p.Text, HTML: p.HTML,
		Organization: OrganizationRef{p.Org.ID, p.Org.Name},
	}}, nil
}

type invitationOutput struct{ Body Invitation }

func (s *server) invitePerson(ctx context.Context, c *access.Caller, in *personInvitationInput) (*invitationOutput, error) {
	v, err := s.deps.Invitations.InvitePerson(ctx, c, in.ID, in.OrgID)
	if err != nil {
		return nil, err
	}
	return &invitationOutput{invitationOf(v)}, nil
}

func (s *server) invitationOperations() {
	example := Invitation{
		ID: "inv_01k9z8b4d6f8h0k2n4q6s8v0x2", Email: "maria@fabrikam.example", State: iam.InvitationPending,
		Organization: OrganizationRef{exampleOrgID, "Fabrikam"}, UserType: iam.TypeMember,
		Roles: []RoleRef{{"role_org_admin", "org_admin", "Org Admin"}}, Permissions: []iam.Permission{}, Teams: []InvitationTeam{{exampleTeamID, "Night shift"}}, InvitedBy: UserRef{exampleUserID, "Ada Okafor"},
		CreatedAt: exampleTime, SentAt: exampleTime, TimesSent: 1, ExpiresAt: exampleTime.Add(invitations.Lifetime), MailState: iam.MailSent, Manageable: true,
	}
	register(s, operation{
		id: "list-invitations", method: http.MethodGet, path: "/invitations", tag: tagInvitations, guard: needs(iam.PermUsersInvite),
		summary:     "List invitations",
		description: "Invitations to the organization in which the caller acts and to those below it, newest first, with what became of the latest mail.",
		errors:      []iam.Code{iam.CodeInvalid, iam.CodeInvalidCursor},
		response:    exampleList(example),
	}, s.listInvitations)
	register(s, operation{
		id: "get-invitation-stats", method: http.MethodGet, path: "/organizations/{id}/invitation-stats", tag: tagInvitations, guard: needs(iam.PermUsersInvite),
		summary: "Count the invitations of an organization", description: "How many invitations to an organization and to those below it wait for an answer.",
		response: InvitationStats{Pending: 3},
	}, s.invitationStats)
	register(s, operation{
		id: "create-invitations", method: http.MethodPost, path: "/invitations", tag: tagInvitations, guard: needs(iam.PermUsersInvite), status: http.StatusOK, idempotent: true,
		summary: "Invite people",
		description: "Sends an invitation to each address and says of each what became of it. The link in the mail works once, for seven days, and opening it changes nothing. " +
			"Who has an account joins with it. Giving roles or permissions needs roles.assign, teams teams.manage; nobody can give what they don't hold themselves. " +
			"An address that was invited already is not sent another mail: see the bulk operation.",
		errors:  []iam.Code{iam.CodeForbidden, iam.CodeEscalation},
		request: InviteRequest{Emails: []string{"maria@fabrikam.example", "jonas@fabrikam"}, OrganizationID: exampleOrgID, Access: []string{"org_admin", "home"}},
		response: InviteResponse{Sent: 1, Results: []InviteResult{
			{Email: "maria@fabrikam.example", Outcome: invitations.Sent, InvitationID: &example.ID},
			{Email: "jonas@", Outcome: invitations.Invalid, Detail: "Enter an e-mail address such as name@example.com."},
		}},
	}, s.invite)
	register(s, operation{
		id: "bulk-invitations", method: http.MethodPost, path: "/invitations/bulk", tag: tagInvitations, guard: needs(iam.PermUsersInvite),
		summary:     "Send invitations again, or delete them",
		description: "Does so with up to 200 invitations, each for itself. The links of the mails before stop at once; mails that wait are not sent any more.",
		errors:      []iam.Code{iam.CodeForbidden},
		request:     BulkInvitationsRequest{Action: invitations.ActionResend, IDs: []iam.InvitationID{example.ID}},
		response:    BulkInvitationsResponse{Results: []BulkInvitationResult{{ID: example.ID, Email: example.Email, OK: true}}},
	}, s.bulkInvitations)
	s.personInvitationOperations(example)
	s.acceptOperations()
}

func (s *server) personInvitationOperations(example Invitation) {
	register(s, operation{
		id: "preview-user-invitation", method: http.MethodPost, path: "/users/{id}/invitation/preview", tag: tagInvitations, guard: needs(iam.PermUsersInvite),
		summary:     "Preview the invitation of a user",
		description: "Shows the mail that inviting a person of the directory would send, with a link that does not work.",
		errors:      []iam.Code{iam.CodeInvalid, iam.CodeEscalation, iam.CodeConflict},
		response: InvitationPreview{
			To: "ada@northwind.example", FromName: "Northwind", Subject: "Your access to Northwind is ready", Text: "Hello Ada, …", HTML: "<p>Hello Ada, …</p>",
			Organization: OrganizationRef{exampleOrgID, "Northwind"},
		},
	}, s.previewInvitation)
	register(s, operation{
		id: "invite-user", method: http.MethodPost, path: "/users/{id}/invitation", tag: tagInvitations, guard: needs(iam.PermUsersInvite), idempotent: true,
		summary: "Invite a user",
		description: "Sends a person of the directory a link that signs them in once, after a press of a button, and by which they choose a password when they have none of their own. " +
			"An earlier link stops.",
		errors:   []iam.Code{iam.CodeInvalid, iam.CodeEscalation, iam.CodeConflict},
		response: example,
	}, s.invitePerson)
}
