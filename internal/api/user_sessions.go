package api

import (
	"context"
	"net/http"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/sessions"
)

// Device is a session as its owner or an administrator sees it.
type Device struct {
	ID      iam.SessionID `json:"id"`
	Current bool          `json:"current" doc:"The one that this request came with"`
	Sender
	UserAgent  string    `json:"user_agent"`
	IP         string    `json:"ip"`
	CreatedAt  time.Time `json:"created_at"`
	LastUsedAt time.Time `json:"last_used_at"`
	ExpiresAt  time.Time `json:"expires_at"`
}

func deviceOf(v sessions.View) Device {
	return Device{
		ID: v.ID, Current: v.Current, Sender: senderOf(v.UserAgent), UserAgent: v.UserAgent, IP: v.IP,
		CreatedAt: v.CreatedAt.UTC(), LastUsedAt: v.LastUsedAt.UTC(), ExpiresAt: v.ExpiresAt.UTC(),
	}
}

func (s *server) devices(ctx context.Context, c *access.Caller, user iam.UserID) (*itemsOutput[Device], error) {
	list, err := s.deps.Sessions.List(ctx, c, user)
	if err != nil {
		return nil, err
	}
	return itemsOf(list, deviceOf), nil
}

type userSessionInput struct {
	UserPath
	Session iam.SessionID `path:"session_id" doc:"The session's id"`
}

type sessionIDInput struct {
	Session iam.SessionID `path:"session_id" doc:"The session's id"`
}

func exampleDevice() Device {
	return Device{
		ID: exampleSessionID, Current: true, Sender: Sender{"Firefox on Linux", "Firefox", "Linux"}, IP: "203.0.113.7",
		UserAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0",
		CreatedAt: exampleTime, LastUsedAt: exampleTime.Add(2 * time.Hour), ExpiresAt: exampleTime.Add(12 * time.Hour),
	}
}

func (s *server) userSessionOperations() {
	const path = "/users/{id}/sessions"
	register(s, operation{
		id: "list-user-sessions", method: http.MethodGet, path: path, tag: tagUsers, guard: needs(iam.PermSessionsRead),
		summary: "Where a user is signed in", description: "The sessions of a user that are alive, latest use first. Of somebody who also belongs outside of the caller's part of the tree, those that act within it.",
		response: Items[Device]{[]Device{exampleDevice()}},
	}, func(ctx context.Context, c *access.Caller, in *UserPath) (*itemsOutput[Device], error) {
		return s.devices(ctx, c, in.ID)
	})
	register(s, operation{
		id: "end-user-session", method: http.MethodDelete, path: path + "/{session_id}", tag: tagUsers, guard: needs(iam.PermSessionsRevoke),
		summary: "Sign a user out of one device", description: "Ends one session of a user; its very next request is refused. Not of somebody who also belongs outside of the caller's part of the tree.",
		errors: []iam.Code{iam.CodeEscalation},
	}, func(ctx context.Context, c *access.Caller, in *userSessionInput) (*noOutput, error) {
		return nil, s.deps.Sessions.End(ctx, c, in.ID, in.Session)
	})
	register(s, operation{
		id: "end-user-sessions", method: http.MethodDelete, path: path, tag: tagUsers, guard: needs(iam.PermSessionsRevoke),
		summary: "Sign a user out everywhere", description: "Ends all sessions of a user; of one's own, all but the current one. Not of somebody who also belongs outside of the caller's part of the tree.",
		errors: []iam.Code{iam.CodeEscalation},
	}, func(ctx context.Context, c *access.Caller, in *UserPath) (*noOutput, error) {
		_, err := s.deps.Sessions.EndAll(ctx, c, in.ID)
		return nil, err
	})
}

func (s *server) selfSessionOperations() {
	const path = "/me/sessions"
	register(s, operation{
		id: "list-my-sessions", method: http.MethodGet, path: path, tag: tagSelf, guard: signedIn().personOnly(),
		summary: "Where I am signed in", description: "The caller's own sessions that are alive, latest use first.",
		response: Items[Device]{[]Device{exampleDevice()}},
	}, func(ctx context.Context, c *access.Caller, _ *noInput) (*itemsOutput[Device], error) {
		return s.devices(ctx, c, c.User)
	})
	register(s, operation{
		id: "end-my-session", method: http.MethodDelete, path: path + "/{session_id}", tag: tagSelf, guard: signedIn().personOnly(),
		summary: "Sign out of one device", description: "Ends one of the caller's own sessions.",
	}, func(ctx context.Context, c *access.Caller, in *sessionIDInput) (*noOutput, error) {
		return nil, s.deps.Sessions.End(ctx, c, c.User, in.Session)
	})
	register(s, operation{
		id: "end-my-other-sessions", method: http.MethodDelete, path: path, tag: tagSelf, guard: signedIn().personOnly(),
		summary: "Sign out everywhere else", description: "Ends all of the caller's own sessions but the current one.",
	}, func(ctx context.Context, c *access.Caller, _ *noInput) (*noOutput, error) {
		_, err := s.deps.Sessions.EndAll(ctx, c, c.User)
		return nil, err
	})
}
