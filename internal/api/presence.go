package api

import (
	"context"
	"net/http"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/users"
)

// Presence is whether the caller is there.
type Presence struct {
	Presence iam.Presence `json:"presence" enum:"online,away,offline" doc:"What the caller has chosen"`
	Shown    iam.Presence `json:"shown" enum:"online,away,offline" doc:"What others see: offline without a session that was active in the last five minutes"`
}

// PresenceRequest is what the caller chooses to be.
type PresenceRequest struct {
	Presence iam.Presence `json:"presence" enum:"online,away,offline"`
}

type presenceOutput struct{ Body Presence }

func presenceAnswer(v *users.PresenceView, err error) (*presenceOutput, error) {
	if err != nil {
		return nil, err
	}
	return &presenceOutput{Presence{Presence: v.Chosen, Shown: v.Shown}}, nil
}

func (s *server) getPresence(ctx context.Context, c *access.Caller, _ *noInput) (*presenceOutput, error) {
	return presenceAnswer(s.deps.Users.Presence(ctx, c))
}

type putPresenceInput struct{ Body PresenceRequest }

func (s *server) putPresence(ctx context.Context, c *access.Caller, in *putPresenceInput) (*presenceOutput, error) {
	return presenceAnswer(s.deps.Users.SetPresence(ctx, c, in.Body.Presence))
}

func (s *server) presenceOperations() {
	register(s, operation{
		id: "get-my-presence", method: http.MethodGet, path: "/me/presence", tag: tagSelf, guard: signedIn(),
		summary: "Whether I am online", description: "What the caller has chosen, and what others see.",
		response: Presence{Presence: iam.PresenceAway, Shown: iam.PresenceAway},
	}, s.getPresence)
	register(s, operation{
		id: "set-my-presence", method: http.MethodPut, path: "/me/presence", tag: tagSelf, guard: signedIn().personOnly(),
		summary:     "Set whether I am online",
		description: "Others see it while the caller is there: somebody suspended, or without a session that was active in the last five minutes, is offline whatever they have chosen.",
		request:     PresenceRequest{Presence: iam.PresenceAway}, response: Presence{Presence: iam.PresenceAway, Shown: iam.PresenceAway},
	}, s.putPresence)
}
