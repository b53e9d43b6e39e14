package api

import (
	"context"
	"net/http"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/invitations"
	"github.com/retinue/retinue/internal/password"
)

// InvitationToken is what a link brings.
type InvitationToken struct {
	Token string `json:"token" maxLength:"200" doc:"From the link in the mail, after #token="`
}

type lookUpInvitationInput struct{ Body InvitationToken }

// InvitationOffer is what the page behind a link shows.
type InvitationOffer struct {
	Tenant        TenantSummary `json:"tenant"`
	Brand         Brand         `json:"brand" doc:"How the organization shows itself"`
	Organization  string        `json:"organization"`
	InvitedBy     string        `json:"invited_by"`
	Email         string        `json:"email"`
	Name          string        `json:"name" doc:"Of who has an account; empty for somebody new"`
	Locale        string        `json:"locale" doc:"In which the mail was written, or empty"`
	HasAccount    bool          `json:"has_account"`
	SignsIn       bool          `json:"signs_in" doc:"It signs a member in; else it joins the organization"`
	NeedsPassword bool          `json:"needs_password" doc:"Also with an account whose address nobody has shown to be theirs: joining then ends its sessions and API keys"`
	PasswordMin   int           `json:"password_min_length" doc:"How many characters the password must have"`
	ExpiresAt     time.Time     `json:"expires_at"`
	// OtherPerson is set when somebody else's session is open in the browser.
	OtherPerson string `json:"other_person" doc:"Who is signed in with this browser, when that is somebody else; they have to sign out first"`
}

type invitationOfferOutput struct{ Body InvitationOffer }

// present is who is signed in with the browser: a public operation does not ask.
// Somebody whom a rule about addresses keeps out at the moment is signed in, too.
func (s *server) present(ctx context.Context) (id iam.UserID, name string) {
	token := requestOf(ctx).cookie
	if token == "" {
		return "", ""
	}
	p, err := s.deps.Sessions.Present(ctx, token)
	if err != nil {
		return "", ""
	}
	return p.User.ID, p.User.FullName()
}

func (s *server) lookUpInvitation(ctx context.Context, _ *access.Caller, in *lookUpInvitationInput) (*invitationOfferOutput, error) {
	id, name := s.present(ctx)
	o, err := s.deps.Invitations.Lookup(ctx, in.Body.Token, id)
	if err != nil {
		return nil, err
	}
	i := o.Invitation
	out := InvitationOffer{
		Tenant: s.tenantSummary(o.Tenant), Brand: s.brand(ctx, o.Tenant, o.Org.ID), Organization: o.Org.Name, InvitedBy: o.InvitedBy, Email: i.Email, Locale: i.Locale,
		HasAccount: o.User != nil, SignsIn: i.User != "", NeedsPassword: o.NeedsPassword(), PasswordMin: o.Least, ExpiresAt: i.ExpiresAt.UTC(),
	}
	out.Tenant.ID = "" // of no use to somebody who is not signed in
	if o.User != nil {
		out.Name = o.User.FullName()
	}
	if id != "" && (o.User == nil || o.User.ID != id) {
		out.OtherPerson = name
	}
	return &invitationOfferOutput{out}, nil
}

// AcceptInvitationRequest is what the invited person answers.
type AcceptInvitationRequest struct {
	Token     string `json:"token" maxLength:"200" doc:"From the link in the mail, after #token="`
	FirstName string `json:"first_name,omitempty" maxLength:"100" doc:"Of somebody new"`
	LastName  string `json:"last_name,omitempty" maxLength:"100" doc:"Of somebody new"`
	Password  string `json:"password,omitempty" maxLength:"4096" format:"password" doc:"Where the offer needs one"`
	Locale    string `json:"locale,omitempty" enum:",en,es,fr,de" doc:"What somebody new has chosen; by default what was chosen for the invitation, else the language of their organization counts"`
}

type acceptInvitationInput struct{ Body AcceptInvitationRequest }

func (s *server) acceptInvitation(ctx context.Context, _ *access.Caller, in *acceptInvitationInput) (*sessionOutput, error) {
	b := in.Body
	accept := invitations.Accept{FirstName: b.FirstName, LastName: b.LastName, Password: b.Password, Locale: b.Locale}
	accept.SignedIn, _ = s.present(ctx)
	done, err := s.deps.Invitations.Accept(ctx, b.Token, accept, requestOf(ctx).device())
	if err != nil {
		return nil, err
	}
	return s.signedIn(ctx, requestOf(ctx), done), nil
}

func (s *server) acceptOperations() {
	const token = "q1W2e3R4t5Y6u7I8o9P0a1S2d3F4g5H6j7K8l9Z0x1C"
	tenant := exampleTenant()
	tenant.ID = ""
	register(s, operation{
		id: "look-up-invitation", method: http.MethodPost, path: "/invitations/lookup", tag: tagInvitations, guard: public(), status: http.StatusOK,
		summary: "What an invitation offers",
		description: "Says who invites, and to what, by the token of the link. It changes nothing, so that a program that opens the links of mails uses nothing up. " +
			"A link that lets nobody in is an error of the field token: invalid_link, used_link, expired_link, or outdated_link when the account got another password after it was sent: that one works for whoever is signed in to the account.",
		errors:  []iam.Code{iam.CodeAccountSuspended, iam.CodeOrganizationSuspended},
		request: InvitationToken{Token: token},
		response: InvitationOffer{
			Tenant: tenant, Brand: exampleBrand(), PasswordMin: password.DefaultMinLength, Organization: "Fabrikam", InvitedBy: "Ada Okafor", Email: "maria@fabrikam.example", Locale: "es", NeedsPassword: true,
			ExpiresAt: exampleTime.Add(invitations.Lifetime),
		},
	}, s.lookUpInvitation)
	register(s, operation{
		id: "accept-invitation", method: http.MethodPost, path: "/invitations/accept", tag: tagInvitations, guard: public(), status: http.StatusOK,
		summary: "Accept an invitation",
		description: "Joins the organization and signs in there. Somebody new gives a name and a password; who has an account joins with it, and gives a password only when the offer needs one. " +
			"The link works once. It is a conflict when somebody else is signed in with the same browser, and ip_refused when the person could not work there from this address: then the link stays good.",
		errors: []iam.Code{
			iam.CodeAccountSuspended, iam.CodeOrganizationSuspended, iam.CodeNoOrganization, iam.CodeConflict, iam.CodeForbidden, iam.CodeInvalidCredentials, iam.CodeIPRefused,
		},
		request:  AcceptInvitationRequest{Token: token, FirstName: "María", LastName: "Ruiz", Password: "plum jacket seven rivers"},
		response: exampleSession(),
	}, s.acceptInvitation)
}
