// Package privacy answers two requests that every person may make: to get
// everything that is known of them, and to be forgotten.
package privacy

import (
	"context"
	"encoding/json"
	"io"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/photo"
	"github.com/retinue/retinue/internal/pictures"
)

// Deleter ends accounts; package users does.
type Deleter interface {
	DeleteIn(ctx context.Context, tx iam.Tx, c *access.Caller, id, heir iam.UserID) error
}

// Log tells of people what a caller may know; package audit does.
type Log interface {
	Concerning(ctx context.Context, c *access.Caller, user iam.UserID, p iam.Page) (iam.List[*iam.Event], error)
}

// Deps are what the service works with.
type Deps struct {
	Store  iam.Store
	IDs    iam.IDs
	Users  Deleter
	Log    Log
	Photos photo.Store
}

// Service answers requests about personal data.
type Service struct{ Deps }

// New returns the service.
func New(d Deps) *Service { return &Service{Deps: d} }

// Export writes everything about a person as one JSON object; it needs
// users.erase. Below the root organization it leaves out of somebody else what was
// outside of the caller's part of the tree, and who acted on them from there, as
// the audit log does. The export is in the audit log before a byte of it is written.
func (s *Service) Export(ctx context.Context, c *access.Caller, id iam.UserID) (func(io.Writer) error, error) {
	if err := c.Require(iam.PermUsersErase); err != nil {
		return nil, err
	}
	var r *report
	err := s.Store.Write(ctx, func(tx iam.Tx) error {
		u, dir, err := s.visible(ctx, tx, c, id)
		if err != nil {
			return err
		}
		if r, err = collect(ctx, tx, c, dir, u); err != nil {
			return err
		}
		return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, "user.data_exported", audit.At(dir, c.Org, u)))
	})
	if err != nil {
		return nil, err
	}
	if r.Profile.Photo, err = s.picture(ctx, c.Tenant, r.photoKey); err != nil {
		return nil, err
	}
	return func(w io.Writer) error { return s.write(ctx, w, c, id, r) }, nil
}

// visible reads a user whom the caller may see and act on, or is, and the
// directory that says so.
func (s *Service) visible(ctx context.Context, tx iam.Tx, c *access.Caller, id iam.UserID) (*iam.User, *authz.Directory, error) {
	dir, u, err := authz.InSight(ctx, tx, c, id)
	if err != nil || c.IsSelf(id) {
		return u, dir, err
	}
	return u, dir, dir.MayActOn(c, u)
}

// write streams the report: what is bounded first, then the events page by page.
func (s *Service) write(ctx context.Context, w io.Writer, c *access.Caller, id iam.UserID, r *report) error {
	head, err := json.MarshalIndent(&r.PersonalReport, "", "  ")
	if err != nil {
		return err
	}
	if _, err := w.Write(head[:len(head)-2]); err != nil { // without the closing brace
		return err
	}
	separator := ",\n  \"events\": [\n    "
	next := iam.Page{Limit: iam.MaxPageSize}
	for {
		page, err := s.Log.Concerning(ctx, c, id, next)
		if err != nil {
			return err
		}
		for _, e := range page.Items {
			line, err := json.Marshal(eventOf(e))
			if err != nil {
				return err
			}
			if _, err := w.Write(append([]byte(separator), line...)); err != nil {
				return err
			}
			separator = ",\n    "
		}
		if page.Next == "" {
			break
		}
		next.Cursor = page.Next
	}
	end := "\n  ]\n}\n"
	if separator != ",\n    " {
		end = ",\n  \"events\": []\n}\n"
	}
	_, err = io.WriteString(w, end)
	return err
}

// Erase deletes a person's account if there is one, handing over what they own
// to heir or ending it, and replaces their name and address by a pseudonym
// everywhere. It needs users.erase, for an account users.delete as well, and
// for somebody who was deleted before, acting in the root organization: a
// tombstone belongs to no other.
func (s *Service) Erase(ctx context.Context, c *access.Caller, id, heir iam.UserID) (string, error) {
	if err := c.Require(iam.PermUsersErase); err != nil {
		return "", err
	}
	err := s.Store.Write(ctx, func(tx iam.Tx) error {
		address, photoKey := "", ""
		u, err := tx.User(ctx, c.Tenant, id)
		switch {
		case err == nil:
			address, photoKey = u.Email, u.PhotoKey
			if err := s.Users.DeleteIn(ctx, tx, c, id, heir); err != nil {
				return err
			}
		case iam.CodeOf(err) != iam.CodeNotFound || !c.InRoot:
			return err
		}
		if err := pictures.DropAtOnce(ctx, tx, c.Tenant, photoKey); err != nil {
			return err
		}
		n, err := tx.ErasePerson(ctx, c.Tenant, id, address)
		if err != nil {
			return err
		}
		target := audit.Target{Type: "user", ID: string(id), Name: iam.Pseudonym(string(id))}
		return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, "user.erased", target, iam.Change{Field: "events", After: n}))
	})
	if err != nil {
		return "", err
	}
	// What does not go now goes in the background.
	_, _ = pictures.Sweep(ctx, s.Store, s.Photos)
	return iam.Pseudonym(string(id)), nil
}
