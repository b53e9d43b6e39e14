package api_test

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/iam"
)

// mention is an operation that takes an id in its query or its body: ID stands
// for it in both, PAL for somebody and MYTEAM for a team of the caller's own.
type mention struct{ method, path, body, of string }

const (
	ofOrg, ofUser, ofTeam, ofTab, ofInvitation, ofActing = "/organizations/", "/users/", "/teams/", "/tabs/", "invitation", "acting"
)

var mentioned = map[string][]mention{
	"list-users":               {{"GET", "/users?organization_id=ID", "", ofOrg}, {"GET", "/users?below=true&organization_id=ID", "", ofOrg}, {"GET", "/users?team=ID", "", ofTeam}},
	"export-users":             {{"GET", "/users/export?organization_id=ID", "", ofOrg}, {"GET", "/users/export?organization=ID", "", ofActing}, {"GET", "/users/export?team=ID", "", ofTeam}},
	"list-organizations":       {{"GET", "/organizations?parent_id=ID", "", ofOrg}, {"GET", "/organizations?outside=ID", "", ofOrg}},
	"list-invitations":         {{"GET", "/invitations?organization_id=ID", "", ofOrg}},
	"list-audit-events":        {{"GET", "/audit-events?actor_id=ID", "", ofUser}, {"GET", "/audit-events?target_id=ID", "", ofUser}, {"GET", "/audit-events?user_id=ID", "", ofUser}, {"GET", "/audit-events?organization_id=ID", "", ofOrg}},
	"export-audit-events":      {{"GET", "/audit-events/export?organization=ID", "", ofActing}, {"GET", "/audit-events/export?organization_id=ID", "", ofOrg}, {"GET", "/audit-events/export?target_id=ID", "", ofUser}, {"GET", "/audit-events/export?user_id=ID", "", ofUser}},
	"get-user-import-template": {{"GET", "/user-imports/template.csv?organization=ID", "", ofActing}},
	"get-mail-settings":        {{"GET", "/mail-settings?organization_id=ID", "", ofOrg}},
	"set-mail-settings":        {{"PUT", "/mail-settings", `{"organization_id":"ID","sender_name":"X","reply_to":"","notices":false}`, ofOrg}},
	"list-access-options":      {{"GET", "/access-options?organization_id=ID", "", ofOrg}},
	"list-memberships":         {{"GET", "/users/PAL/memberships?organization_id=ID", "", ofOrg}},
	"get-user-access":          {{"GET", "/users/PAL/access?organization_id=ID", "", ofOrg}},
	"log-in-as":                {{"POST", "/users/PAL/impersonation", `{"reason":"help","organization_id":"ID"}`, ofOrg}},
	"invite-user":              {{"POST", "/users/PAL/invitation?organization_id=ID", "", ofOrg}},
	"preview-user-invitation":  {{"POST", "/users/PAL/invitation/preview?organization_id=ID", "", ofOrg}},
	"list-api-keys":            {{"GET", "/api-keys?user_id=ID", "", ofUser}},
	"create-api-key":           {{"POST", "/api-keys", `{"name":"K","permissions":["users.read"],"user_id":"ID"}`, ofUser}},
	"start-access-review":      {{"POST", "/access-reviews", `{"organization_id":"ID"}`, ofOrg}},
	"create-announcement":      {{"POST", "/announcements", `{"title":"X","organization_id":"ID"}`, ofOrg}},
	"add-domain":               {{"POST", "/domains", `{"host":"x.example.com","organization_id":"ID"}`, ofOrg}},
	"list-teams":               {{"GET", "/teams?organization_id=ID", "", ofOrg}},
	"create-team":              {{"POST", "/teams", `{"name":"X","organization_id":"ID"}`, ofOrg}},
	"create-organization":      {{"POST", "/organizations", `{"name":"X","parent_id":"ID"}`, ofOrg}},
	"create-invitations": {
		{"POST", "/invitations", `{"emails":["a@b.example"],"user_type":"agent","organization_id":"ID"}`, ofOrg},
		{"POST", "/invitations", `{"emails":["a@b.example"],"user_type":"agent","team_ids":["ID"]}`, ofTeam},
	},
	"create-user": {{"POST", "/users", `{"first_name":"D","last_name":"E","email":"d@b.example","user_type":"agent","organization_id":"ID"}`, ofOrg}},
	"bulk-users": {
		{"POST", "/users/bulk", `{"action":"suspend","ids":["ID"]}`, ofUser},
		{"POST", "/users/bulk", `{"action":"delete","ids":["PAL"],"hand_over_to":"ID"}`, ofUser},
		{"POST", "/users/bulk", `{"action":"change_roles","ids":["ID"],"add_role_ids":["viewer"]}`, ofUser},
		{"POST", "/users/bulk", `{"action":"change_roles","ids":["PAL"],"add_role_ids":["viewer"],"organization_id":"ID"}`, ofOrg},
		{"POST", "/users/bulk", `{"action":"invite","ids":["ID"]}`, ofUser},
		{"POST", "/users/bulk", `{"action":"invite","ids":["PAL"],"organization_id":"ID"}`, ofOrg},
	},
	"bulk-invitations":      {{"POST", "/invitations/bulk", `{"action":"delete","ids":["ID"]}`, ofInvitation}, {"POST", "/invitations/bulk", `{"action":"resend","ids":["ID"]}`, ofInvitation}},
	"preview-user-deletion": {{"POST", "/users/deletion-preview", `{"ids":["ID"]}`, ofUser}},
	"delete-user":           {{"DELETE", "/users/PAL?hand_over_to=ID", "", ofUser}},
	"erase-person":          {{"POST", "/users/PAL/erase", `{"hand_over_to":"ID"}`, ofUser}},
	"order-tabs":            {{"PUT", "/tab-order", `{"ids":["ID"]}`, ofTab}},
	"create-tab": {
		{"POST", "/tabs", `{"title":"X","icon":"cart","url":"https://x.example/","mode":"frame","audience":"everybody","organizations":[{"id":"ID","descendants":false}]}`, ofOrg},
		{"POST", "/tabs", `{"title":"X","icon":"cart","url":"https://x.example/","mode":"frame","audience":"chosen","all_organizations":true,"people":["ID"]}`, ofUser},
	},
	"create-export": {
		{"POST", "/exports", `{"kind":"users","filter":{"organization_id":"ID"}}`, ofOrg},
		{"POST", "/exports", `{"kind":"memberships","filter":{"organization_id":"ID"}}`, ofOrg},
		{"POST", "/exports", `{"kind":"invitations","filter":{"organization_id":"ID"}}`, ofOrg},
		{"POST", "/exports", `{"kind":"audit","filter":{"organization_id":"ID"}}`, ofOrg},
	},
	"create-agent":        {{"POST", "/agents", `{"name":"X","organization_ids":["ID"]}`, ofOrg}},
	"put-team-member":     {{"PUT", "/teams/MYTEAM/members/ID", `{}`, ofUser}},
	"switch-organization": {{"PUT", "/session/organization", `{"organization_id":"ID"}`, ofActing}},
}

