package api

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/retinue/retinue/internal/exports"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/invitations"
	"github.com/retinue/retinue/internal/usercsv"
	"github.com/retinue/retinue/internal/users"
)

// exportRows are the rows of all files that lists are exported to: lines of
// NDJSON are what the API answers with, CSV has the columns below. Answers that
// stream, files made in the background and the command line share them.
type exportRows struct{ s *server }

// ExportRows returns the rows of files. Of the dependencies it needs PhotoURL.
func ExportRows(d Deps) exports.Rows {
	d.complete()
	return exportRows{&server{deps: d}}
}

// column is one of a CSV file.
type column[T any] struct {
	name string
	cell func(T) string
}

// table is how the rows of one kind are written.
type table[T any] struct {
	columns []column[T]
	line    func(T) any
	crlf    bool
}

func names[T any](columns []column[T]) []string {
	return mapped(columns, func(c column[T]) string { return c.name })
}

// Columns implements exports.Rows.
func (exportRows) Columns(kind iam.ExportKind, fields []*iam.CustomField) []string {
	switch kind {
	case iam.ExportUsers:
		return usercsv.Columns(fields)
	case iam.ExportMemberships:
		return names(membershipColumns)
	case iam.ExportInvitations:
		return names(invitationColumns)
	case iam.ExportAudit:
		return names(eventColumns)
	}
	return nil
}

// Writer implements exports.Rows.
func (r exportRows) Writer(spec exports.Spec, w io.Writer) exports.RowWriter {
	switch spec.Kind {
	case iam.ExportUsers:
		if spec.Format == iam.FormatCSV {
			return userRows{usercsv.NewWriter(w, spec.Columns, spec.Fields)}
		}
		return table[*users.View]{line: func(v *users.View) any { return r.s.user(spec.Tenant, v) }}.writer(spec, w)
	case iam.ExportMemberships:
		return table[*users.MembershipRow]{membershipColumns, func(m *users.MembershipRow) any { return membershipRow(m) }, true}.writer(spec, w)
	case iam.ExportInvitations:
		return table[*invitations.View]{invitationColumns, func(v *invitations.View) any { return invitationOf(v) }, true}.writer(spec, w)
	case iam.ExportAudit:
		return table[*iam.Event]{eventColumns, func(e *iam.Event) any { return eventOf(e) }, false}.writer(spec, w)
	}
	panic("api: there are no rows of " + spec.Kind)
}

// userRows writes users in the columns of an import.
type userRows struct{ *usercsv.Writer }

// Write implements exports.RowWriter.
func (r userRows) Write(row any) error {
	v, ok := row.(*users.View)
	if !ok {
		return fmt.Errorf("api: %T is no user", row)
	}
	organization := ""
	var roles []*iam.Role // of there alone, as an import gives them
	if v.In != nil {
		organization = v.In.ShortName
		roles = slices.DeleteFunc(slices.Clone(v.Roles), func(role *iam.Role) bool {
			m := v.Membership(v.In.ID)
			return m == nil || !slices.Contains(m.Roles, role.ID)
		})
	}
	return r.Writer.Write(v.User, mapped(roles, roleCode), organization)
}

func roleCode(r *iam.Role) string { return r.Code }

func (t table[T]) writer(spec exports.Spec, w io.Writer) exports.RowWriter {
	if spec.Format == iam.FormatNDJSON {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		return lineRows[T]{t, enc}
	}
	t.columns = slices.DeleteFunc(slices.Clone(t.columns), func(c column[T]) bool {
		return spec.Columns != nil && !slices.Contains(spec.Columns, c.name)
	})
	out := csv.NewWriter(w)
	out.UseCRLF = t.crlf
	return cellRows[T]{t, out}
}

// lineRows writes NDJSON.
type lineRows[T any] struct {
	table[T]
	enc *json.Encoder
}

// Head implements exports.RowWriter: there is none.
func (lineRows[T]) Head() error { return nil }

// Write implements exports.RowWriter.
func (r lineRows[T]) Write(row any) error {
	v, ok := row.(T)
	if !ok {
		return fmt.Errorf("api: %T is no row of this file", row)
	}
	return r.enc.Encode(r.line(v))
}

// Flush implements exports.RowWriter: nothing is kept back.
func (lineRows[T]) Flush() error { return nil }

// cellRows writes CSV in which no cell is a formula.
type cellRows[T any] struct {
	table[T]
	csv *csv.Writer
}

// Head implements exports.RowWriter.
func (r cellRows[T]) Head() error { return r.csv.Write(names(r.columns)) }

// Write implements exports.RowWriter.
func (r cellRows[T]) Write(row any) error {
	v, ok := row.(T)
	if !ok {
		return fmt.Errorf("api: %T is no row of this file", row)
	}
	return r.csv.Write(mapped(r.columns, func(c column[T]) string { return usercsv.Defuse(c.cell(v)) }))
}

// Flush implements exports.RowWriter.
func (r cellRows[T]) Flush() error {
	r.csv.Flush()
	return r.csv.Error()
}

// listing joins what a cell has several of.
func listing[T ~string](items []T) string {
	return strings.Join(mapped(items, func(i T) string { return string(i) }), ";")
}

