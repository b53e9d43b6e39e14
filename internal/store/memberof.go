package store

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/retinue/retinue/internal/iam"
)

// The column users.member_of holds a user's memberships once more, to be read
// with the row: "org|descendants|created|permissions|roles|alias" of each,
// in the order of the organizations' ids, with commas between them. Whatever
// writes the table memberships writes it in the same transaction.

// An alias is the only part that can have the separators in it.
var (
	escapeAlias   = strings.NewReplacer("%", "%25", "|", "%7C", ",", "%2C")
	unescapeAlias = strings.NewReplacer("%25", "%", "%7C", "|", "%2C", ",")
)

// encodeMemberOf is the column for the memberships, whose times are set.
func encodeMemberOf(list []iam.Membership) string {
	if len(list) == 0 {
		return ""
	}
	list = slices.SortedFunc(slices.Values(list), func(a, b iam.Membership) int { return cmp.Compare(a.Org, b.Org) })
	var b strings.Builder
	for i := range list {
		m := &list[i]
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(string(m.Org))
		if m.IncludesDescendants {
			b.WriteString("|1|")
		} else {
			b.WriteString("|0|")
		}
		b.WriteString(strconv.FormatInt(micros(m.CreatedAt), 10))
		b.WriteByte('|')
		b.WriteString(joinPermissions(m.Permissions))
		b.WriteByte('|')
		b.WriteString(joinRoles(m.Roles))
		b.WriteByte('|')
		b.WriteString(escapeAlias.Replace(m.Alias))
	}
	return b.String()
}

// decodeMemberOf is the inverse of encodeMemberOf.
func decodeMemberOf(column string) ([]iam.Membership, error) {
	if column == "" {
		return nil, nil
	}
	list := make([]iam.Membership, 0, 1+strings.Count(column, ","))
	for text := range strings.SplitSeq(column, ",") {
		parts := strings.Split(text, "|")
		if len(parts) != 6 {
			return nil, fmt.Errorf("a membership of %d parts", len(parts))
		}
		created, err := strconv.ParseInt(parts[2], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("the time of a membership: %w", err)
		}
		m := iam.Membership{
			Org: iam.OrgID(parts[0]), IncludesDescendants: parts[1] == "1", CreatedAt: fromMicros(created),
			Permissions: splitPermissions(parts[3]), Alias: unescapeAlias.Replace(parts[5]),
		}
		if parts[4] != "" {
			for role := range strings.SplitSeq(parts[4], " ") {
				m.Roles = append(m.Roles, iam.RoleID(role))
			}
		}
		list = append(list, m)
	}
	return list, nil
}

// aliasesIn are the aliases of the memberships in the column, with blanks between
// them.
func aliasesIn(column string) string {
	var aliases []string
	for text := range strings.SplitSeq(column, ",") {
		if alias := text[strings.LastIndexByte(text, '|')+1:]; alias != "" {
			aliases = append(aliases, unescapeAlias.Replace(alias))
		}
	}
	return strings.Join(aliases, " ")
}
