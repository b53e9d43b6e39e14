package app

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
)

// filesOf are the files below a directory with their content, but for the
// database, which a server may be writing to.
func filesOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), databaseEntry) {
			return err
		}
		text, err := os.ReadFile(path)
		files[strings.TrimPrefix(path, dir)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// foreign is the archive of another installation, with a photo and a secret of
// its own; damage changes its database first.
func foreign(t *testing.T, damage func(database string)) string {
	t.Helper()
	data := t.TempDir()
	if code, _, errs := command(t, "tenant", "create", "--data-dir", data, "--name", "F", "--short-name", "foreign", "--admin-email", "eva@foreign.example"); code != exitOK {
		t.Fatal(errs)
	}
	photo := filepath.Join(data, "photos", "tenant_x", "foreign.png")
	if err := errors.Join(os.MkdirAll(filepath.Dir(photo), 0o700), os.WriteFile(photo, []byte("a picture"), 0o600)); err != nil {
		t.Fatal(err)
	}
	database := filepath.Join(data, databaseEntry)
	damage(database)
	archive := filepath.Join(t.TempDir(), "foreign.tar.gz")
	if err := writeArchive(t.Context(), archive, database, data); err != nil {
		t.Fatal(err)
	}
	return archive
}

// An archive that can't be restored changes nothing: the database that is there
// keeps its secret, without which parts of it could not be read any more.
func TestRefusedRestoreChangesNothing(t *testing.T) {
	dir := t.TempDir()
	c := serve(t, dir, nil)
	keys := c.setUp().must(http.StatusOK, "GET", "/.well-known/jwks.json", nil)
	before := filesOf(t, dir)
	sound := foreign(t, func(string) {})
	refuses := func(archive, want string) {
		t.Helper()
		code, out, errs := command(t, "restore", "--data-dir", dir, "--force", archive)
		if code != exitFailure || !strings.Contains(errs, want) {
			t.Errorf("exit code %d: %s%s, want %q", code, out, errs, want)
		}
		if after := filesOf(t, dir); !reflect.DeepEqual(after, before) {
			t.Errorf("%s: the files were %v and are %v", want, before, after)
		}
	}
	refuses(sound, "in use")
	c.stop(syscall.SIGTERM)
	before = filesOf(t, dir)
	refuses(foreign(t, func(database string) {
		text, err := os.ReadFile(database)
		if err == nil {
			for i := 8192; i < len(text)-4096; i += 4096 {
				copy(text[i:], "garbage that is no page of a tree")
			}
			err = os.WriteFile(database, text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}), "check the backup")
	refuses(foreign(t, func(database string) {
		db, err := sql.Open("sqlite", database)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999999, 1)"); err != nil {
			t.Fatal(err)
		}
	}), "newer than")
	ada := serve(t, dir, nil).signIn("ada@northwind.example", chosenPassword)
	if now := ada.must(http.StatusOK, "GET", "/.well-known/jwks.json", nil); !reflect.DeepEqual(now, keys) {
		t.Errorf("the keys were %v and are %v", keys, now)
	}

	other := t.TempDir()
	if code, _, errs := command(t, "restore", "--data-dir", other, sound); code != exitOK {
		t.Fatal(errs)
	}
	if files := filesOf(t, other); len(files) != 2 || files["/photos/tenant_x/foreign.png"] != "a picture" || len(files["/secret.key"]) < 64 {
		t.Errorf("restored files: %v", files)
	}
}

// Whoever gives restore another file is told that it is none of ours; an archive of
// which only the beginning is there is cut off, wherever that was.
func TestRestoreTellsWhatIsNoArchiveFromWhatIsCutOff(t *testing.T) {
	squeezed := func(text string) string {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	sound, err := os.ReadFile(foreign(t, func(string) {}))
	if err != nil {
		t.Fatal(err)
	}
	archive := string(sound)
	const cut, other = "the archive is cut off; nothing was restored", "this is no archive of retinue backup"
	for what, tt := range map[string]struct{ content, want string }{
		"nothing": {"", other}, "a word": {"garbage", other}, "a text": {strings.Repeat("garbage ", 1000), other}, "a ZIP file": {"PK\x03\x04" + strings.Repeat("x", 100), other},
		"a word in gzip": {squeezed("garbage"), other}, "a text in gzip": {squeezed(strings.Repeat("garbage ", 1000)), other}, "nothing in gzip": {squeezed(""), other},
		"half of it": {archive[:len(archive)/2], cut}, "its first bytes": {archive[:5], cut}, "the beginning": {archive[:40], cut},
		"all but its end": {archive[:len(archive)-3], cut},
	} {
		dir := t.TempDir()
		file := filepath.Join(dir, "g.tar")
		if err := os.WriteFile(file, []byte(tt.content), 0o600); err != nil {
			t.Fatal(err)
		}
		code, _, errs := command(t, "restore", "--data-dir", filepath.Join(dir, "data"), file)
		if code != exitFailure || !strings.Contains(errs, tt.want) || tt.want == other && strings.Contains(errs, "cut off") {
			t.Errorf("%s: exit code %d: %s", what, code, errs)
		}
	}
}

// Where a disk knows no links, the archive is copied into place, and nothing
// that is there is replaced.
func TestArchiveWhereThereAreNoLinks(t *testing.T) {
	dir := t.TempDir()
	part, name := filepath.Join(dir, "part"), filepath.Join(dir, "backup.tar.gz")
	text := strings.Repeat("archive", 3<<20) // in more than one portion
	if err := os.WriteFile(part, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	noLinks := func(string, string) error { return &os.LinkError{Op: "link", Err: syscall.EPERM} }
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := publishNew(cancelled, part, name, noLinks); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled copy: %v", err)
	}
	if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a cancelled copy leaves a file: %v", err)
	}
	if err := publishNew(t.Context(), part, name, noLinks); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(name)
	info, statErr := os.Stat(name)
	if err := errors.Join(err, statErr); err != nil || string(got) != text || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %d bytes of %d, mode %v", err, len(got), len(text), info.Mode())
	}
	if err := os.WriteFile(name, []byte("older"), 0o600); err != nil {
		t.Fatal(err)
	}
	for what, link := range map[string]func(string, string) error{"copied": noLinks, "linked": os.Link} {
		if err := publishNew(t.Context(), part, name, link); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s over another: %v", what, err)
		}
	}
	if got, err := os.ReadFile(name); err != nil || string(got) != "older" {
		t.Errorf("the older one is %d bytes now: %v", len(got), err)
	}
}
