package imports

import (
	"testing"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/usercsv"
)

var testNow = time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)

func testChecker() *rowChecker {
	dir := &authz.Directory{RootOrg: "org_root", Orgs: map[iam.OrgID]*iam.Organization{"org_root": {ID: "org_root", Name: "Company"}}}
	return newRowChecker(dir, access.Operator("tenant_1", "org_root"), func(string) error { return nil }, testNow)
}

// People who come from another system keep the time of their last sign-in.
func TestLastSignInOfRow(t *testing.T) {
	day := time.Date(2026, 2, 27, 23, 30, 0, 0, time.UTC)
	for _, tc := range []struct {
		cell string
		want time.Time
		code string
	}{
		{cell: "", want: time.Time{}},
		{cell: "2026-02-27T23:30:00Z", want: day},
		{cell: " 2026-02-28T00:30:00+01:00 ", want: day},
		{cell: "2026-03-02T09:30:00Z", want: testNow},
		{cell: "2026-03-02T09:30:01Z", code: "malformed"},
		{cell: "1969-12-31T23:59:59Z", code: "malformed"},
		{cell: "2026-02-27", code: "malformed"},
		{cell: "yesterday", code: "malformed"},
	} {
		row := &usercsv.Row{Line: 2, Values: map[string]string{
			"first_name": "Anna", "last_name": "Kowalska", "email": "anna@company.example", "user_type": "agent", "last_sign_in_at": tc.cell,
		}}
		c, problems := testChecker().judge(row)
		switch {
		case tc.code == "" && (c == nil || !c.user.LastSignInAt.Equal(tc.want)):
			t.Errorf("%q: got %+v %+v, want %v", tc.cell, c, problems, tc.want)
		case tc.code != "" && (len(problems) != 1 || problems[0].Field != "last_sign_in_at" || problems[0].Code != tc.code || problems[0].Message == ""):
			t.Errorf("%q: got %+v, want one problem %s", tc.cell, problems, tc.code)
		}
	}
}
