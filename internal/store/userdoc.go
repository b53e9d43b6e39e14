package store

import (
	"context"
	"strings"

	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/userindex"
)

// userDoc is what the user index knows of a user.
func userDoc(u *iam.User) userindex.Doc {
	d := userindex.Doc{
		FullName:      u.FullName(),
		Nickname:      u.Nickname,
		Aliases:       aliases(u),
		Email:         u.Email,
		Status:        string(u.Status),
		UserType:      string(u.Type),
		Roles:         texts(u.RoleIDs()),
		Organizations: make([]string, len(u.Memberships)),
		Tags:          userTags(u),
		NameKey:       nameKey(u),
		LastSignIn:    micros(u.LastSignInAt),
	}
	for i := range u.Memberships {
		d.Organizations[i] = string(u.Memberships[i].Org)
	}
	return d
}

// aliases are those of a user, one after the other.
func aliases(u *iam.User) string {
	var list []string
	for i := range u.Memberships {
		if a := u.Memberships[i].Alias; a != "" {
			list = append(list, a)
		}
	}
	return strings.Join(list, " ")
}

// userTags are the further things that a list of users can be filtered by.
func userTags(u *iam.User) []string {
	var tags []string
	for i := range u.Teams {
		tags = append(tags, tagTeam+string(u.Teams[i].Team))
	}
	for field, value := range u.CustomValues {
		tags = append(tags, tagField(field), tagValue(field, value))
	}
	return tags
}

// tagTeam begins the tag of a team, before its id.
const tagTeam = "t:"

// nameKey is what the list of users is ordered by.
func nameKey(u *iam.User) string { return fold.SortKey(u.FullName()) }

// noteChange tells the user index of a write. It comes after the write of the
// user's row, so that the changes of one user are in their true order; before
// is the user before the write, where the kind of change asks for it.
func (t *tx) noteChange(ctx context.Context, tenant iam.TenantID, seq int64, kind userindex.ChangeKind, before *iam.User) error {
	var old []byte
	if before != nil {
		doc := userDoc(before)
		old = doc.Encode()
	}
	return t.s.later(ctx, itself, "INSERT INTO user_changes (tenant_id, seq, kind, old_doc) VALUES ($1, $2, $3, $4)",
		string(tenant), seq, string(kind), old)
}
