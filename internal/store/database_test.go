package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/store"
)

// How a database is named decides the engine, whatever the case; what is neither
// a file nor PostgreSQL is refused rather than made as a file.
func TestNamesOfDatabases(t *testing.T) {
	for database, want := range map[string]string{
		"postgres://x/y": "postgres", "PostgreSQL://x/y": "postgres", "POSTGRES://x/y": "postgres",
		"/var/lib/retinue.db": "file", "retinue.db": "file", "./odd://name.db": "file", "data/a://b": "file",
		"mysql://x/y": "refused", "Postgress://x/y": "refused", "sqlite://retinue.db": "refused", "file:///retinue.db": "refused", "://x": "file",
	} {
		got := "file"
		if err := store.CheckDatabase(database); err != nil {
			got = "refused"
		} else if store.IsPostgres(database) {
			got = "postgres"
		}
		if got != want {
			t.Errorf("%s: %s, want %s", database, got, want)
		}
	}
	t.Chdir(t.TempDir())
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for database, want := range map[string]string{"mysql://x/y": "mysql://", "Postgres://127.0.0.1:1/none": "127.0.0.1"} {
		st, err := store.Open(ctx, store.Options{Database: database, Clock: clock.System{}})
		if err == nil {
			_ = st.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", database, err)
		}
	}
}
