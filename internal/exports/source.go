package exports

import (
	"context"
	"fmt"
	"slices"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/invitations"
	"github.com/retinue/retinue/internal/users"
)

// Users are the lists of people; package users keeps them.
type Users interface {
	List(ctx context.Context, c *access.Caller, f iam.UserFilter, role string) (iam.List[*users.View], error)
	ListMemberships(ctx context.Context, c *access.Caller, f iam.UserFilter, role string) (iam.List[*users.MembershipRow], error)
	Count(ctx context.Context, c *access.Caller, f iam.UserFilter, role string) (int64, bool, error)
	CountMemberships(ctx context.Context, c *access.Caller, f iam.UserFilter, role string) (int64, bool, error)
}

// Invitations is the list of invitations; package invitations keeps it.
type Invitations interface {
	List(ctx context.Context, c *access.Caller, f iam.InvitationFilter) (iam.List[*invitations.View], error)
}

// Audit is the audit log; package audit keeps it.
type Audit interface {
	Page(ctx context.Context, c *access.Caller, f iam.EventFilter) (iam.List[*iam.Event], error)
}

// needs are the permissions that an export takes: to see the list, and to take
// people out of the house.
var needs = map[iam.ExportKind][]iam.Permission{
	iam.ExportUsers:       {iam.PermUsersExport, iam.PermUsersRead},
	iam.ExportMemberships: {iam.PermUsersExport, iam.PermUsersRead},
	iam.ExportInvitations: {iam.PermUsersExport, iam.PermUsersInvite},
}

// permit refuses who may not make, or have, an export of the kind.
func permit(c *access.Caller, kind iam.ExportKind) error {
	if kind == iam.ExportAudit {
		return audit.MayExport(c)
	}
	for _, p := range needs[kind] {
		if err := c.Require(p); err != nil {
			return err
		}
	}
	return nil
}

// validate refuses what no list could refuse: formats, columns and filters that
// there are not.
func (s *Service) validate(ctx context.Context, tenant iam.TenantID, in *Create) error {
	if in.Kind != iam.ExportAudit && needs[in.Kind] == nil {
		return iam.InvalidField("/kind", "unknown", "Choose users, invitations, memberships or audit.")
	}
	switch in.Format {
	case "":
		in.Format = iam.FormatCSV
	case iam.FormatCSV, iam.FormatNDJSON:
	default:
		return iam.InvalidField("/format", "unknown", "Choose csv or ndjson.")
	}
	if len(in.Columns) > 0 && in.Format != iam.FormatCSV {
		return iam.InvalidField("/columns", "not_here", "Columns can be chosen for CSV. A line of NDJSON is always whole.")
	}
	dir, err := s.Directories.Get(ctx, tenant)
	if err != nil {
		return err
	}
	known := s.Rows.Columns(in.Kind, dir.Fields)
	for i, name := range in.Columns {
		if !slices.Contains(known, name) {
			return iam.InvalidField(fmt.Sprintf("/columns/%d", i), "unknown", "There is no such column.")
		}
	}
	return checkFilter(in.Kind, &in.Filter)
}

// checkFilter refuses filters that the list does not have: a file with more in
// it than was meant must not be made.
func checkFilter(kind iam.ExportKind, f *iam.ExportFilter) error {
	const users, invitations, memberships, events = iam.ExportUsers, iam.ExportInvitations, iam.ExportMemberships, iam.ExportAudit
	for _, given := range []struct {
		name string
		set  bool
		of   []iam.ExportKind
	}{
		{"organization_id", f.Org != "", []iam.ExportKind{users, memberships, invitations, events}},
		{"below", f.Below, []iam.ExportKind{users, memberships}},
		{"email", f.Email != "", []iam.ExportKind{users, memberships}},
		{"external_id", f.External != "", []iam.ExportKind{users, memberships}},
		{"status", f.Status != "", []iam.ExportKind{users, memberships}},
		{"user_type", f.UserType != "", []iam.ExportKind{users, memberships}},
		{"role", f.Role != "", []iam.ExportKind{users, memberships}},
		{"team", f.Team != "", []iam.ExportKind{users, memberships}},
		{"field", len(f.Fields) > 0, []iam.ExportKind{users, memberships}},
		{"state", f.State != "", []iam.ExportKind{invitations}},
		{"action", f.Action != "", []iam.ExportKind{events}},
		{"actor_id", f.Actor != "", []iam.ExportKind{events}},
		{"target_id", f.Target != "", []iam.ExportKind{events}},
		{"user_id", f.User != "", []iam.ExportKind{events}},
		{"ip", f.IP != "", []iam.ExportKind{events}},
		{"request_id", f.Request != "", []iam.ExportKind{events}},
		{"outcome", f.Outcome != "", []iam.ExportKind{events}},
		{"from", !f.From.IsZero(), []iam.ExportKind{events}},
		{"to", !f.To.IsZero(), []iam.ExportKind{events}},
	} {
		if given.set && !slices.Contains(given.of, kind) {
			return iam.InvalidField("/filter/"+given.name, "not_here", "An export of "+string(kind)+" can't be filtered by this.")
		}
	}
	return nil
}