// referring are the operations that no id of a path leads to, but one of a
// query or a body; idless name nothing that an organization could own.
var referring, idless = func() (map[string]bool, map[string]bool) {
	r, none := map[string]bool{}, map[string]bool{}
	for id := range mentioned {
		r[id] = true
	}
	for id := range strings.FieldsSeq(`
		list-access-reviews list-announcements list-audit-actions list-colleagues order-custom-fields list-custom-fields
		create-custom-field get-dashboard get-dashboard-home list-domains list-exports accept-invitation look-up-invitation list-ip-exceptions
		grant-ip-exception lookup-ip-refusal list-mail-templates set-mail-template preview-mail-template reset-mail-template get-me update-me
		get-my-access list-my-history list-my-organizations change-my-password delete-my-photo set-my-photo end-my-other-sessions
		list-my-sessions list-organization-features list-outbox request-password-reset confirm-password-reset
		list-agents list-agent-organizations list-my-memberships get-my-presence set-my-presence look-up-password-reset
		list-deleted-users list-permissions list-roles create-role delete-session get-session create-session end-impersonation allow-changes get-setup set-up
		get-sign-in-options list-dashboard-team list-tab-people list-tabs list-user-imports create-user-import get-user-stats`) {
		none[id] = true
	}
	return r, none
}()

// inParts are the operations whose answer says of each id what became of it, and
// those that find nothing.
var inParts = map[string]bool{"create-export": true, "bulk-users": true, "bulk-invitations": true, "preview-user-deletion": true, "create-invitations": true}

// uncontrolled are the operations that answer alike for own ids, too, and why.
var uncontrolled = map[string]string{
	"create-agent": "AI agents belong to the whole company",
	"order-tabs":   "takes all tabs at once",
}

