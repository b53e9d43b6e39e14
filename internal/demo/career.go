package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/apikeys"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/people"
	"github.com/retinue/retinue/internal/sessions"
	"github.com/retinue/retinue/internal/users"
)

// career is what becomes of an employee: added, signed in for the first time,
// at work day by day, perhaps suspended.
func (b *builder) career(i int, e *people.Employee) {
	joined := b.now.Add(-e.CreatedAgo)
	if i == 0 {
		joined = b.founded() // came with the tenant
	} else {
		b.then(joined, func(ctx context.Context) error { return b.add(ctx, i, e) })
	}
	b.then(joined.Add(4*time.Minute), func(ctx context.Context) error { return b.complete(ctx, e) })
	switch {
	case isService(e):
		b.then(joined.Add(6*time.Minute), func(ctx context.Context) error { return b.giveKey(ctx, e) })
	case e.LastSignInAgo >= 0:
		b.work(e, joined, i != 0)
	}
	if e.Status == string(iam.StatusSuspended) {
		after := b.now.Add(-max(e.LastSignInAgo, 24*time.Hour)).Add(9 * time.Hour)
		if isService(e) {
			after = b.now.Add(-12 * 24 * time.Hour)
		}
		b.then(after, func(ctx context.Context) error {
			_, err := b.Users.SetStatus(ctx, b.admin, b.users[e.Email].ID, iam.StatusSuspended)
			return err
		})
	}
}

// add creates the user with a temporary password.
func (b *builder) add(ctx context.Context, i int, e *people.Employee) error {
	made, err := b.Users.Create(ctx, b.admin, users.Create{
		FirstName: e.GivenName, LastName: e.FamilyName, Nickname: e.Nickname, Email: e.Email, Phone: e.Phone, ExternalID: e.ExternalID,
		Timezone: e.Timezone, Locale: e.Locale, Type: iam.UserType(e.Type), Roles: b.rolesOf(e), Org: b.orgs[e.Organization], Access: e.Ticks,
		CustomFields: b.valuesOf(i, e),
	})
	if err != nil {
		return fmt.Errorf("add %s: %w", e.Email, err)
	}
	b.users[e.Email] = made.User.User
	return nil
}

// complete adds what is not part of creating somebody: the photo, and
// memberships in further organizations.
func (b *builder) complete(ctx context.Context, e *people.Employee) error {
	return b.Store.Write(ctx, func(tx iam.Tx) error {
		before, err := tx.UserForUpdate(ctx, b.tenant.ID, b.users[e.Email].ID)
		if err != nil {
			return err
		}
		after := *before
		after.Nickname, after.Phone, after.ExternalID, after.Timezone, after.Locale = e.Nickname, e.Phone, e.ExternalID, e.Timezone, e.Locale
		after.PhotoKey = b.photos[e.Email].key
		after.Memberships = append([]iam.Membership(nil), before.Memberships...)
		after.Memberships[0].IncludesDescendants = after.Memberships[0].IncludesDescendants || e.Descendants
		var changes audit.Changes
		for _, slug := range e.AlsoIn {
			m := iam.Membership{Org: b.orgs[slug], Roles: before.Memberships[0].Roles, CreatedAt: tx.Now()}
			after.Memberships = append(after.Memberships, m)
			changes.Add("organizations", nil, slug)
		}
		changes.Add("nickname", before.Nickname, after.Nickname)
		changes.Add("phone", before.Phone, after.Phone)
		changes.Add("photo", before.PhotoKey != "", after.PhotoKey != "")
		changes.Add("includes_descendants", before.Memberships[0].IncludesDescendants, after.Memberships[0].IncludesDescendants)
		if len(changes) == 0 {
			return nil
		}
		if err := tx.UpdateUser(ctx, b.tenant.ID, before, &after); err != nil {
			return err
		}
		tx.AccessChanged(b.tenant.ID)
		return tx.AppendEvents(ctx, b.tenant.ID, audit.New(b.IDs, tx.Now(), b.admin, "user.updated", audit.User(&after), changes...))
	})
}

