package app

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"
)

// newPostgres makes an empty database on a server for tests.
func newPostgres(t *testing.T, server string) string {
	t.Helper()
	db, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	name := fmt.Sprintf("app_%d_%s", os.Getpid(), strings.ToLower(strings.NewReplacer("/", "_", "#", "_").Replace(t.Name())))
	if _, err := db.ExecContext(context.Background(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// The operator makes tenants on the command line, beside a running server, and
// suspending one keeps its people out within a second.
func TestTenantsOnTheCommandLine(t *testing.T) {
	databases(t, func(t *testing.T, dir string) {
		c := serve(t, dir, nil)
		admin := c.setUp()
		code, out, errs := command(t, "tenant", "create", "--data-dir", dir, "--name", "Second", "--short-name", "second",
			"--admin-email", "eva@second.example", "--host", "second.example", "--json")
		var made map[string]string
		if err := json.Unmarshal([]byte(out), &made); err != nil || code != exitOK {
			t.Fatalf("exit code %d: %s%s", code, out, errs)
		}
		eva := c.browser()
		answer := eva.must(http.StatusOK, "POST", "/api/v1/session",
			map[string]any{"tenant": "second", "email": "eva@second.example", "password": made["temporary_password"]})
		if answer["must_change_password"] != true {
			t.Error("the temporary password need not be changed")
		}
		if code, _, errs := command(t, "tenant", "create", "--data-dir", dir, "--name", "Again", "--short-name", "second", "--admin-email", "x@y.example"); code != exitFailure || !strings.Contains(errs, "taken") || strings.Contains(errs, "(") {
			t.Errorf("a taken short name: exit code %d: %s", code, errs)
		}
		if _, out, _ := command(t, "tenant", "list", "--data-dir", dir); !strings.Contains(out, "northwind") || !strings.Contains(out, "second") {
			t.Errorf("the list is %s", out)
		}
		if code, _, errs := command(t, "tenant", "suspend", "--data-dir", dir, "northwind"); code != exitOK {
			t.Fatal(errs)
		}
		time.Sleep(1100 * time.Millisecond)
		admin.must(http.StatusUnauthorized, "GET", "/api/v1/session", nil)
		eva.must(http.StatusForbidden, "GET", "/api/v1/session", nil) // still to change the password, and not signed out
		if code, _, errs := command(t, "tenant", "reactivate", "--data-dir", dir, "northwind"); code != exitOK {
			t.Fatal(errs)
		}
		c.signIn("ada@northwind.example", chosenPassword)
	})
}

// A backup that is made while people write is whole; restored elsewhere, it has
// everything that was acknowledged before it began.
func TestBackupWhileWriting(t *testing.T) {
	dir := t.TempDir()
	c := serve(t, dir, nil)
	admin := c.setUp()
	for i := range 20 {
		admin.must(http.StatusCreated, "POST", "/api/v1/users", person(i))
	}
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for i := 20; ; i++ {
			select {
			case <-stop:
				return
			default:
				_, _, _ = admin.try("POST", "/api/v1/users", person(i)) // counted below
			}
		}
	}()
	archive := filepath.Join(t.TempDir(), "backup.tar.gz")
	code, _, errs := command(t, "backup", "--data-dir", dir, archive)
	close(stop)
	<-done
	if code != exitOK {
		t.Fatal(errs)
	}
	if code, _, errs := command(t, "backup", "--data-dir", dir, archive); code != exitFailure || !strings.Contains(errs, archive+" is there already") {
		t.Errorf("a backup replaces another: %s", errs)
	}
	if code, _, errs := command(t, "restore", "--data-dir", dir, archive); code != exitFailure || !strings.Contains(errs, "--force") {
		t.Errorf("a restore replaces a database: %s", errs)
	}
	c.stop(syscall.SIGTERM)
	other := t.TempDir()
	if code, _, errs := command(t, "restore", "--data-dir", other, archive); code != exitOK {
		t.Fatal(errs)
	}
	again := serve(t, other, nil).signIn("ada@northwind.example", chosenPassword)
	if got, _ := again.must(http.StatusOK, "GET", "/api/v1/users/stats", nil)["total"].(float64); got < 21 {
		t.Errorf("%v users are in the backup, want 21 at least", got)
	}
	damaged, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	damaged[len(damaged)/2] ^= 0xff
	broken := filepath.Join(t.TempDir(), "broken.tar.gz")
	if err := os.WriteFile(broken, damaged, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, _ := command(t, "restore", "--data-dir", t.TempDir(), broken); code != exitFailure {
		t.Error("a damaged archive is restored")
	}
}

// Pictures and the server's secret come back with a backup: logos and photos are
// shown, and what is sealed in the database can be opened.
func TestBackupHasAllOfTheDataDirectory(t *testing.T) {
	dir := t.TempDir()
	c := serve(t, dir, nil)
	admin := c.setUp()
	me := admin.must(http.StatusOK, "GET", "/api/v1/session", nil)
	user, _ := me["user"].(map[string]any)
	org, _ := me["organization"].(map[string]any)
	photo := admin.picture(fmt.Sprintf("/api/v1/users/%v/photo", user["id"]))["photo_url"]
	brand, _ := admin.picture(fmt.Sprintf("/api/v1/organizations/%v/branding/logo", org["id"]))["own"].(map[string]any)
	keys := admin.must(http.StatusOK, "GET", "/.well-known/jwks.json", nil)
	archive := filepath.Join(t.TempDir(), "backup.tar.gz")
	if code, _, errs := command(t, "backup", "--data-dir", dir, archive); code != exitOK {
		t.Fatal(errs)
	}
	other := t.TempDir()
	if code, _, errs := command(t, "restore", "--data-dir", other, archive); code != exitOK {
		t.Fatal(errs)
	}
	secret, err := os.ReadFile(filepath.Join(other, "secret.key"))
	info, statErr := os.Stat(filepath.Join(other, "secret.key"))
	was, wasErr := os.ReadFile(filepath.Join(dir, "secret.key"))
	if err := errors.Join(err, statErr, wasErr); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(secret, was) || info.Mode().Perm() != 0o600 {
		t.Errorf("the secret is another one, or has mode %v", info.Mode())
	}
	again := serve(t, other, nil).signIn("ada@northwind.example", chosenPassword)
	for _, url := range []any{photo, brand["logo_url"]} {
		if status, _, err := again.try("GET", fmt.Sprint(url), nil); status != http.StatusOK || err != nil {
			t.Errorf("%v: %d %v", url, status, err)
		}
	}
	if now := again.must(http.StatusOK, "GET", "/.well-known/jwks.json", nil); !reflect.DeepEqual(now, keys) {
		t.Errorf("the keys were %v and are %v", keys, now)
	}
}

// picture puts a small picture somewhere.
func (b *browser) picture(path string) map[string]any {
	b.t.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewRGBA(image.Rect(0, 0, 64, 64))); err != nil {
		b.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPut, b.url+path, &file)
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "image/png")
	resp, err := b.http.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	var out map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil || resp.StatusCode != http.StatusOK {
		b.t.Fatal(resp.Status, err, out)
	}
	return out
}

// A schema that this version does not know is refused by every command, and
// audit verify finds a changed event and fails.
func TestRefusesWhatItMustNotTouch(t *testing.T) {
	dir := t.TempDir()
	c := serve(t, dir, nil)
	c.setUp()
	c.stop(syscall.SIGTERM)
	if code, out, errs := command(t, "audit", "verify", "--data-dir", dir, "--tenant", "northwind"); code != exitOK || !strings.Contains(out, "northwind: ") {
		t.Fatalf("audit verify: exit code %d: %s%s", code, out, errs)
	}
	if code, out, errs := command(t, "index", "rebuild", "--data-dir", dir); code != exitOK || out != "northwind: 1 users indexed\n" {
		t.Errorf("index rebuild: exit code %d: %s%s", code, out, errs)
	}
	change := func(query string) {
		db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "retinue.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.ExecContext(context.Background(), query); err != nil {
			t.Fatal(err)
		}
	}
	change("UPDATE audit_events SET actor_name = 'Somebody else' WHERE seq = 2")
	if code, out, _ := command(t, "audit", "verify", "--data-dir", dir); code != exitFailure || !strings.Contains(out, "BROKEN at event 2") || !strings.Contains(out, "changed") {
		t.Errorf("audit verify of a changed event: exit code %d: %s", code, out)
	}
	change("UPDATE goose_db_version SET version_id = version_id - 1000")
	for _, args := range [][]string{{"audit", "verify"}, {"index", "rebuild"}} {
		code, _, errs := command(t, append(args, "--data-dir", dir)...)
		if code != exitFailure || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, `older than`) || !strings.Contains(errs, `run "retinue migrate" first`) {
			t.Errorf("%v of an older schema: exit code %d: %s", args, code, errs)
		}
	}
	if code, _, errs := command(t, "backup", filepath.Join(t.TempDir(), "older.tar.gz"), "--data-dir", dir); code != exitOK {
		t.Errorf("backup of an older schema: exit code %d: %s", code, errs)
	}
	change("UPDATE goose_db_version SET version_id = version_id + 1000")
	change("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999999, 1)")
	for _, args := range [][]string{
		{"serve", "--listen", "127.0.0.1:0"},
		{"migrate"},
		{"tenant", "list"},
		{"audit", "verify"},
		{"index", "rebuild"},
		{"users", "export"},
		{"backup", filepath.Join(t.TempDir(), "b.tar.gz")},
	} {
		code, _, errs := command(t, append(args, "--data-dir", dir)...)
		if code != exitFailure || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, "newer than") {
			t.Errorf("%v: exit code %d: %s", args, code, errs)
		}
	}
}

