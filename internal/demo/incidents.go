package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/sessions"
	"github.com/retinue/retinue/internal/users"
)

// incidents are what else happened in the last weeks, so that the audit log has
// something to find.
func (b *builder) incidents() {
	ago := func(d time.Duration) time.Time { return b.now.Add(-d) }
	const day = 24 * time.Hour
	b.guess(ago(26*day+5*time.Hour), "ines.marchetti@kestrellane.example", 2, "203.0.113.77")
	b.guess(ago(11*day+2*time.Hour), "postmaster@kestrellane.example", 4, "198.51.100.203")
	b.guess(ago(3*day+90*time.Minute), "tobias.lindqvist@kestrellane.example", 1, "192.0.2.15")
	b.edit(ago(19*day), "claire.legoff@kestrellane.example", func(p *users.Patch) { p.Phone = new("+33 1 99 00 47 11") })
	b.edit(ago(13*day+4*time.Hour), "nkechi.okonkwo@kestrellane.example", func(p *users.Patch) {
		p.Roles = &[]string{"supervisor", "quality_reviewer"}
	})
	b.edit(ago(6*day+3*time.Hour), "callum.macleod@brightdesk.example", func(p *users.Patch) { p.Nickname = new("Cal M.") })
	b.edit(ago(2*day+5*time.Hour), "ewa.zajac@marrowandmint.example", func(p *users.Patch) { p.Timezone = new("Europe/London") })
	b.then(ago(5*day), func(ctx context.Context) error {
		u := b.users["duarte.vasconcelos@kestrellane.example"]
		if _, err := b.Users.SetStatus(ctx, b.admin, u.ID, iam.StatusSuspended); err != nil {
			return err
		}
		b.Clock.Advance(25 * time.Minute)
		_, err := b.Users.SetStatus(ctx, b.admin, u.ID, iam.StatusActive)
		return err
	})
}

// guess is somebody who does not know the password.
func (b *builder) guess(at time.Time, email string, times int, ip string) {
	for i := range times {
		b.then(at.Add(time.Duration(i)*40*time.Second), func(ctx context.Context) error {
			_, err := b.Sessions.SignIn(ctx, sessions.SignIn{
				Email: email, Password: "let me in, please", From: sessions.Client{IP: ip, UserAgent: browsers[2], RequestID: fmt.Sprintf("req_demo%08x", b.random.Uint32())},
			})
			if iam.CodeOf(err) == iam.CodeInvalidCredentials {
				return nil
			}
			return fmt.Errorf("a wrong password: %w", err)
		})
	}
}

// edit is a change by the administrator.
func (b *builder) edit(at time.Time, email string, change func(*users.Patch)) {
	b.then(at, func(ctx context.Context) error {
		v, err := b.Users.Get(ctx, b.admin, b.users[email].ID)
		if err != nil {
			return err
		}
		p := users.Patch{Version: v.Version}
		change(&p)
		_, err = b.Users.Update(ctx, b.admin, v.ID, p)
		return err
	})
}
