package api_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
)

// begin sends the head of a request and waits until the server asks for its body,
// when it is let in. What it returns sends the body and tells the status.
func begin(t *testing.T, c *apitest.Client, path, body string) (finish func() int) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(c.World.Server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	who := "Cookie: retinue_session=" + c.Cookie
	if c.Key != "" {
		who = "Authorization: Bearer " + c.Key
	}
	_, err = fmt.Fprintf(conn, "POST /api/v1%s HTTP/1.1\r\nHost: x\r\n%s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n",
		path, who, len(body))
	in := bufio.NewReader(conn)
	if err != nil {
		t.Fatal(err)
	}
	if line, err := in.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("%s: %q, %v", path, line, err)
	}
	if _, err := in.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	return func() int {
		t.Helper()
		if _, err := conn.Write([]byte(body)); err != nil {
			t.Fatal(err)
		}
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res.StatusCode
	}
}

// A request that arrives in full after its session or key was ended leaves nothing
// behind to get in by.
func TestSlowRequestsLeaveNoWayIn(t *testing.T) { apitest.Each(t, slowRequests) }

func slowRequests(t *testing.T, w *apitest.World) {
	t.Helper()
	ada := w.Tenant("northwind")
	jo := ada.Person("Jo", iam.TypeMember, "admin")
	key := `{"name":"Late","permissions":["users.read"]}`
	if got := begin(t, jo, "/api-keys", key)(); got != http.StatusCreated {
		t.Fatalf("in time it answers %d", got)
	}
	var made api.APIKeyWithSecret
	all := `{"name":"All","permissions":["users.read","api_keys.manage","users.create","users.invite"]}`
	jo.Do(http.MethodPost, "/api-keys", all).Want(http.StatusCreated, &made)
	program := *jo
	program.Cookie, program.Key = "", made.Secret
	late := map[string]func() int{}
	for _, c := range []*apitest.Client{jo, &program} {
		for path, body := range map[string]string{
			"/api-keys":    key,
			"/users":       `{"first_name":"Eve","last_name":"Late","email":"eve` + fmt.Sprint(len(late)) + `@northwind.example","user_type":"viewer"}`,
			"/invitations": `{"emails":["late@northwind.example"],"user_type":"viewer"}`,
		} {
			if path == "/api-keys" && c.Key != "" {
				continue // programs make none for others
			}
			late[path+" "+c.Key] = begin(t, c, path, body)
		}
	}
	ada.Do(http.MethodPost, "/users/"+string(jo.ID)+"/reset-password?revoke_api_keys=true", nil).Want(http.StatusOK, nil)
	for what, finish := range late {
		if got := finish(); got != http.StatusUnauthorized {
			t.Errorf("%s answers %d", what, got)
		}
	}
	if n := len(working(t, ada, jo.ID)); n != 0 {
		t.Errorf("%d keys work", n)
	}
}

// What somebody may do counts when all of their request is there, not when it began.
func TestSlowRequestsAreJudgedAtTheirEnd(t *testing.T) { apitest.Each(t, lateRequests) }

func lateRequests(t *testing.T, w *apitest.World) {
	t.Helper()
	ada := w.Tenant("northwind")
	jo := ada.Person("Jo", iam.TypeMember, "admin")
	bodies := map[string]string{
		"/roles":         `{"name":"Late","permissions":["users.read"]}`,
		"/organizations": `{"name":"Late"}`,
		"/teams":         `{"name":"Late"}`,
	}
	late := map[string]func() int{}
	for path, body := range bodies {
		if got := begin(t, jo, path, body)(); got != http.StatusCreated {
			t.Fatalf("%s in time answers %d", path, got)
		}
		late[path] = begin(t, jo, path, strings.Replace(body, "Late", "Later", 1))
	}
	var user api.User
	ada.Do(http.MethodGet, "/users/"+string(jo.ID), nil).Want(http.StatusOK, &user)
	ada.Do(http.MethodPatch, "/users/"+string(jo.ID), `{"role_ids":[]}`, apitest.IfMatch(user.Version)).Want(http.StatusOK, nil)
	for path, finish := range late {
		if got := finish(); got != http.StatusForbidden {
			t.Errorf("%s answers %d", path, got)
		}
	}
}

// working are the working keys of somebody.
func working(t *testing.T, c *apitest.Client, of iam.UserID) []api.APIKey {
	t.Helper()
	var page api.List[api.APIKey]
	c.Do(http.MethodGet, "/api-keys?limit=100&state=active&user_id="+string(of), nil).Want(http.StatusOK, &page)
	return page.Items
}

// There are never more working keys than there can be, and all are revoked,
// however many there are.
func TestKeysAreCountedAndAllRevoked(t *testing.T) { apitest.Each(t, allKeys) }

func allKeys(t *testing.T, w *apitest.World) {
	t.Helper()
	ada := w.Tenant("northwind")
	jo := ada.Person("Jo", iam.TypeMember, "admin")
	insert := func(n int) {
		t.Helper()
		err := w.Store.Write(t.Context(), func(tx iam.Tx) error { return insertKeys(t.Context(), tx, w, jo, n) })
		if err != nil {
			t.Fatal(err)
		}
	}
	insert(49)
	var all sync.WaitGroup
	for n := range 6 {
		all.Go(func() {
			res := jo.Do(http.MethodPost, "/api-keys", `{"name":"K`+fmt.Sprint(n)+`","permissions":["users.read"]}`)
			if res.Status != http.StatusCreated && res.Status != http.StatusUnprocessableEntity {
				t.Errorf("answers %d: %s", res.Status, res.Body)
			}
		})
	}
	all.Wait()
	if n := len(working(t, ada, jo.ID)); n != 50 {
		t.Errorf("%d keys work", n)
	}
	insert(60)
	ada.Do(http.MethodPost, "/users/"+string(jo.ID)+"/reset-password?revoke_api_keys=true", nil).Want(http.StatusOK, nil)
	if n := len(working(t, ada, jo.ID)); n != 0 {
		t.Errorf("%d keys work", n)
	}
}

func insertKeys(ctx context.Context, tx iam.Tx, w *apitest.World, of *apitest.Client, n int) error {
	for range n {
		id := w.IDs.NewID(iam.PrefixAPIKey, tx.Now())
		k := &iam.APIKey{
			ID: iam.APIKeyID(id), Tenant: of.Tenant, User: of.ID, Name: "Old", Prefix: "rtn_old", SecretHash: []byte(id),
			Permissions: []iam.Permission{iam.PermUsersRead}, CreatedBy: of.ID, CreatedAt: tx.Now(),
		}
		if err := tx.InsertAPIKey(ctx, k); err != nil {
			return err
		}
	}
	return nil
}
