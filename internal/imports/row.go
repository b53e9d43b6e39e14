package imports

import (
	"hash/maphash"
	"slices"
	"strings"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/fields"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/usercsv"
	"github.com/retinue/retinue/internal/users"
)

// rowChecker judges rows without the database. It remembers the addresses and
// external ids of the file by 64-bit hashes: two in a million rows meet with a
// probability of one in thirty million, and then one person is reported as
// being there twice.
type rowChecker struct {
	dir       *authz.Directory
	caller    *access.Caller
	validHash func(string) error
	now       time.Time
	seed      maphash.Seed
	distinct  bool // the rows are known to be of different people
	emails    hashSet
	externals hashSet
	grants    map[string]error     // by type and roles: few in a file of many rows
	roles     map[string]*iam.Role // by id, code and name, once one is looked for
	columns   []string             // of the directory's custom fields
}

func newRowChecker(dir *authz.Directory, c *access.Caller, validHash func(string) error, now time.Time) *rowChecker {
	k := &rowChecker{
		dir: dir, caller: c, validHash: validHash, now: now, seed: maphash.MakeSeed(), grants: map[string]error{},
	}
	for _, f := range dir.Fields {
		k.columns = append(k.columns, usercsv.FieldPrefix+f.Key)
	}
	return k
}