// fresh makes something of the caller's own of a kind and returns its id.
func fresh(t *testing.T, mine *apitest.Client, myOrg iam.OrgID, of string) string {
	t.Helper()
	n := strings.ToLower(rand.Text())
	var made struct{ ID string }
	switch of {
	case ofActing:
		return string(myOrg)
	case ofOrg:
		mine.Do(http.MethodPost, "/organizations", `{"name":"Own `+n+`"}`).Want(http.StatusCreated, &made)
		mine.Do(http.MethodPost, "/invitations", `{"emails":["own`+n+`@b.example"],"user_type":"agent","organization_id":"`+made.ID+`"}`).Want(http.StatusOK, nil)
	case ofUser:
		return string(mine.Person("Own"+n, iam.TypeAgent).ID)
	case ofTeam:
		mine.Do(http.MethodPost, "/teams", `{"name":"Own `+n+`"}`).Want(http.StatusCreated, &made)
		mine.Do(http.MethodPut, "/teams/"+made.ID+"/members/"+fresh(t, mine, myOrg, ofUser), `{}`).Want(http.StatusOK, nil)
	case ofTab:
		mine.Do(http.MethodPost, "/tabs", `{"title":"Own","icon":"cart","url":"https://own.example/","mode":"frame","audience":"everybody","all_organizations":true}`).
			Want(http.StatusCreated, &made)
	case ofInvitation:
		mine.Do(http.MethodPost, "/invitations", `{"emails":["own`+n+`@b.example"],"user_type":"agent"}`).Want(http.StatusOK, nil)
		var list struct{ Items []struct{ ID string } }
		mine.Do(http.MethodGet, "/invitations?search=own"+n, nil).Want(http.StatusOK, &list)
		return list.Items[0].ID
	}
	return made.ID
}

// mentions puts the sister's ids into queries and bodies: every answer is the
// one to an id of which there is nothing, and another than to one's own.
func mentions(t *testing.T, mine *apitest.Client, myOrg iam.OrgID, ids map[string]map[string]string) {
	t.Helper()
	ids[ofActing] = ids[ofOrg]
	for name, list := range mentioned {
		for _, m := range list {
			what, set := name+" "+m.path+" "+m.body, ids[m.of]
			pal := someone(t, mine, m)
			theirs, nothing := pal.try(set["{id}"]), pal.try(missing(set)["{id}"])
			same(t, what, theirs, nothing)
			if m.method != http.MethodGet && !inParts[name] && theirs.Status < http.StatusBadRequest {
				t.Errorf("%s is not refused: %d %s", what, theirs.Status, theirs.Body)
			}
			// What refuses the sister's is the id, and nothing else about the request.
			own := pal.try(fresh(t, mine, myOrg, m.of))
			if uncontrolled[name] == "" && theirs.Status == own.Status && plain(theirs.Body) == plain(own.Body) {
				t.Errorf("%s is answered alike for an own id: %d %s", what, own.Status, own.Body)
			}
		}
	}
}

// attempt is a mention with those whom it needs beside the id.
type attempt struct {
	mention
	c         *apitest.Client
	pal, team string
	version   int64
}

func someone(t *testing.T, mine *apitest.Client, m mention) *attempt {
	t.Helper()
	a := &attempt{mention: m, c: mine, version: 1}
	if strings.Contains(m.path+m.body, "PAL") {
		a.pal = fresh(t, mine, "", ofUser)
		var u api.User
		mine.Do(http.MethodGet, "/users/"+a.pal, nil).Want(http.StatusOK, &u)
		a.version = u.Version
	}
	if strings.Contains(m.path, "MYTEAM") {
		a.team = fresh(t, mine, "", ofTeam)
	}
	return a
}

func (a *attempt) try(id string) *apitest.Response {
	fill := strings.NewReplacer("ID", id, "PAL", a.pal, "MYTEAM", a.team).Replace
	var body any
	if a.body != "" {
		body = fill(a.body)
	}
	return a.c.Do(a.method, fill(a.path), body, apitest.IfMatch(a.version))
}

// same fails unless two answers are alike but for the ids of the requests and
// of what they were asked for.
func same(t *testing.T, what string, theirs, nothing *apitest.Response) {
	t.Helper()
	if a, b := plain(theirs.Body), plain(nothing.Body); theirs.Status != nothing.Status || a != b {
		t.Errorf("%s tells theirs from nothing:\n%d %s\n%d %s", what, theirs.Status, a, nothing.Status, b)
	}
}

// plain is a body without what differs from one request to the next.
func plain(body []byte) string {
	var v any
	if json.Unmarshal(body, &v) != nil {
		return string(body)
	}
	var clean func(any) any
	clean = func(v any) any {
		switch v := v.(type) {
		case map[string]any:
			for k, x := range v {
				if k == "id" || k == "request_id" || strings.HasSuffix(k, "_at") || k == "filter" || k == "secret" || k == "key" {
					delete(v, k)
					continue
				}
				v[k] = clean(x)
			}
		case []any:
			for i := range v {
				v[i] = clean(v[i])
			}
		}
		return v
	}
	out, err := json.Marshal(clean(v))
	if err != nil {
		return err.Error()
	}
	return string(out)
}
