package reviews

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tokens"
	"github.com/retinue/retinue/internal/usercsv"
)

// reportColumns are those of the report, in English in every language: it is
// for records.
var reportColumns = []string{
	"row", "name", "email", "user_type", "status", "organization", "roles", "direct_permissions", "last_sign_in_at", "unused_permissions", "watched_days",
	"decision", "roles_taken", "permissions_taken", "decided_by", "decided_at", "result", "problem",
}

// rows calls fn with every row of a finished review that v shows, in order.
func (s *Service) rows(ctx context.Context, tenant iam.TenantID, v *View, fn func(*iam.ReviewRow) error) error {
	f := iam.ReviewRowFilter{From: v.from, Page: iam.Page{Limit: iam.MaxPageSize}}
	for {
		var page iam.List[*iam.ReviewRow]
		err := s.Store.Read(ctx, func(tx iam.Tx) (err error) {
			page, err = tx.ReviewRows(ctx, tenant, v.ID, f)
			return err
		})
		if err != nil {
			return err
		}
		for _, row := range page.Items {
			if err := fn(row); err != nil {
				return err
			}
		}
		if page.Next == "" {
			return nil
		}
		f.Page.Cursor = page.Next
	}
}

// RoleNames is what roles are called, one after another.
func RoleNames(list []iam.ReviewRole) string {
	names := make([]string, 0, len(list))
	for _, r := range list {
		names = append(names, r.Name)
	}
	return strings.Join(names, "; ")
}

// HeldNames is what roles are called, those of an organization and then those in
// teams with the team.
func HeldNames(roles []iam.ReviewRole, in []iam.ReviewTeamRole) string {
	all := slices.Clone(roles)
	for _, t := range in {
		all = append(all, iam.ReviewRole{ID: t.Role, Name: t.Name + " (in team " + t.TeamName + ")"})
	}
	return RoleNames(all)
}

// Words is what permissions are called, one after another.
func Words(list []iam.Permission) string {
	names := make([]string, 0, len(list))
	for _, p := range list {
		names = append(names, access.Label(p))
	}
	return strings.Join(names, "; ")
}

// Where is what the organization of a row is called; of a row from above with how
// far its membership reaches.
func Where(r *iam.ReviewRow) string {
	if r.Above {
		return r.OrgName + " and below"
	}
	return r.OrgName
}

// record is a row of the report; nothing in it runs as a formula.
func record(r *iam.ReviewRow) []string {
	out := []string{
		strconv.FormatInt(r.N, 10), r.FullName, r.Email, string(r.Type), string(r.Status), Where(r), HeldNames(r.Held.Roles, r.Held.Teams), Words(r.Held.Permissions),
		usercsv.Stamp(r.LastSignInAt), Words(r.Held.Unused), strconv.Itoa(r.Held.WatchedDays), string(r.Decision), HeldNames(r.Take.Roles, r.Take.Teams),
		Words(r.Take.Permissions), r.DecidedName, usercsv.Stamp(r.DecidedAt), string(r.Result), r.Problem,
	}
	for i := range out {
		out[i] = usercsv.Defuse(out[i])
	}
	return out
}

// heads are what a report says before its rows. What reviews of before do not
// have is not in theirs: it would change the report that the audit log knows.
func heads(v *View) [][]string {
	out := [][]string{
		{"review", usercsv.Defuse(v.Name)},
		{"id", string(v.ID)},
		{"organization", string(v.Org)}, // it may be renamed
		{"includes_below", strconv.FormatBool(v.Below)},
		{"started", usercsv.Stamp(v.CreatedAt), usercsv.Defuse(v.CreatedName)},
		{"finished", usercsv.Stamp(v.FinishedAt), usercsv.Defuse(v.FinishedName)},
	}
	if v.Top != "" && v.Partial {
		out = append(out, []string{"access_from_further_up", "not listed"})
	}
	if v.Hidden > 0 {
		out = append(out, []string{"rows_left_out", strconv.FormatInt(v.Hidden, 10)})
	}
	return append(out, reportColumns)
}

