package app

import (
	"net"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/mail/smtptest"
)

// kill -9 between the commit and the mail: it is sent once the server is back,
// and not twice.
func TestKilledBeforeTheMail(t *testing.T) {
	databases(t, func(t *testing.T, dir string) {
		// Nobody answers at first: whoever connects waits for the greeting.
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = listener.Close() })
		_, port, err := net.SplitHostPort(listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		mails := []string{"--smtp-host", "127.0.0.1", "--smtp-port", port, "--smtp-tls", "none", "--smtp-from", "people@example.com"}
		first := serve(t, dir, nil, mails...)
		invite(first.setUp(), "a@client.example")
		if first.stop(syscall.SIGKILL) == 0 {
			t.Fatal("the server was not killed")
		}

		smtp := smtptest.Serve(t, listener, smtptest.Options{})
		// Later, when what the dead process had taken on is anybody's again.
		later := func(cmd *exec.Cmd) { cmd.Env = append(cmd.Env, childAhead+"=1h") }
		second := serve(t, dir, later, mails...)
		waitForMails(t, smtp, 1)
		// As soon as it was sent; what was not written down by then would be sent again.
		admin := second.signIn("ada@northwind.example", chosenPassword)
		invite(admin, "b@client.example")
		waitForMails(t, smtp, 2)
		waitForNone(admin)
		if second.stop(syscall.SIGKILL) == 0 {
			t.Fatal("the server was not killed")
		}

		third := serve(t, dir, func(cmd *exec.Cmd) { cmd.Env = append(cmd.Env, childAhead+"=2h") }, mails...)
		invite(third.signIn("ada@northwind.example", chosenPassword), "c@client.example")
		waitForMails(t, smtp, 3)
		got, _ := smtp.Got()
		seen := map[string]int{}
		for _, d := range got {
			seen[d.To]++
			if !strings.Contains(strings.ReplaceAll(d.Data, "=\r\n", ""), "/invitation#token=") {
				t.Errorf("to %s without a link:\n%s", d.To, d.Data)
			}
		}
		if len(got) != 3 || len(seen) != 3 {
			t.Errorf("received: %v", seen)
		}
	})
}

func invite(admin *browser, address string) {
	admin.t.Helper()
	out := admin.must(http.StatusOK, "POST", "/api/v1/invitations", map[string]any{"emails": []string{address}})
	if out["sent"] != 1.0 {
		admin.t.Fatalf("invited %s: %v", address, out)
	}
}

func waitForMails(t *testing.T, smtp *smtptest.Server, n int) {
	t.Helper()
	for range patience / (10 * time.Millisecond) {
		if smtp.Count() >= n {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%d mails arrived, want %s", smtp.Count(), strconv.Itoa(n))
}

// waitForNone waits until nothing is queued.
func waitForNone(admin *browser) {
	admin.t.Helper()
	for range patience / (10 * time.Millisecond) {
		page := admin.must(http.StatusOK, "GET", "/api/v1/outbox?state=queued", nil)
		if items, _ := page["items"].([]any); len(items) == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	admin.t.Fatal("mails stay queued")
}
