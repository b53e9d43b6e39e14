package store_test

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/store"
)

// Nobody else on the machine reads the embedded database, wherever it is.
func TestOnlyTheOwnerReadsTheDatabase(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0))
	path := filepath.Join(t.TempDir(), "retinue.db")
	s, err := store.Open(context.Background(), store.Options{Database: path, Clock: clock.System{}, IDs: &iam.RandomIDs{}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, _, err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if info, err := os.Stat(path + suffix); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", suffix, info, err)
		}
	}
}
