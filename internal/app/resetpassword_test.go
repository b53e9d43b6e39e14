package app

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

// The operator lets a locked-out administrator in again: by a temporary password
// that must be changed, whose making stands in the log. A person of the same
// address in another tenant is not touched. covers D-07
func TestOperatorResetsAPassword(t *testing.T) {
	databases(t, func(t *testing.T, dir string) {
		const email = "ada@northwind.example"
		c := serve(t, dir, nil)
		admin := c.setUp()
		admin.must(http.StatusCreated, "POST", "/api/v1/users", map[string]any{
			"first_name": "Bot", "last_name": "Builder", "email": "bot@northwind.example", "user_type": "service",
		})
		code, out, errs := command(t, "tenant", "create", "--data-dir", dir, "--name", "Second", "--short-name", "second", "--admin-email", email, "--json")
		var twin struct {
			Password string `json:"temporary_password"`
		}
		if err := json.Unmarshal([]byte(out), &twin); err != nil || code != exitOK {
			t.Fatalf("exit code %d: %s%s", code, out, errs)
		}
		reset := func(args ...string) (int, string, string) {
			return command(t, append([]string{"users", "reset-password", "--data-dir", dir}, args...)...)
		}
		for name, refused := range map[string]struct {
			args []string
			want string
		}{
			"which tenant": {[]string{"--email", email}, "name one with --tenant"},
			"no such":      {[]string{"--tenant", "third", "--email", email}, "There is no such tenant."},
			"nobody":       {[]string{"--tenant", "second", "--email", "bot@northwind.example"}, `--email: nobody of this tenant has the address "bot@northwind.example"`},
			"whose":        {[]string{"--tenant", "northwind"}, "--email"},
			"of a program": {[]string{"--tenant", "northwind", "--email", "bot@northwind.example"}, "A service user has no password."},
		} {
			if code, out, errs := reset(refused.args...); code == exitOK || out != "" || !strings.Contains(errs, refused.want) || strings.Count(errs, "\n") != 1 {
				t.Errorf("%s: exit code %d: %s%s", name, code, out, errs)
			}
		}
		code, out, errs = reset("--tenant", "northwind", "--email", "ADA@northwind.example")
		_, after, _ := strings.Cut(out, "Temporary password: ")
		made, _, _ := strings.Cut(after, "\n")
		if code != exitOK || made == "" || !strings.Contains(out, email) {
			t.Fatalf("exit code %d: %s%s", code, out, errs)
		}
		time.Sleep(1100 * time.Millisecond) // until the server has heard of it
		admin.must(http.StatusUnauthorized, "GET", "/api/v1/session", nil)
		signIn := func(tenant, password string) (int, map[string]any) {
			b := c.browser()
			status, answer, err := b.try("POST", "/api/v1/session", map[string]any{"tenant": tenant, "email": email, "password": password})
			if err != nil {
				t.Fatal(err)
			}
			return status, answer
		}
		if status, _ := signIn("northwind", chosenPassword); status != http.StatusUnauthorized {
			t.Errorf("the old password: %d", status)
		}
		if status, answer := signIn("northwind", made); status != http.StatusOK || answer["must_change_password"] != true {
			t.Errorf("the new password: %d %v", status, answer)
		}
		if status, _ := signIn("second", twin.Password); status != http.StatusOK {
			t.Errorf("the other tenant's person of that address: %d", status)
		}
		c.checkReset(made)
		if code, out, errs = reset("--tenant", "northwind", "--email", email, "--json"); code != exitOK || !strings.Contains(out, `"temporary_password":"`) || strings.Contains(out, made) {
			t.Errorf("as JSON, again: exit code %d: %s%s", code, out, errs)
		}
	})
}

// checkReset changes the temporary password, and reads in the log who made it.
func (c *child) checkReset(temporary string) {
	c.t.Helper()
	const next = "amber-lantern-quay-4"
	ada := c.signIn("ada@northwind.example", temporary)
	ada.must(http.StatusNoContent, "PUT", "/api/v1/me/password", map[string]any{"current_password": temporary, "new_password": next})
	log := ada.must(http.StatusOK, "GET", "/api/v1/audit-events?action=user.password_reset", nil)
	items, _ := log["items"].([]any)
	if len(items) != 1 {
		c.t.Fatalf("the log has %v", log)
	}
	text, _ := json.Marshal(items[0])
	if !strings.Contains(string(text), `"type":"operator"`) || strings.Contains(string(text), temporary) {
		c.t.Errorf("the log says %s", text)
	}
}