// content writes the report without its signature.
func (s *Service) content(ctx context.Context, tenant iam.TenantID, v *View, out io.Writer) error {
	w := csv.NewWriter(out)
	w.UseCRLF = true
	for _, head := range heads(v) {
		if err := w.Write(head); err != nil {
			return err
		}
	}
	err := s.rows(ctx, tenant, v, func(r *iam.ReviewRow) error { return w.Write(record(r)) })
	w.Flush()
	if err == nil {
		err = w.Error()
	}
	return err
}

// sum is the SHA-256 of the report without its signature, in hexadecimal.
func (s *Service) sum(ctx context.Context, tenant iam.TenantID, v *View) (string, error) {
	h := sha256.New()
	err := s.content(ctx, tenant, v, h)
	return hex.EncodeToString(h.Sum(nil)), err
}

// finished returns a review that is.
func (s *Service) finished(ctx context.Context, c *access.Caller, id iam.ReviewID) (*View, error) {
	v, err := s.Get(ctx, c, id)
	if err == nil && v.State != iam.ReviewFinished {
		err = iam.Errorf(iam.CodeConflict, "There is a report when the review is finished.").Because("report_later")
	}
	return v, err
}

// WriteCSV writes the report of a finished review. Its last record is
// "signature" and a JSON Web Token (RFC 7519) that has the SHA-256 of all bytes
// before that record; the keys at /.well-known/jwks.json verify it. A caller who
// does not see all rows gets those that they see, and how many are left out.
func (s *Service) WriteCSV(ctx context.Context, c *access.Caller, id iam.ReviewID, out *bufio.Writer) error {
	v, err := s.finished(ctx, c, id)
	if err != nil {
		return err
	}
	h := sha256.New()
	if err := s.content(ctx, c.Tenant, v, io.MultiWriter(out, h)); err != nil {
		return err
	}
	signature, err := s.sign(ctx, c, v, hex.EncodeToString(h.Sum(nil)))
	if err == nil {
		_, err = out.WriteString("signature," + signature + "\r\n")
	}
	return err
}

// sign signs the sum of a report.
func (s *Service) sign(ctx context.Context, c *access.Caller, v *View, sum string) (string, error) {
	issuer, _, err := s.issuer(ctx, c.Tenant)
	if err != nil {
		return "", err
	}
	return s.Tokens.Attest(ctx, c.Tenant, tokens.Attestation{
		Issuer: issuer, Audience: "access-review-report", Subject: string(v.ID), SHA256: sum, Name: v.Name, Rows: v.Counts.Total,
	})
}

// issuer says where signatures come from, and where their keys are.
func (s *Service) issuer(ctx context.Context, tenant iam.TenantID) (issuer, keys string, err error) {
	err = s.Store.Read(ctx, func(tx iam.Tx) error {
		t, err := tx.Tenant(ctx, tenant)
		if err == nil {
			base := s.PublicURL(t)
			issuer, keys = tokens.Issuer(base), tokens.KeysURL(base, t)
		}
		return err
	})
	return issuer, keys, err
}

// Printable is what the printable report shows beside its rows.
type Printable struct {
	*View
	SHA256, Signature, KeysURL string
	At                         time.Time
}

// Print returns what the printable report of a finished review shows, and calls
// fn with its rows. The signature is that of the CSV file.
func (s *Service) Print(ctx context.Context, c *access.Caller, id iam.ReviewID, begin func(*Printable) error, fn func(*iam.ReviewRow) error) error {
	v, err := s.finished(ctx, c, id)
	if err != nil {
		return err
	}
	p := &Printable{View: v, At: s.Clock.Now()}
	if p.SHA256, err = s.sum(ctx, c.Tenant, v); err != nil {
		return err
	}
	if p.Signature, err = s.sign(ctx, c, v, p.SHA256); err != nil {
		return err
	}
	if _, p.KeysURL, err = s.issuer(ctx, c.Tenant); err != nil {
		return err
	}
	if err := begin(p); err != nil {
		return err
	}
	return s.rows(ctx, c.Tenant, v, fn)
}
