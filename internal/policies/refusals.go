package policies

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
)

const (
	// MaxException is the longest that an exception holds.
	MaxException = 30 * 24 * time.Hour
	// maxExceptions is how many the company, or a client with all that is below it,
	// has at a time: none takes the room of another.
	maxExceptions = 500
	maxNote       = 200
	// Codes are long enough that nobody finds one by trying, at this pace.
	lookupWindow = 10 * time.Minute
	lookupMisses = 10
)

// Refusal is a refused address with what an administrator has to know of it.
type Refusal struct {
	*iam.IPRefusal
	OrgName, ListName string
	// MayExcept tells whether the caller may let the address in: only whoever
	// manages the organization whose list it is.
	MayExcept bool

	dir *authz.Directory
	// unseen tells that the caller may not know who it is.
	unseen bool
}

// face finds out whether the caller may know who was refused.
func (r *Refusal) face(ctx context.Context, tx iam.Tx, c *access.Caller) error {
	seen, err := r.dir.Seen(ctx, tx, c, r.User)
	r.unseen = !seen[r.User]
	return err
}

// Person is who was refused: staff of the company are the company, without an id,
// to those who don't see them.
func (r *Refusal) Person() (iam.UserID, string) {
	if r.unseen {
		return "", r.dir.OrgName(r.dir.RootOrg)
	}
	return r.User, r.UserName
}

// Lookup finds out what a code stands for. CodeNotFound when there is none, or it
// is of an organization that the caller does not manage; CodeThrottled after too
// many of those.
func (s *Service) Lookup(ctx context.Context, c *access.Caller, code string) (*Refusal, error) {
	if err := c.Require(iam.PermPoliciesManage); err != nil {
		return nil, err
	}
	code = strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(strings.TrimSpace(code)))
	if len(code) > 20 {
		return nil, iam.NotFound("code")
	}
	var out *Refusal
	var answer error
	err := s.Store.Write(ctx, func(tx iam.Tx) error {
		out, answer = nil, nil
		key := "iplookup:" + string(c.User)
		state, err := tx.Throttles(ctx, c.Tenant, []string{key})
		if err != nil {
			return err
		}
		t := state[key]
		if t.Until.After(tx.Now()) {
			e := iam.Errorf(iam.CodeThrottled, "Too many codes that don't exist. Try again later.")
			e.RetryAt = t.Until
			return e
		}
		out, answer = s.lookup(ctx, tx, c, code)
		if answer == nil {
			return out.face(ctx, tx, c)
		}
		if iam.CodeOf(answer) != iam.CodeNotFound {
			return answer
		}
		if tx.Now().Sub(t.First) > lookupWindow || tx.Now().Before(t.First) {
			t = iam.Throttle{First: tx.Now()}
		}
		if t.Failures++; t.Failures >= lookupMisses {
			t.Until = tx.Now().Add(lookupWindow)
		}
		return tx.SetThrottle(ctx, c.Tenant, key, t)
	})
	if err != nil {
		return nil, err
	}
	return out, answer
}

func (s *Service) lookup(ctx context.Context, tx iam.Tx, c *access.Caller, code string) (*Refusal, error) {
	r, err := tx.IPRefusal(ctx, c.Tenant, code)
	if err != nil {
		return nil, err
	}
	dir, err := reach(ctx, tx, c, r.Org)
	if err != nil {
		return nil, iam.NotFound("code")
	}
	out := &Refusal{IPRefusal: r, OrgName: dir.OrgName(r.Org), ListName: dir.OrgName(r.List), MayExcept: dir.Within(r.List, c.Org), dir: dir}
	if !out.MayExcept {
		// The list is that of an organization out of the caller's sight.
		r.List, r.Near, out.ListName = "", "", dir.OrgName(dir.RootOrg)
	}
	return out, nil
}

// Grant is what an exception is made of.
type Grant struct {
	Code string
	// Everybody lets everybody in who comes from there, not that person alone.
	Everybody bool
	Until     time.Time
	Note      string
}

// Exception is an exception as the caller sees it. Whom they don't see is the
// company, without an id, and without the address that such a person comes from.
type Exception struct {
	*iam.IPException
	OrgName string
}

// makeRoom takes away what the exception e stands in for, and refuses when there are
// too many others.
func makeRoom(ctx context.Context, tx iam.Tx, c *access.Caller, dir *authz.Directory, have []*iam.IPException, e *iam.IPException) error {
	beside := 0
	for _, old := range have {
		if old.Org == e.Org && old.User == e.User && old.Address == e.Address {
			return tx.DeleteIPException(ctx, c.Tenant, old.ID)
		}
		if dir.Branch(old.Org) == dir.Branch(e.Org) {
			beside++
		}
	}
	if beside >= maxExceptions {
		return iam.Errorf(iam.CodeConflict, "There are %d exceptions already. Take some back first.", maxExceptions).Because("too_many_exceptions")
	}
	return nil
}

