package api

import (
	"context"
	"net/http"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/password"
)

// ChangePasswordRequest is a new password of one's own.
type ChangePasswordRequest struct {
	CurrentPassword string `json:"current_password,omitempty" maxLength:"4096" format:"password" doc:"Not needed while must_change_password; checked when it is there"`
	NewPassword     string `json:"new_password" maxLength:"4096" format:"password"`
}

type changePasswordInput struct{ Body ChangePasswordRequest }

func (s *server) changePassword(ctx context.Context, c *access.Caller, in *changePasswordInput) (*noOutput, error) {
	p := requestOf(ctx).principal
	return nil, s.deps.Sessions.ChangePassword(ctx, p, c, in.Body.CurrentPassword, in.Body.NewPassword)
}

// PasswordResetRequest asks for a link by mail.
type PasswordResetRequest struct {
	Tenant string `json:"tenant,omitempty" maxLength:"100" doc:"The tenant's short name; not needed where the host name tells, or there is one tenant"`
	Email  string `json:"email" maxLength:"320"`
}

type passwordResetInput struct{ Body PasswordResetRequest }

func (s *server) requestReset(ctx context.Context, c *access.Caller, in *passwordResetInput) (*noOutput, error) {
	return nil, s.deps.Sessions.RequestReset(ctx, hostOnly(requestOf(ctx).host), in.Body.Tenant, in.Body.Email, clientOf(c))
}

// ResetToken is what a link for a new password brings.
type ResetToken struct {
	Token string `json:"token" maxLength:"200" doc:"From the link in the mail, after #token="`
}

type lookUpResetInput struct{ Body ResetToken }

// ResetOffer is what the page behind a link for a new password shows.
type ResetOffer struct {
	Brand       Brand `json:"brand" doc:"How the person's organization shows itself"`
	PasswordMin int   `json:"password_min_length" doc:"How many characters the password must have"`
}

type resetOfferOutput struct{ Body ResetOffer }

func (s *server) lookUpReset(ctx context.Context, _ *access.Caller, in *lookUpResetInput) (*resetOfferOutput, error) {
	o, err := s.deps.Sessions.LookUpReset(ctx, in.Body.Token)
	if err != nil {
		return nil, err
	}
	return &resetOfferOutput{ResetOffer{Brand: s.brand(ctx, o.Tenant, o.Org), PasswordMin: o.Least}}, nil
}

// ConfirmResetRequest sets a new password by a link.
type ConfirmResetRequest struct {
	Token       string `json:"token" maxLength:"200" doc:"From the link in the mail, after #token="`
	NewPassword string `json:"new_password" maxLength:"4096" format:"password"`
}

type confirmResetInput struct{ Body ConfirmResetRequest }

func (s *server) confirmReset(ctx context.Context, c *access.Caller, in *confirmResetInput) (*noOutput, error) {
	return nil, s.deps.Sessions.ConfirmReset(ctx, in.Body.Token, in.Body.NewPassword, clientOf(c))
}

func (s *server) passwordOperations() {
	register(s, operation{
		id: "change-my-password", method: http.MethodPut, path: "/me/password", tag: tagSelf, guard: signedIn().personOnly().evenUnsettled(),
		summary: "Change my password",
		description: "Sets a new password and ends all other sessions. The current one is asked for, unless it is a temporary one that must be changed. " +
			"What is wrong with the new one is said by field: too short, too common, too much like the name.",
		errors:  []iam.Code{iam.CodeThrottled, iam.CodeConflict},
		request: ChangePasswordRequest{CurrentPassword: "correct horse battery staple", NewPassword: "plum jacket seven rivers"},
	}, s.changePassword)
	register(s, operation{
		id: "request-password-reset", method: http.MethodPost, path: "/password-reset", tag: tagSession, guard: public(), status: http.StatusAccepted,
		summary:     "Forgot my password",
		description: "Sends a link to the address when there is an account with it. The answer is the same whether or not there is; throttled when too many links were asked for from one address.",
		errors:      []iam.Code{iam.CodeThrottled},
		request:     PasswordResetRequest{Tenant: "northwind", Email: "ada@northwind.example"},
	}, s.requestReset)
	register(s, operation{
		id: "look-up-password-reset", method: http.MethodPost, path: "/password-reset/lookup", tag: tagSession, guard: public(), status: http.StatusOK,
		summary:     "What a password link is for",
		description: "Says how the page behind the link looks and how long the password must be. It changes nothing. A link that does not work any more is an error of the field token: invalid_link.",
		request:     ResetToken{Token: "q1W2e3R4t5Y6u7I8o9P0a1S2d3F4g5H6j7K8l9Z0x1C"},
		response:    ResetOffer{Brand: exampleBrand(), PasswordMin: password.DefaultMinLength},
	}, s.lookUpReset)
	register(s, operation{
		id: "confirm-password-reset", method: http.MethodPost, path: "/password-reset/confirm", tag: tagSession, guard: public(),
		summary:     "Set a new password by link",
		description: "Sets a new password with the token from the link. A link works once and not for long; a newer link makes it useless. All sessions of the person end.",
		request:     ConfirmResetRequest{Token: "q1W2e3R4t5Y6u7I8o9P0a1S2d3F4g5H6j7K8l9Z0x1C", NewPassword: "plum jacket seven rivers"},
	}, s.confirmReset)
}
