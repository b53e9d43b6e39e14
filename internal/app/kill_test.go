package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// upload sends a CSV file and returns the import's address.
func (b *browser) upload(csv []byte) string {
	b.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, b.url+"/api/v1/user-imports", bytes.NewReader(csv))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "text/csv")
	resp, err := b.http.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	var made struct{ ID string }
	if err := json.NewDecoder(resp.Body).Decode(&made); err != nil || resp.StatusCode != http.StatusAccepted {
		b.t.Fatal(resp.Status, err)
	}
	return "/api/v1/user-imports/" + made.ID
}

// until asks for an import until the condition holds.
func (b *browser) until(path string, pause time.Duration, holds func(map[string]any) bool) map[string]any {
	b.t.Helper()
	for waited := time.Duration(0); waited < 2*patience; waited += pause {
		if imp := b.must(http.StatusOK, "GET", path, nil); holds(imp) {
			return imp
		}
		time.Sleep(pause)
	}
	b.t.Fatalf("the import is still %v", b.must(http.StatusOK, "GET", path, nil))
	return nil
}

// kill -9 in the middle of an import: after a restart it goes on where it was,
// nobody is there twice or missing, the counters agree with the rows, and the
// audit chain holds.
func TestKilledDuringImport(t *testing.T) {
	databases(t, func(t *testing.T, dir string) {
		const people = 60_000
		var csv bytes.Buffer
		csv.WriteString("first_name,last_name,email,user_type\n")
		for i := range people {
			fmt.Fprintf(&csv, "Person,Number %d,p%d@import.example,agent\n", i, i)
		}
		c := serve(t, dir, nil)
		admin := c.setUp()
		path := admin.upload(csv.Bytes())
		admin.until(path, 20*time.Millisecond, func(imp map[string]any) bool { return imp["state"] == "ready" })
		admin.must(http.StatusOK, "POST", path+"/start", nil)
		admin.until(path, time.Millisecond, func(imp map[string]any) bool { return imp["created"] != 0.0 })
		if c.stop(syscall.SIGKILL) == 0 {
			t.Fatal("the server was not killed")
		}
		after := serve(t, dir, nil)
		again := after.signIn("ada@northwind.example", chosenPassword)
		half := again.must(http.StatusOK, "GET", path, nil)
		if created, _ := half["created"].(float64); half["state"] != "running" || created == 0 || created >= people {
			t.Fatalf("it was not killed in the middle: %v", half)
		}
		if total := again.must(http.StatusOK, "GET", "/api/v1/users/stats", nil)["total"]; total != half["created"].(float64)+1 {
			t.Errorf("%v were created by a half import, the counters say %v", half["created"], total)
		}
		imp := again.until(path, 50*time.Millisecond, func(imp map[string]any) bool { return imp["state"] != "running" })
		if imp["state"] != "done" || imp["created"] != float64(people) || imp["rows_done"] != float64(people) || imp["skipped"] != 0.0 {
			t.Errorf("%v", imp)
		}
		if total := again.must(http.StatusOK, "GET", "/api/v1/users/stats", nil)["total"]; total != float64(people+1) {
			t.Errorf("the counters say %v", total)
		}
		if code := after.stop(syscall.SIGTERM); code != 0 {
			t.Errorf("exit code %d", code)
		}
		export := start(t, dir, nil, "users", "export")
		if code := export.wait(); code != 0 {
			t.Fatalf("exit code %d: %s", code, export.out.String())
		}
		times := map[string]int{}
		for _, m := range regexp.MustCompile(`p\d+@import\.example`).FindAllString(export.out.String(), -1) {
			times[m]++
		}
		for i := range people {
			if n := times[fmt.Sprintf("p%d@import.example", i)]; n != 1 {
				t.Fatalf("person %d is there %d times", i, n)
			}
		}
		verify := start(t, dir, nil, "audit", "verify")
		if code := verify.wait(); code != 0 || !strings.Contains(verify.out.String(), "unbroken") {
			t.Errorf("audit verify: exit code %d: %s", code, verify.out.String())
		}
	})
}
