package store

import (
	"fmt"
	"testing"

	"github.com/retinue/retinue/internal/iam"
)

// What is remembered of one tenant too many costs one other its place, and what
// is read again none.
func TestMemoryMakesRoomForOne(t *testing.T) {
	var m memory
	tenant := func(i int) iam.TenantID { return iam.TenantID(fmt.Sprint(i)) }
	there := func(version int64) (n int) {
		for i := range maxRemembered + 1 {
			if v, ok := m.get(tenant(i), version); ok && v == i {
				n++
			}
		}
		return n
	}
	for i := range maxRemembered {
		m.put(tenant(i), 1, i)
	}
	m.put(tenant(3), 1, 3)
	if n := there(1); n != maxRemembered {
		t.Errorf("after reading one again, %d are there", n)
	}
	m.put(tenant(maxRemembered), 1, maxRemembered)
	if n := there(1); n != maxRemembered {
		t.Errorf("after one more, %d are there", n)
	}
	m.put(tenant(maxRemembered), 0, -1)
	if v, ok := m.get(tenant(maxRemembered), 1); !ok || v != maxRemembered {
		t.Errorf("an older one has taken the place: %v, %t", v, ok)
	}
}