// Users go out and come in as CSV on the command line; a file with invalid
// lines is refused as a whole unless told otherwise, and importing twice
// doubles nobody.
func TestUsersOnTheCommandLine(t *testing.T) {
	databases(t, func(t *testing.T, dir string) {
		if code, _, errs := command(t, "tenant", "create", "--data-dir", dir, "--name", "N", "--short-name", "northwind", "--admin-email", "ada@northwind.example"); code != exitOK {
			t.Fatal(errs)
		}
		file := filepath.Join(t.TempDir(), "people.csv")
		text := "first_name,last_name,email,user_type\nBo,Li,bo@northwind.example,agent\nNo,Address,nobody,agent\n"
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		code, out, errs := command(t, "users", "import", "--data-dir", dir, file)
		if code != exitFailure || !strings.Contains(out, "line 3, email") || !strings.Contains(out, "Nobody was imported") {
			t.Fatalf("exit code %d: %s%s", code, out, errs)
		}
		if code, out, errs = command(t, "users", "import", "--data-dir", dir, "--partial", file); code != exitOK || !strings.Contains(out, "1 created, 0 here already, 1 with errors") {
			t.Fatalf("exit code %d: %s%s", code, out, errs)
		}
		if code, out, errs = command(t, "users", "import", "--data-dir", dir, "--partial", file); code != exitOK || !strings.Contains(out, "1 are here already, 1 can't be") || !strings.Contains(out, "nothing to do: 1 are here already") {
			t.Errorf("a second import: exit code %d: %s%s", code, out, errs)
		}
		if code, out, errs = command(t, "users", "import", "--data-dir", dir, file); code != exitFailure || !strings.Contains(out, "Nobody was imported") {
			t.Errorf("a second import of the whole file: exit code %d: %s%s", code, out, errs)
		}
		none := filepath.Join(t.TempDir(), "none.csv")
		if err := os.WriteFile(none, []byte("first_name,last_name,email,user_type\nNo,Address,nobody,agent\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, out, errs = command(t, "users", "import", "--data-dir", dir, "--partial", none); code != exitFailure || !strings.Contains(out, "Nobody was imported") {
			t.Errorf("an import of nobody: exit code %d: %s%s", code, out, errs)
		}
		whole := filepath.Join(t.TempDir(), "whole.csv")
		if err := os.WriteFile(whole, []byte("first_name,last_name,email,user_type\nBo,Li,bo@northwind.example,agent\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if code, out, errs = command(t, "users", "import", "--data-dir", dir, whole); code != exitOK || !strings.Contains(out, "nothing to do: 1 are here already") {
				t.Errorf("people who are here already: exit code %d: %s%s", code, out, errs)
			}
		}
		if code, out, errs = command(t, "users", "export", "--data-dir", dir); code != exitOK || strings.Count(out, "\n") != 3 || !strings.Contains(out, "bo@northwind.example") {
			t.Errorf("exit code %d: %s%s", code, out, errs)
		}
		if _, out, _ = command(t, "users", "export", "--data-dir", dir, "--format", "ndjson"); !strings.Contains(out, `"email":"bo@northwind.example"`) {
			t.Errorf("as NDJSON: %s", out)
		}
	})
}