// inFilter makes what a list says about its filters point into the filter.
func inFilter(err error) error {
	e, ok := err.(*iam.Error) //nolint:errorlint // the lists answer with it as it is
	if !ok || len(e.Fields) == 0 {
		return err
	}
	out := *e
	out.Fields = slices.Clone(e.Fields)
	for i := range out.Fields {
		out.Fields[i].Pointer = "/filter" + out.Fields[i].Pointer
	}
	return &out
}

// userFilter is a filter as the list of users takes it. People come in the order
// in which they were added: no new name leaves anybody out or brings them twice.
func userFilter(f iam.ExportFilter, p iam.Page) iam.UserFilter {
	fields := make([]iam.FieldMatch, len(f.Fields))
	for i, s := range f.Fields {
		fields[i] = iam.NewFieldMatch(s)
	}
	return iam.UserFilter{
		Fields: fields, Search: f.Search, Email: f.Email, ExternalID: f.External, Status: f.Status, Type: f.UserType, Team: f.Team, Org: f.Org, Below: f.Below, Sort: iam.SortCreated, Page: p,
	}
}

// page reads the rows after a cursor, and the cursor of those that follow.
func (s *Service) page(ctx context.Context, c *access.Caller, e *iam.Export, cursor string) (rows []any, next string, err error) {
	p := iam.Page{Limit: iam.MaxPageSize, Cursor: cursor}
	f := e.Filter
	switch e.Kind {
	case iam.ExportUsers:
		return rowsOf(s.Users.List(ctx, c, userFilter(f, p), f.Role))
	case iam.ExportMemberships:
		return rowsOf(s.Users.ListMemberships(ctx, c, userFilter(f, p), f.Role))
	case iam.ExportInvitations:
		return rowsOf(s.Invitations.List(ctx, c, iam.InvitationFilter{Below: f.Org, State: f.State, Search: f.Search, Page: p}))
	case iam.ExportAudit:
		return rowsOf(s.Audit.Page(ctx, c, eventFilter(f, p)))
	}
	return nil, "", fmt.Errorf("exports: there is no kind %q", e.Kind)
}

func eventFilter(f iam.ExportFilter, p iam.Page) iam.EventFilter {
	out := iam.EventFilter{
		Search: f.Search, Action: f.Action, Actor: f.Actor, Target: f.Target, Involves: f.User, IP: f.IP, RequestID: f.Request, Outcome: f.Outcome, From: f.From, To: f.To, Page: p,
	}
	if f.Org != "" {
		out.Orgs = []iam.OrgID{f.Org}
	}
	return out
}

func rowsOf[T any](list iam.List[T], err error) ([]any, string, error) {
	rows := make([]any, len(list.Items))
	for i, item := range list.Items {
		rows[i] = item
	}
	return rows, list.Next, err
}

// count says how many rows there will be where that costs little.
func (s *Service) count(ctx context.Context, c *access.Caller, e *iam.Export) (int64, error) {
	var n int64
	var known bool
	var err error
	switch e.Kind {
	case iam.ExportUsers:
		n, known, err = s.Users.Count(ctx, c, userFilter(e.Filter, iam.Page{}), e.Filter.Role)
	case iam.ExportMemberships:
		n, known, err = s.Users.CountMemberships(ctx, c, userFilter(e.Filter, iam.Page{}), e.Filter.Role)
	}
	if !known {
		n = iam.UnknownRows
	}
	return n, err
}
