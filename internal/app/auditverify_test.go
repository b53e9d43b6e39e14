package app

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// tamper runs SQL beside retinue, as somebody would who has the database.
func tamper(t *testing.T, dir, query string) {
	t.Helper()
	driver, at := "sqlite", "file:"+filepath.Join(dir, "retinue.db")
	if url := os.Getenv("RETINUE_DATABASE"); url != "" {
		driver, at = "pgx", url
	}
	db, err := sql.Open(driver, at)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	res, err := db.ExecContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		t.Fatalf("%s: changed %d rows, %v", query, n, err)
	}
}

// audit verify prints the head of a chain. Kept elsewhere, it shows what the
// chain alone can't: that its end was cut off together with what the database
// says of the end, and that the log was written anew.
func TestHeadOfTheAuditLog(t *testing.T) {
	databases(t, func(t *testing.T, dir string) {
		c := serve(t, dir, nil)
		admin := c.setUp()
		for i := range 3 {
			admin.must(201, "POST", "/api/v1/users", person(i))
		}
		verify := func(args ...string) (int, string, string) {
			return command(t, append([]string{"audit", "verify", "--data-dir", dir}, args...)...)
		}
		head := func() string {
			t.Helper()
			code, out, errs := verify()
			_, head, found := strings.Cut(strings.TrimSpace(out), ", unbroken, head ")
			if code != exitOK || !found {
				t.Fatalf("exit code %d: %s%s", code, out, errs)
			}
			return head
		}
		fails := func(want string, args ...string) {
			t.Helper()
			if code, out, errs := verify(args...); code != exitFailure || errs != "" || !strings.Contains(out, want) {
				t.Errorf("%v: exit code %d: %s%s, want %q", args, code, out, errs, want)
			}
		}
		for waited := time.Duration(0); waited < patience && !strings.HasPrefix(head(), "6:"); waited += 50 * time.Millisecond {
			time.Sleep(50 * time.Millisecond) // until all of it is sealed
		}
		c.stop(os.Interrupt)
		early := head()
		number, hash, _ := strings.Cut(early, ":")
		if number != "6" || len(hash) != 64 {
			t.Fatalf("the head is %q", early)
		}
		if code, out, errs := verify("--expect", early); code != exitOK || strings.Count(out, "\n") != 1 {
			t.Errorf("as expected: exit code %d: %s%s", code, out, errs)
		}
		fails("northwind: NOT AS EXPECTED: event "+number+" has the hash "+hash, "--expect", number+":"+strings.Repeat("0", 64))
		if code, _, errs := verify("--expect", "latest"); code != exitUsage || !strings.Contains(errs, `--expect: "latest": write it as audit verify prints a head`) {
			t.Errorf("no head: exit code %d: %s", code, errs)
		}

		tamper(t, dir, "DELETE FROM audit_events WHERE seq = "+number)
		fails("northwind: BROKEN at event "+number+": truncated\nnorthwind: NOT AS EXPECTED: event "+number+" is expected and is not there", "--expect", early)
		const before = "5"
		tamper(t, dir, "UPDATE audit_heads SET seq = "+before+", hash = (SELECT hash FROM audit_events WHERE seq = "+before+")")
		if now := head(); !strings.HasPrefix(now, before+":") {
			t.Errorf("the head is %s", now)
		}
		fails("northwind: NOT AS EXPECTED: event "+number+" is expected and is not there", "--expect", early)
		tamper(t, dir, "UPDATE audit_heads SET hash = (SELECT hash FROM audit_events WHERE seq = 1)")
		fails("northwind: BROKEN at event " + before)

		tamper(t, dir, "DELETE FROM audit_heads")
		tamper(t, dir, "DELETE FROM audit_events")
		fails("northwind: BROKEN at event 1: truncated")

		command(t, "tenant", "create", "--data-dir", dir, "--name", "Second", "--short-name", "second", "--admin-email", "eva@second.example")
		if code, _, errs := verify("--expect", early); code != exitUsage || !strings.Contains(errs, "name it with --tenant") {
			t.Errorf("whose head: exit code %d: %s", code, errs)
		}
	})
}
