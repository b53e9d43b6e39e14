package store

import (
	"path/filepath"
	"testing"
)

// While a connection is in use, giving memory back goes through the others once: they
// stay open, and the one used last remains the next to be used.
func TestShrinkGoesThroughFreeConnectionsOnce(t *testing.T) {
	ctx := t.Context()
	p, err := newSQLitePool("file:"+filepath.Join(t.TempDir(), "pool.db"), 3, "BEGIN")
	if err != nil {
		t.Fatal(err)
	}
	var used []*sqliteConn
	for range 3 {
		c, err := p.borrow(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.start(ctx); err != nil {
			t.Fatal(err)
		}
		c.rollback()
		used = append(used, c)
	}
	for _, c := range used[1:] {
		c.release()
	}
	if err := p.shrink(ctx); err != nil {
		t.Fatal(err)
	}
	for i, c := range used[1:] {
		if c.conn == nil {
			t.Errorf("free connection %d was closed, though it was used since", i)
		}
	}
	if next := p.take(); next != used[2] {
		t.Error("the connection that was used last is not the next to be used")
	}
	p.free = append(p.free, used[2])
	used[0].release()
	if err := p.close(); err != nil {
		t.Fatal(err)
	}
}
