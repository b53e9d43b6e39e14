package api

import (
	"strconv"
	"time"

	"github.com/retinue/retinue/internal/sessions"
)

// idle is when the session ends unless it is used.
func (s *server) idle(p *sessions.Principal) (at *time.Time, left *int64) {
	ends := p.IdleEnds()
	if ends.IsZero() {
		return nil, nil
	}
	return new(ends.UTC()), new(int64(ends.Sub(s.deps.Clock.Now()) / time.Second))
}

// idleNone is how the answer to "who am I" ends where no session can be idle.
const idleNone = `"idle_expires_at":null,"idle_seconds_left":null}`

// appendIdle is idle, behind an answer that lacks its end.
func (s *server) appendIdle(b []byte, p *sessions.Principal) []byte {
	at, left := s.idle(p)
	if at == nil {
		return append(b, idleNone...)
	}
	b = at.AppendFormat(append(b, `"idle_expires_at":"`...), time.RFC3339Nano)
	return append(strconv.AppendInt(append(b, `","idle_seconds_left":`...), *left, 10), '}')
}