var membershipColumns = []column[*users.MembershipRow]{
	{"user_id", func(m *users.MembershipRow) string { return string(m.User.ID) }},
	{"first_name", func(m *users.MembershipRow) string { return m.User.FirstName }},
	{"last_name", func(m *users.MembershipRow) string { return m.User.LastName }},
	{"email", func(m *users.MembershipRow) string { return m.User.Email }},
	{"user_type", func(m *users.MembershipRow) string { return string(m.User.Type) }},
	{"status", func(m *users.MembershipRow) string { return string(m.User.Status) }},
	{"organization_id", func(m *users.MembershipRow) string { return string(m.Org) }},
	{"organization", func(m *users.MembershipRow) string { return m.Organization.ShortName }},
	{"organization_name", func(m *users.MembershipRow) string { return m.OrgName }},
	{"organization_path", func(m *users.MembershipRow) string { return strings.Join(m.Path, " / ") }},
	{"roles", func(m *users.MembershipRow) string { return listing(mapped(m.Roles, roleCode)) }},
	{"permissions", func(m *users.MembershipRow) string { return listing(m.Permissions) }},
	{"teams", func(m *users.MembershipRow) string {
		return listing(mapped(m.Teams, func(h iam.TeamHold) string { return h.TeamName }))
	}},
	{"includes_descendants", func(m *users.MembershipRow) string { return strconv.FormatBool(m.IncludesDescendants) }},
	{"created_at", func(m *users.MembershipRow) string { return usercsv.Stamp(m.CreatedAt) }},
}

// MembershipRow is a line of an export of memberships.
type MembershipRow struct {
	MembershipFacts
	Email    string       `json:"email"`
	FullName string       `json:"full_name"`
	UserType iam.UserType `json:"user_type"`
	Status   iam.Status   `json:"status"`
	Path     []string     `json:"organization_path" doc:"Names, from the organization in which the caller acts down to this one"`
}

func membershipRow(m *users.MembershipRow) MembershipRow {
	return MembershipRow{
		MembershipFacts: membershipFacts(m.MembershipView), Email: m.User.Email, FullName: m.User.FullName(), UserType: m.User.Type, Status: m.User.Status,
		Path: same(m.Path),
	}
}

var invitationColumns = []column[*invitations.View]{
	{"id", func(v *invitations.View) string { return string(v.ID) }},
	{"email", func(v *invitations.View) string { return v.Email }},
	{"state", func(v *invitations.View) string { return string(v.State) }},
	{"organization_id", func(v *invitations.View) string { return string(v.Org.ID) }},
	{"organization", func(v *invitations.View) string { return v.Org.ShortName }},
	{"organization_name", func(v *invitations.View) string { return v.Org.Name }},
	{"user_type", func(v *invitations.View) string { return string(v.Type) }},
	{"roles", func(v *invitations.View) string { return listing(mapped(v.Roles, roleCode)) }},
	{"permissions", func(v *invitations.View) string { return listing(v.Permissions) }},
	{"invited_by", func(v *invitations.View) string { return v.InvitedName }},
	{"created_at", func(v *invitations.View) string { return usercsv.Stamp(v.CreatedAt) }},
	{"sent_at", func(v *invitations.View) string { return usercsv.Stamp(v.SentAt) }},
	{"times_sent", func(v *invitations.View) string { return strconv.Itoa(v.TimesSent) }},
	{"expires_at", func(v *invitations.View) string { return usercsv.Stamp(v.ExpiresAt) }},
	{"accepted_at", func(v *invitations.View) string { return usercsv.Stamp(v.AcceptedAt) }},
	{"mail_state", func(v *invitations.View) string { return string(v.MailState) }},
	{"mail_error", func(v *invitations.View) string { return v.MailError }},
}

var eventColumns = []column[*iam.Event]{
	{"seq", func(e *iam.Event) string {
		if e.Seq == 0 {
			return "" // not sealed yet
		}
		return strconv.FormatInt(e.Seq, 10)
	}},
	{"id", func(e *iam.Event) string { return string(e.ID) }},
	{"at", func(e *iam.Event) string { return usercsv.Stamp(e.At) }},
	{"action", func(e *iam.Event) string { return e.Action }},
	{"outcome", func(e *iam.Event) string { return string(e.Outcome) }},
	{"reason", func(e *iam.Event) string { return e.Reason }},
	{"actor_type", func(e *iam.Event) string { return string(e.ActorType) }},
	{"actor_id", func(e *iam.Event) string { return e.ActorID }},
	{"actor_name", func(e *iam.Event) string { return e.ActorName }},
	{"target_type", func(e *iam.Event) string { return e.TargetType }},
	{"target_id", func(e *iam.Event) string { return e.TargetID }},
	{"target_name", func(e *iam.Event) string { return e.TargetName }},
	{"changes", changesCell},
	{"ip", func(e *iam.Event) string { return e.IP }},
	{"user_agent", func(e *iam.Event) string { return e.UserAgent }},
	{"request_id", func(e *iam.Event) string { return e.RequestID }},
	{"organization_id", func(e *iam.Event) string { return string(e.Org) }},
}

func changesCell(e *iam.Event) string {
	if len(e.Changes) == 0 {
		return ""
	}
	b, err := json.Marshal(e.Changes)
	if err != nil {
		return err.Error() // never: what was read from JSON can be written as JSON
	}
	return string(b)
}

// streamed answers with rows as they are read.
func (s *server) streamed(spec exports.Spec, name string, export func(write func(any) error) error) *huma.StreamResponse {
	return download(s, name, string(spec.Format), func(out *bufio.Writer) error {
		rows := exportRows{s}.Writer(spec, out)
		if err := rows.Head(); err != nil {
			return err
		}
		if err := export(rows.Write); err != nil {
			return err
		}
		return rows.Flush()
	})
}
