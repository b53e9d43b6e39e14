package photo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func openStore(t *testing.T) (*DirStore, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "photos")
	s, err := NewDirStore(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, dir
}

func TestStoreKeepsWhatProcessMakes(t *testing.T) {
	s, dir := openStore(t)
	ctx := context.Background()
	r := process(t, encodePNG(t, quadrants(20, 20, red, green, blue, white)), nil).Small
	if err := s.Put(ctx, "tenant_1", r.Key(), r.Data, r.ContentType); err != nil {
		t.Fatal(err)
	}
	// Another process finds it.
	again, err := NewDirStore(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.Close() }()
	content, contentType, err := again.Get(ctx, "tenant_1", r.Key())
	if err != nil || !bytes.Equal(content, r.Data) || contentType != "image/jpeg" {
		t.Errorf("%d bytes of %s, error %v", len(content), contentType, err)
	}
	if _, _, err := again.Get(ctx, "tenant_2", r.Key()); !errors.Is(err, ErrNotFound) {
		t.Errorf("another tenant: %v", err)
	}
	if err := s.Delete(ctx, "tenant_2", r.Key()); err != nil {
		t.Errorf("deleting what is not there: %v", err)
	}
	if _, _, err := s.Get(ctx, "tenant_1", r.Key()); err != nil {
		t.Errorf("another tenant deleted it: %v", err)
	}
	if err := s.Delete(ctx, "tenant_1", r.Key()); err != nil {
		t.Error(err)
	}
	if _, _, err := s.Get(ctx, "tenant_1", r.Key()); !errors.Is(err, ErrNotFound) {
		t.Errorf("after deletion: %v", err)
	}
}

func TestStoreRefusesPaths(t *testing.T) {
	s, dir := openStore(t)
	ctx := context.Background()
	r := process(t, encodePNG(t, quadrants(20, 20, red, green, blue, white)), nil).Small
	for _, bad := range []string{"", ".", "..", "../x", "a/b", `a\b`, "/etc/passwd", "a..b", ".a", "-a", "A", "a\x00", "a\n", "é", "a.", strings.Repeat("a", 300)} {
		if err := s.Put(ctx, "tenant_1", bad, r.Data, r.ContentType); !errors.Is(err, ErrKey) {
			t.Errorf("Put key %q: %v", bad, err)
		}
		if err := s.Put(ctx, bad, "key.jpg", r.Data, r.ContentType); !errors.Is(err, ErrKey) {
			t.Errorf("Put tenant %q: %v", bad, err)
		}
		if _, _, err := s.Get(ctx, "tenant_1", bad); !errors.Is(err, ErrKey) {
			t.Errorf("Get key %q: %v", bad, err)
		}
		if err := s.Delete(ctx, bad, "key.jpg"); !errors.Is(err, ErrKey) {
			t.Errorf("Delete tenant %q: %v", bad, err)
		}
	}
	// A symbolic link out of the directory is not followed.
	outside := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "tenant_9")); err != nil {
		t.Fatal(err)
	}
	if err := s.Put(ctx, "tenant_9", "key.jpg", r.Data, r.ContentType); err == nil {
		t.Error("wrote through a symbolic link")
	}
	if entries, _ := os.ReadDir(outside); len(entries) > 0 {
		t.Errorf("left %v outside", entries)
	}
}

func TestStoreKeepsOnlyPictures(t *testing.T) {
	s, dir := openStore(t)
	ctx := context.Background()
	for _, tt := range []struct{ content, contentType string }{
		{"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"}, {"<html>", "image/png"}, {"<html>", "text/html; charset=utf-8"}, {"", "image/jpeg"},
	} {
		if err := s.Put(ctx, "t", "key", []byte(tt.content), tt.contentType); !errors.Is(err, ErrContent) {
			t.Errorf("%q as %s: %v", tt.content, tt.contentType, err)
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, "t", "ke_"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "t", "ke_", "key"), []byte("<html><script>"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, contentType, err := s.Get(ctx, "t", "key"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a changed file is served as %s, error %v", contentType, err)
	}
}

func TestStoreWritesAreAtomic(t *testing.T) {
	s, dir := openStore(t)
	ctx := context.Background()
	var contents [][]byte
	for i := range 4 {
		contents = append(contents, append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte{byte(i)}, 200_000)...))
	}
	if err := s.Put(ctx, "t", "key", contents[0], "image/png"); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for _, content := range contents {
		group.Go(func() {
			for range 5 {
				if err := s.Put(ctx, "t", "key", content, "image/png"); err != nil {
					t.Error(err)
				}
				got, _, err := s.Get(ctx, "t", "key")
				if err != nil || len(got) != len(content) || got[8] != got[len(got)-1] {
					t.Errorf("a part was read: %d bytes, error %v", len(got), err)
				}
			}
		})
	}
	group.Wait()
	if left := files(t, dir); len(left) != 1 {
		t.Errorf("files left: %v", left)
	}
}

// A write that can't finish leaves the old content and no temporary file.
func TestStoreFailedWrite(t *testing.T) {
	s, dir := openStore(t)
	ctx := context.Background()
	content := []byte("\x89PNG\r\n\x1a\n")
	if err := os.MkdirAll(filepath.Join(dir, "t", "ke_", "key", "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := s.Put(ctx, "t", "key", content, "image/png"); err == nil {
		t.Error("replaced a directory")
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("files left: %v", left)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if err := s.Put(cancelled, "t", "other", content, "image/png"); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(fmt.Errorf("listing: %w", err))
	}
	return names
}