// Except lets the address in that a code stands for, for the person or for
// everybody in the organization, until a time. CodeForbidden when the list is of
// an organization above the caller's.
func (s *Service) Except(ctx context.Context, c *access.Caller, in Grant) (*Exception, error) {
	r, err := s.Lookup(ctx, c, in.Code)
	if err != nil {
		return nil, err
	}
	if !r.MayExcept {
		return nil, iam.Errorf(iam.CodeForbidden, "The list is set by %s. Ask an administrator there.", r.ListName).Because("list_elsewhere")
	}
	note := strings.TrimSpace(in.Note)
	if len([]rune(note)) > maxNote {
		return nil, iam.InvalidField("/note", "too_long", "Use at most 200 characters.")
	}
	var e *iam.IPException
	err = s.Store.Write(ctx, func(tx iam.Tx) error {
		until := in.Until.UTC().Truncate(time.Microsecond)
		if !until.After(tx.Now()) || until.Sub(tx.Now()) > MaxException {
			return iam.InvalidField("/until", "out_of_range", "Choose a time in the next 30 days.")
		}
		have, err := tx.IPExceptions(ctx, c.Tenant)
		if err != nil {
			return err
		}
		e = &iam.IPException{
			ID: iam.ExceptionID(s.IDs.NewID(iam.PrefixException, tx.Now())), Org: r.Org, User: r.User, UserName: r.UserName, Address: r.Address,
			Note: note, Until: until, CreatedBy: c.User, CreatedName: c.Name, CreatedAt: tx.Now(),
		}
		if in.Everybody {
			e.User, e.UserName = "", ""
		}
		if err := makeRoom(ctx, tx, c, r.dir, have, e); err != nil {
			return err
		}
		if err := tx.InsertIPException(ctx, c.Tenant, e); err != nil {
			return err
		}
		return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, "ip_exception.granted", exceptionTarget(e),
			iam.Change{Field: "address", After: e.Address}, iam.Change{Field: "organization", After: r.OrgName},
			iam.Change{Field: "until", After: e.Until.Format(time.RFC3339)}))
	})
	if err != nil {
		return nil, err
	}
	shown := *e
	if !in.Everybody {
		shown.User, shown.UserName = r.Person()
	}
	return &Exception{&shown, r.OrgName}, nil
}

func exceptionTarget(e *iam.IPException) audit.Target {
	if e.User != "" {
		return audit.Target{Type: "user", ID: string(e.User), Name: e.UserName, Org: e.Org}
	}
	return audit.Target{Type: "organization", ID: string(e.Org), Org: e.Org}
}

// Exceptions returns those of the organizations that the caller manages, whose
// time is not over.
func (s *Service) Exceptions(ctx context.Context, c *access.Caller) ([]Exception, error) {
	var out []Exception
	err := s.Store.Read(ctx, func(tx iam.Tx) (err error) {
		var dir *authz.Directory
		if out, dir, err = exceptions(ctx, tx, c); err != nil {
			return err
		}
		return mask(ctx, tx, c, dir, out)
	})
	return out, err
}

// mask takes out of exceptions who the caller may not know.
func mask(ctx context.Context, tx iam.Tx, c *access.Caller, dir *authz.Directory, list []Exception) error {
	var ids []iam.UserID
	for _, e := range list {
		for _, id := range []iam.UserID{e.User, e.CreatedBy} {
			if id != "" && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	seen, err := dir.Seen(ctx, tx, c, ids...)
	company := dir.OrgName(dir.RootOrg)
	for _, e := range list {
		if e.User != "" && !seen[e.User] {
			e.User, e.UserName, e.Address = "", company, ""
		}
		if e.CreatedBy != "" && !seen[e.CreatedBy] {
			e.CreatedBy, e.CreatedName = "", company
		}
	}
	return err
}

func exceptions(ctx context.Context, tx iam.Tx, c *access.Caller) ([]Exception, *authz.Directory, error) {
	dir, err := reach(ctx, tx, c, c.Org)
	if err != nil {
		return nil, nil, err
	}
	list, err := tx.IPExceptions(ctx, c.Tenant)
	out, scope := []Exception{}, dir.Subtree(c.Org)
	for _, e := range list {
		if authz.Contains(scope, e.Org) {
			out = append(out, Exception{e, dir.Orgs[e.Org].Name})
		}
	}
	return out, dir, err
}

// Revoke takes an exception back, at once. When it is what lets the caller's own
// address in, CodeConfirmSelf, unless confirmSelf says that this is meant.
func (s *Service) Revoke(ctx context.Context, c *access.Caller, id iam.ExceptionID, confirmSelf bool) error {
	return s.Store.Write(ctx, func(tx iam.Tx) error {
		list, dir, err := exceptions(ctx, tx, c)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(e Exception) bool { return e.ID == id })
		if i < 0 {
			return iam.NotFound("exception")
		}
		e := list[i]
		self, err := s.self(ctx, tx, c, dir, dir.WithoutException(id))
		if err != nil {
			return err
		}
		if self.out() && !confirmSelf {
			return iam.Errorf(iam.CodeConfirmSelf, "%s Confirm that you mean it.", self.sentence())
		}
		if err := tx.DeleteIPException(ctx, c.Tenant, id); err != nil {
			return err
		}
		return tx.AppendEvents(ctx, c.Tenant, audit.New(s.IDs, tx.Now(), c, "ip_exception.revoked", exceptionTarget(e.IPException),
			iam.Change{Field: "address", Before: e.Address}, iam.Change{Field: "organization", Before: e.OrgName}))
	})
}
