package privacy

import (
	"context"
	"encoding/base64"
	"errors"
	"slices"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/fields"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/photo"
)

// report is what is read before anything is written.
type report struct {
	PersonalReport
	photoKey string
}

func timeOrNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func eventOf(e *iam.Event) PersonalEvent {
	changes := make([]PersonalChange, len(e.Changes))
	for i, c := range e.Changes {
		changes[i] = PersonalChange(c)
	}
	return PersonalEvent{e.ID, e.At, e.Action, e.Outcome, e.ActorName, e.TargetName, changes, e.IP, e.UserAgent}
}

// collect reads the report of a user, as far as the caller may know it.
func collect(ctx context.Context, tx iam.Tx, c *access.Caller, dir *authz.Directory, u *iam.User) (*report, error) {
	tenant := c.Tenant
	r := &report{photoKey: u.PhotoKey, PersonalReport: PersonalReport{
		Profile: PersonalProfile{
			ID: u.ID, UserType: u.Type, Status: u.Status, FirstName: u.FirstName, LastName: u.LastName, Nickname: u.Nickname, Email: u.Email,
			Phone: u.Phone, ExternalID: u.ExternalID, Timezone: u.Timezone, Locale: u.Locale, Theme: u.Theme,
			CreatedAt: u.CreatedAt, UpdatedAt: u.UpdatedAt, LastSignInAt: timeOrNull(u.LastSignInAt), PasswordAt: timeOrNull(u.PasswordChangedAt),
		},
		Memberships: []PersonalMembership{}, Teams: []PersonalTeam{}, Sessions: []PersonalSession{}, APIKeys: []PersonalKey{}, Mails: []PersonalMail{},
	}}
	for _, m := range u.Memberships {
		r.Memberships = append(r.Memberships, PersonalMembership{dir.OrgName(m.Org), m.IncludesDescendants, same(m.Roles), same(m.Permissions), m.Alias, m.CreatedAt})
	}
	for _, h := range u.Teams {
		r.Teams = append(r.Teams, PersonalTeam{h.TeamName, h.Role, h.Lead, h.JoinedAt})
	}
	if err := r.custom(ctx, tx, tenant, u); err != nil {
		return nil, err
	}
	sessions, err := tx.SessionsOf(ctx, tenant, u.ID)
	if err != nil {
		return nil, err
	}
	for _, s := range sessions {
		r.Sessions = append(r.Sessions, PersonalSession{s.ID, s.IP, s.UserAgent, s.CreatedAt, s.LastUsedAt})
	}
	if err := r.keys(ctx, tx, tenant, u.ID); err != nil {
		return nil, err
	}
	mails, err := tx.MailsTo(ctx, tenant, u.Email)
	if err != nil {
		return nil, err
	}
	for _, m := range mails {
		r.Mails = append(r.Mails, PersonalMail{m.Kind, m.Subject, m.State, m.CreatedAt, timeOrNull(m.SentAt)})
	}
	r.Records, err = tx.PersonalRecords(ctx, tenant, u.ID, u.Email)
	if !c.InRoot && !c.IsSelf(u.ID) {
		r.restrict(dir, c)
	}
	return r, err
}

// restrict leaves out what belongs to organizations outside of the caller's part of
// the tree, of before the person was theirs alone, and who else had to do with it.
func (r *report) restrict(dir *authz.Directory, c *access.Caller) {
	for kind, list := range r.Records {
		r.Records[kind] = slices.DeleteFunc(list, func(record map[string]any) bool {
			delete(record, "actor_id")
			delete(record, "user_id")
			org, ok := record["org_id"].(string)
			return ok && !dir.Within(iam.OrgID(org), c.Org)
		})
	}
}

// keys adds the API keys that somebody has or had.
func (r *report) keys(ctx context.Context, tx iam.Tx, tenant iam.TenantID, id iam.UserID) error {
	f := iam.APIKeyFilter{User: id, Page: iam.Page{Limit: iam.MaxPageSize}}
	for {
		list, err := tx.APIKeys(ctx, tenant, f)
		if err != nil {
			return err
		}
		for _, k := range list.Items {
			r.APIKeys = append(r.APIKeys, PersonalKey{k.ID, k.Name, k.Prefix, same(k.Permissions), k.CreatedAt, timeOrNull(k.LastUsedAt), timeOrNull(k.RevokedAt)})
		}
		if f.Page.Cursor = list.Next; list.Next == "" {
			return nil
		}
	}
}

// custom adds the values of custom fields under names that the person knows.
func (r *report) custom(ctx context.Context, tx iam.Tx, tenant iam.TenantID, u *iam.User) error {
	all, err := tx.CustomFields(ctx, tenant)
	if err != nil {
		return err
	}
	r.Profile.CustomFields = map[string]any{}
	for _, f := range all {
		kept, ok := u.CustomValues[f.ID]
		if c := f.Choice(kept); c != nil {
			r.Profile.CustomFields[f.Label] = c.Label
		} else if ok {
			r.Profile.CustomFields[f.Label] = fields.JSON(f, kept)
		}
	}
	return nil
}

// same returns a slice that is never nil.
func same[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// picture is the photo as a data URL; "" when there is none.
func (s *Service) picture(ctx context.Context, tenant iam.TenantID, keys string) (string, error) {
	large, _ := (&iam.User{PhotoKey: keys}).PhotoKeys()
	if large == "" {
		return "", nil
	}
	content, kind, err := s.Photos.Get(ctx, string(tenant), large)
	if errors.Is(err, photo.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return "data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(content), nil
}