// giveKey makes an API key for a service user, with what its role gives it.
func (b *builder) giveKey(ctx context.Context, e *people.Employee) error {
	u := b.users[e.Email]
	var granted access.Set
	err := b.Store.Read(ctx, func(tx iam.Tx) error {
		for _, id := range u.RoleIDs() {
			r, err := tx.Role(ctx, b.tenant.ID, id)
			if err != nil {
				return err
			}
			granted |= access.SetOf(r.Permissions...)
		}
		return nil
	})
	permissions := (granted & access.Ceiling(u.Type)).Permissions()
	if err != nil || len(permissions) == 0 {
		return err
	}
	_, err = b.APIKeys.Create(ctx, b.admin, apikeys.Create{Name: e.GivenName + " " + e.FamilyName, User: u.ID, Permissions: permissions})
	return err
}

// trail is how far back people's days at work are told.
const trail = 35 * 24 * time.Hour

// work signs the employee in: once soon after joining, when a password is
// chosen, and on many days of the last weeks until the last time.
func (b *builder) work(e *people.Employee, joined time.Time, chooses bool) {
	last := b.now.Add(-e.LastSignInAgo)
	first := joined.Add(time.Duration(10+b.random.IntN(300)) * time.Minute)
	if !first.Before(last) {
		first = joined.Add(last.Sub(joined) / 2)
	}
	b.then(first, func(ctx context.Context) error { return b.arrive(ctx, e, chooses, 3*time.Hour) })
	for day := last.Add(-24 * time.Hour); day.After(first) && b.now.Sub(day) < trail; day = day.Add(-24 * time.Hour) {
		at := day.Add(time.Duration(b.random.IntN(110)-55) * time.Minute)
		if weekend := at.Weekday() == time.Saturday || at.Weekday() == time.Sunday; weekend || b.random.IntN(100) < 58 || !at.After(first) {
			continue
		}
		b.then(at, func(ctx context.Context) error { return b.arrive(ctx, e, false, 7*time.Hour) })
	}
	b.then(last, func(ctx context.Context) error { return b.arrive(ctx, e, false, 0) })
}

// arrive signs the employee in as the sign-in page does, but for the password;
// stays > 0 signs out again, at once on the clock of the demo.
func (b *builder) arrive(ctx context.Context, e *people.Employee, chooses bool, stays time.Duration) error {
	in, err := b.Sessions.OpenFor(ctx, b.tenant, b.users[e.Email], b.desk(e.Email))
	if err != nil {
		return fmt.Errorf("%s arrives: %w", e.Email, err)
	}
	c := in.Principal.Caller
	from := b.desk(e.Email)
	c.IP, c.UserAgent, c.RequestID = from.IP, from.UserAgent, from.RequestID
	if chooses {
		b.Clock.Advance(2 * time.Minute)
		if err := b.Sessions.ChangePassword(ctx, in.Principal, &c, "", Password); err != nil {
			return fmt.Errorf("%s chooses a password: %w", e.Email, err)
		}
	}
	if err := b.remember(ctx, e); err != nil || stays == 0 {
		return err
	}
	if left := b.random.IntN(100) < 40; !left {
		return nil // the session ends by itself
	}
	b.Clock.Advance(stays + time.Duration(b.random.IntN(90))*time.Minute)
	return b.Sessions.SignOut(ctx, &c)
}

// remember reads the employee again: their password has changed.
func (b *builder) remember(ctx context.Context, e *people.Employee) error {
	return b.Store.Read(ctx, func(tx iam.Tx) error {
		u, err := tx.User(ctx, b.tenant.ID, b.users[e.Email].ID)
		if err == nil {
			b.users[e.Email] = u
		}
		return err
	})
}

// browsers are the devices of the demo's people.
var browsers = []string{
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
	"Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
	"Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
}

// desk is where a person usually works: an address that is reserved for
// documentation (RFC 5737), and a browser; now and then their telephone.
func (b *builder) desk(email string) sessions.Client {
	n := 0
	for _, c := range email {
		n = n*31 + int(c)
	}
	n &= 0xffff
	networks := []string{"192.0.2.", "198.51.100.", "203.0.113."}
	c := sessions.Client{
		IP: fmt.Sprintf("%s%d", networks[n%3], 1+n%250), UserAgent: browsers[n%4], RequestID: fmt.Sprintf("req_demo%08x", b.random.Uint32()),
	}
	if b.random.IntN(9) == 0 {
		c.IP, c.UserAgent = fmt.Sprintf("2001:db8::%x", n), browsers[4+n%2]
	}
	return c
}