// judge makes a user of a row, or says what is wrong with it.
func (k *rowChecker) judge(row *usercsv.Row) (*candidate, []iam.ImportRow) {
	if row.Malformed != "" {
		return nil, []iam.ImportRow{{Line: row.Line, Code: row.MalformedCode, Message: row.Malformed, Action: "error"}}
	}
	v := row.Values
	u := &iam.User{
		Type: iam.UserType(strings.TrimSpace(v["user_type"])), Status: iam.Status(strings.TrimSpace(v["status"])),
		FirstName: v["first_name"], LastName: v["last_name"], Nickname: v["nickname"], Email: v["email"], Phone: v["phone"],
		ExternalID: v["external_id"], Timezone: strings.TrimSpace(v["timezone"]), Locale: strings.TrimSpace(v["locale"]),
		PasswordHash: strings.TrimSpace(v["password_hash"]),
	}
	if u.Status == "" {
		u.Status = iam.StatusActive
	}
	var problems []iam.ImportRow
	add := func(field, code, message string) {
		problems = append(problems, iam.ImportRow{Line: row.Line, Field: field, Code: code, Message: message, Action: "error"})
	}
	for _, f := range users.Normalize(u) {
		add(strings.TrimPrefix(f.Pointer, "/"), f.Code, f.Message)
	}
	if !u.Type.Valid() || u.Type == iam.TypeClient {
		add("user_type", "unknown", "The user type is one of tenant_admin, bot_admin, supervisor, agent, analyst, viewer, member, service.")
	}
	if !u.Status.Valid() {
		add("status", "unknown", "The status is active or suspended.")
	}
	if u.PasswordHash != "" && u.Type == iam.TypeService {
		add("password_hash", "not_allowed", users.ServiceHasNoPassword)
	} else if u.PasswordHash != "" && k.validHash(u.PasswordHash) != nil {
		add("password_hash", "unknown", "This is no hash of argon2, bcrypt, scrypt or PBKDF2, or one that would take too long to check.")
	}
	var wrong string
	if u.LastSignInAt, wrong = k.lastSignIn(v["last_sign_in_at"]); wrong != "" {
		add("last_sign_in_at", "malformed", wrong)
	}
	k.fill(u, v, add)
	k.place(u, v["organization"], v["roles"], add)
	if len(problems) > 0 {
		return nil, problems
	}
	if k.double(&k.emails, u.EmailKey) {
		add("email", "double", "This e-mail is in the file twice.")
	} else if u.ExternalID != "" && k.double(&k.externals, u.ExternalID) {
		add("external_id", "double", "This external ID is in the file twice.")
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return &candidate{line: row.Line, user: u}, nil
}

// fill sets the values of custom fields.
func (k *rowChecker) fill(u *iam.User, v map[string]string, add func(field, code, message string)) {
	for i, f := range k.dir.Fields {
		kept, problem := fields.Parse(f, v[k.columns[i]])
		switch {
		case problem != nil:
			add(k.columns[i], problem.Code, problem.Message)
		case kept != "":
			if u.CustomValues == nil {
				u.CustomValues = make(map[iam.FieldID]string, len(k.dir.Fields))
			}
			u.CustomValues[f.ID] = kept
		case f.Required && u.Type != iam.TypeService:
			missing := fields.Required(f)
			add(k.columns[i], missing.Code, missing.Message)
		}
	}
}

// lastSignIn reads when the person last signed in to the system they come from,
// zero for never, or says what is wrong with the cell.
func (k *rowChecker) lastSignIn(cell string) (t time.Time, wrong string) {
	cell = strings.TrimSpace(cell)
	if cell == "" {
		return time.Time{}, ""
	}
	t, err := time.Parse(time.RFC3339, cell)
	switch {
	case err != nil:
		return time.Time{}, "Write the time of the last sign-in like 2026-03-02T08:30:00Z."
	case t.Before(earliest):
		return time.Time{}, "The last sign-in can't have been before 1970."
	case t.After(k.now):
		return time.Time{}, "The last sign-in can't be in the future."
	}
	return t.UTC(), ""
}

// earliest is the first moment that differs from “never”, as times are stored.
var earliest = time.UnixMicro(1)

func (k *rowChecker) double(seen *hashSet, text string) bool {
	return !k.distinct && !seen.add(maphash.String(k.seed, text))
}

// place gives the user its organization and roles, if whoever imports may.
func (k *rowChecker) place(u *iam.User, organization, roles string, add func(field, code, message string)) {
	org := k.caller.Org
	if name := strings.TrimSpace(organization); name != "" {
		if org = k.dir.OrgByName(name); !k.dir.Within(org, k.caller.Org) {
			add("organization", "unknown", "There is no such organization, or it is not below yours.")
			return
		}
	}
	if u.Type == iam.TypeTenantAdmin && org != k.dir.RootOrg {
		add("user_type", "not_allowed", "A tenant admin belongs to the company itself, not to a client organization.")
		return
	}
	m := iam.Membership{Org: org, IncludesDescendants: u.Type == iam.TypeTenantAdmin}
	for _, named := range k.rolesIn(roles) {
		r := k.role(named)
		if r == nil || r.Scope != iam.ScopeOrganization {
			add("roles", "unknown", "There is no role with the code or name “"+cut(named)+"” for an organization.")
			return
		}
		if !slices.Contains(m.Roles, r.ID) {
			m.Roles = append(m.Roles, r.ID)
		}
	}
	if err := k.mayGrant(u.Type, m.Roles); err != nil {
		add("roles", string(iam.CodeOf(err)), iam.MessageOf(err))
	}
	u.Memberships = []iam.Membership{m}
}

// rolesIn are the roles that a cell names: by codes or names between semicolons or
// bars, or by codes between spaces.
func (k *rowChecker) rolesIn(cell string) []string {
	var out []string
	for part := range strings.FieldsFuncSeq(cell, func(r rune) bool { return r == ';' || r == '|' }) {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		codes := strings.Fields(part)
		if len(codes) > 1 && k.role(part) == nil && k.role(codes[0]) != nil {
			out = append(out, codes...)
			continue
		}
		out = append(out, part)
	}
	return out
}

// role is that with a code or a name, in letters of any case; nil where there is none.
func (k *rowChecker) role(named string) *iam.Role {
	if k.roles == nil {
		k.roles = make(map[string]*iam.Role, 2*len(k.dir.Roles))
		for _, r := range k.dir.Roles {
			if r.Scope == iam.ScopeOrganization {
				k.roles[strings.ToLower(r.Name)] = r
			}
		}
		for id, r := range k.dir.Roles { // no name hides a code
			k.roles[string(id)], k.roles[r.Code] = r, r
		}
	}
	return k.roles[strings.ToLower(named)]
}

func (k *rowChecker) mayGrant(t iam.UserType, roles []iam.RoleID) error {
	var grant strings.Builder // the type, and the roles in the order of the file
	grant.WriteString(string(t))
	for _, r := range roles {
		grant.WriteString(" " + string(r))
	}
	key := grant.String()
	err, ok := k.grants[key]
	if !ok {
		set := access.Baseline(t) & access.Ceiling(t)
		for _, id := range roles {
			set |= access.SetOf(k.dir.Roles[id].Permissions...)
		}
		err = access.MayGrant(k.caller.Holds(), set)
		if err == nil && len(roles) > 0 {
			err = k.caller.Require(iam.PermRolesAssign)
		}
		k.grants[key] = err
	}
	return err
}

func cut(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
