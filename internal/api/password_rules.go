package api

import (
	"context"
	"net/http"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/password"
)

// PasswordRules are what a password for the people of an organization must be like.
type PasswordRules struct {
	MinLength int `json:"min_length" doc:"How many characters it has at least, by the policies of the organization"`
	MaxLength int `json:"max_length" doc:"How many characters it has at most"`
}

type passwordRulesOutput struct{ Body PasswordRules }

func (s *server) passwordRules(ctx context.Context, c *access.Caller, in *OrganizationPath) (*passwordRulesOutput, error) {
	least, err := s.deps.Users.PasswordRules(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	return &passwordRulesOutput{PasswordRules{MinLength: least, MaxLength: password.DefaultMaxLength}}, nil
}

func (s *server) passwordRulesOperations() {
	register(s, operation{
		id: "get-password-rules", method: http.MethodGet, path: "/organizations/{id}/password-rules", tag: tagOrganizations, guard: needs(iam.PermUsersCreate),
		summary: "Rules for passwords in an organization",
		description: "What a temporary password that is chosen for somebody there must be like: for whoever adds people without seeing the organization's policies. " +
			"Passwords that the server makes are long enough by themselves.",
		response: PasswordRules{MinLength: 14, MaxLength: password.DefaultMaxLength},
	}, s.passwordRules)
}
