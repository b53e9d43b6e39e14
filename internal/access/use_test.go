package access

import (
	"testing"

	"github.com/retinue/retinue/internal/iam"
)

// What is allowed and asked for counts as a use; what is refused, or only
// looked at, does not.
func TestUses(t *testing.T) {
	uses := &Uses{}
	c := &Caller{Effective: SetOf(iam.PermUsersRead, iam.PermUsersCreate, iam.PermRolesRead), Uses: uses}
	if c.Require(iam.PermUsersRead) != nil || c.Require(iam.PermUsersDelete) == nil || !c.Has(iam.PermUsersCreate) {
		t.Fatal("wrong decisions")
	}
	if err := c.Silent().Require(iam.PermRolesRead); err != nil {
		t.Fatal(err)
	}
	if got := uses.Set(); got != SetOf(iam.PermUsersRead) {
		t.Errorf("used %v", got.Permissions())
	}
	if got := uses.Clear(); got != SetOf(iam.PermUsersRead) || uses.Set() != 0 {
		t.Errorf("cleared %v, left %v", got.Permissions(), uses.Set().Permissions())
	}
}

// Whoever opens a tab uses what is done in it; without the tab nobody knows.
func TestCounted(t *testing.T) {
	tab := SetOf(iam.PermDashboardKnowledge, iam.PermKnowledgeRead, iam.PermKnowledgeManage)
	if got := Counted(tab); got != tab {
		t.Errorf("counted %v", got.Permissions())
	}
	if got := Counted(SetOf(iam.PermKnowledgeRead, iam.PermUsersRead, iam.PermBotsPublish)); got != SetOf(iam.PermUsersRead) {
		t.Errorf("counted without the tab: %v", got.Permissions())
	}
	if got := Used(SetOf(iam.PermDashboardKnowledge, iam.PermUsersRead)); got != tab|SetOf(iam.PermUsersRead) {
		t.Errorf("used %v", got.Permissions())
	}
	if Seen.Has(iam.PermConversationsHandle) || !Seen.Has(iam.PermAuditRead) {
		t.Errorf("seen %v", Seen.Permissions())
	}
}

func BenchmarkRequire(b *testing.B) {
	c := &Caller{Effective: All, Uses: &Uses{}}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if c.Require(iam.PermUsersRead) != nil {
				b.Fail()
			}
		}
	})
}
