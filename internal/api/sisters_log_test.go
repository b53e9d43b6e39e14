package api_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/api/apitest"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/iam"
)

// logOf is the log as the caller reads it, the newest first.
func logOf(c *apitest.Client, query string) []api.Event {
	var page api.List[api.Event]
	c.Do(http.MethodGet, "/audit-events"+query, nil).Want(http.StatusOK, &page)
	return page.Items
}

// records appends events as those of before this was kept apart may be: about the
// company's people, in the log of a client.
func records(t *testing.T, w *apitest.World, tenant iam.TenantID, events ...*iam.Event) {
	t.Helper()
	for _, e := range events {
		e.ID, e.At, e.Outcome, e.ActorType = iam.EventID(w.IDs.NewID(iam.PrefixEvent, w.Clock.Now())), w.Clock.Now(), iam.OutcomeSuccess, iam.ActorUser
	}
	err := w.DB.Write(t.Context(), func(tx iam.Tx) error { return tx.AppendEvents(t.Context(), tenant, events...) })
	if err != nil {
		t.Fatal(err)
	}
}

// Whoever of the company acts in a client is named nowhere in its log: not as what
// they did it to, not as whom they were logged in, not by a search or an id. covers A-06 E-09
func TestCompanyInTheLogOfAClient(t *testing.T) { apitest.Each(t, companyInTheLog) }

func companyInTheLog(t *testing.T, w *apitest.World) {
	t.Helper()
	agency := w.Tenant("northwind")
	boss, mine := clientOrganization(t, agency, "Mine")
	there := agency.In(mine)
	there.Do(http.MethodPost, "/api-keys", `{"name":"Errand","permissions":["users.read"]}`).Want(http.StatusCreated, nil)
	there.Do(http.MethodPatch, "/me", `{"phone":"+15550100"}`, version(agency)).Want(http.StatusOK, nil)
	agency.Do(http.MethodPut, "/session/organization", map[string]any{"organization_id": mine}).Want(http.StatusOK, nil)
	ada, name := string(agency.ID), "Ada Okafor"
	records(t, w, agency.Tenant,
		&iam.Event{Action: "session.ended", ActorID: ada, ActorName: name, TargetType: "session", TargetID: "sess_1", TargetName: name, Org: mine},
		&iam.Event{
			Action: "user.updated", ActorID: ada, ActorName: name, TargetType: "user", TargetID: ada, TargetName: name, Org: mine,
			Changes: []iam.Change{{Field: "phone", Before: "", After: "+15550100"}},
		},
		&iam.Event{
			Action: "api_key.created", ActorID: ada, ActorName: name, TargetType: "api_key", TargetID: "key_1", TargetName: "Errand", Org: mine,
			Changes: []iam.Change{{Field: "user", After: audit.Person{ID: ada, Name: name}}, {Field: "prefix", After: "rtn_abc"}},
		},
		&iam.Event{
			Action: "user.created", ActorID: ada, ActorName: name, TargetType: "user", TargetID: string(boss.ID), TargetName: "BossMine Example", Org: mine,
			Changes: []iam.Change{{Field: audit.OnBehalfOf, After: audit.Behalf{ID: ada, Name: "Staffa Okafor"}}, {Field: "nickname", Before: "", After: "B"}},
		},
		&iam.Event{
			Action: "user.suspended", ActorID: ada, ActorName: name, TargetType: "user", TargetID: string(boss.ID), TargetName: "BossMine Example", Org: mine,
			Changes: []iam.Change{{Field: audit.OnBehalfOf, After: audit.Behalf{ID: string(boss.ID), Name: "BossMine Example"}}},
		},
	)
	w.SealAll(t)
	for _, query := range []string{"", "?action=session.ended", "?action=user.updated", "/export?format=ndjson"} {
		text := string(boss.Do(http.MethodGet, "/audit-events"+query, nil).Want(http.StatusOK, nil).Body)
		for _, secret := range []string{"Okafor", ada, "+15550100", "Errand", "rtn_"} {
			if strings.Contains(text, secret) {
				t.Errorf("%q shows %s: %s", query, secret, text)
			}
		}
	}
	for _, query := range []string{"?search=okaf", "?search=errand", "?target_id=" + ada, "?target_id=sess_1", "?target_id=key_1"} {
		if found := logOf(boss, query); len(found) != 0 {
			t.Errorf("%q finds %+v", query, found)
		}
	}
	e := logOf(boss, "?action=user.created&search=bossmine")
	if len(e) == 0 || e[0].Target.Value == nil || e[0].Target.Value.ID != string(boss.ID) || len(e[0].Changes) != 1 || e[0].OnBehalfOf.Value != nil {
		t.Errorf("what concerns the boss is not told: %+v", e)
	}
	if e := logOf(boss, "?action=user.suspended"); len(e) != 1 || e[0].OnBehalfOf.Value == nil || e[0].OnBehalfOf.Value.ID != boss.ID || e[0].Actor.ID != "" {
		t.Errorf("as whom the company acted is not told: %+v", e)
	}
	root := agency.In(agency.Session.Organization.ID)
	for c, sees := range map[*apitest.Client]bool{boss: false, root: true} {
		if e := logOf(c, "?action=user.created"); len(e) == 0 || (e[0].Seq != nil) != sees {
			t.Errorf("places in the chain: %+v", e)
		}
	}
	if found := logOf(root, "?search=okaf&action=session.ended&organization_id="+string(mine)); len(found) == 0 || found[0].Target.Value.Name != name {
		t.Errorf("the company finds %+v", found)
	}
}

// What a colleague did who has left since, or was deleted, is told under their
// name, and what they do elsewhere is not. covers A-06 E-09
func TestColleaguesWhoLeftInTheLog(t *testing.T) { apitest.Each(t, colleaguesWhoLeft) }

func colleaguesWhoLeft(t *testing.T, w *apitest.World) {
	t.Helper()
	f := newFamily(t, w)
	carl, vic, dora := f.boss.Person("Carl", iam.TypeMember, "admin"), f.boss.Person("Vic", iam.TypeMember), f.boss.Person("Dora", iam.TypeMember, "admin")
	for _, who := range []*apitest.Client{carl, dora} {
		who.Do(http.MethodPost, "/users/"+string(vic.ID)+"/suspend", nil, versionOf(who, vic.ID)).Want(http.StatusOK, nil)
		who.Do(http.MethodPost, "/users/"+string(vic.ID)+"/reactivate", nil, versionOf(who, vic.ID)).Want(http.StatusOK, nil)
	}
	w.Clock.Advance(time.Second)
	deletes(f.boss, dora.ID)
	path := "/users/" + string(carl.ID) + "/memberships/"
	f.agency.Do(http.MethodPut, path+string(f.theirs), `{"role_ids":["admin"]}`, f.version(carl.ID)).Want(http.StatusOK, nil)
	f.boss.Do(http.MethodDelete, path+string(f.mine), nil, versionOf(f.boss, carl.ID)).Want(http.StatusNoContent, nil)
	w.Clock.Advance(time.Second)
	records(t, w, f.agency.Tenant, &iam.Event{Action: "team.updated", ActorID: string(carl.ID), ActorName: "Carl Example", TargetType: "team", TargetName: "Nights", Org: f.mine})

	found := logOf(f.boss, "?action=user.suspended")
	if len(found) != 2 || found[0].Actor.ID != string(dora.ID) || found[1].Actor.ID != string(carl.ID) || found[1].Actor.Name != "Carl Example" || found[1].IP == "" {
		t.Errorf("who suspended: %+v", found)
	}
	if found := logOf(f.boss, "?action=team.updated"); len(found) != 1 || found[0].Actor.ID != "" {
		t.Errorf("done after leaving: %+v", found)
	}
	for id, want := range map[iam.UserID]int{carl.ID: 2, dora.ID: 2} {
		n := 0
		for _, query := range []string{"?actor_id=", "?user_id="} {
			for _, e := range logOf(f.boss, query+string(id)) {
				if query == "?actor_id=" && strings.Contains(e.Action, "suspended") || strings.Contains(e.Action, "reactivated") && query == "?actor_id=" {
					n++
				}
				if e.Action == "team.updated" {
					t.Errorf("%s finds what was done after leaving", query)
				}
			}
		}
		if n != want {
			t.Errorf("by what they did: %d events", n)
		}
		if ip := logOf(f.boss, "?actor_id="+string(id)+"&ip="+url.QueryEscape(found[0].IP)+"&action=user.suspended"); len(ip) != 1 {
			t.Errorf("by address: %+v", ip)
		}
	}
	if found := logOf(f.boss, "?search=carl&action=user.updated"); len(found) == 0 || found[0].Target.Value == nil || found[0].Target.Value.ID != string(carl.ID) {
		t.Errorf("who left is not named: %+v", found)
	}
	f.boss.Do(http.MethodGet, "/audit-events?actor_id="+string(f.agency.ID), nil).WantProblem(http.StatusUnprocessableEntity, iam.CodeInvalid)
}

// However much others do, pages below the root are as full as can be, and their
// cursors are made of one's own events; they go on when an organization is added.
func TestPagesOfTheLogOfAClient(t *testing.T) { apitest.Each(t, pagesOfTheLog) }

func pagesOfTheLog(t *testing.T, w *apitest.World) {
	t.Helper()
	f := newFamily(t, w)
	const action = "tab.updated"
	add := func(n int, org iam.OrgID) (ids []iam.EventID) {
		var events []*iam.Event
		for range n {
			events = append(events, &iam.Event{Action: action, ActorName: "X", TargetType: "tab", TargetName: "Home", Org: org})
		}
		records(t, w, f.agency.Tenant, events...)
		for _, e := range events {
			ids = append(ids, e.ID)
		}
		return ids
	}
	var own []iam.EventID // more than are counted to compare indexes
	for range 5 {
		own = append(own, add(500, f.mine)...)
	}
	w.Clock.Advance(time.Second)
	for range 42 {
		add(500, f.theirs)
	}
	var page api.List[api.Event]
	f.boss.Do(http.MethodGet, "/audit-events?action="+action, nil).Want(http.StatusOK, &page)
	if len(page.Items) != 50 || page.Items[0].ID != own[2499] || page.NextCursor == nil {
		t.Fatalf("%d events, next %v", len(page.Items), page.NextCursor)
	}
	text, err := base64.RawURLEncoding.DecodeString(*page.NextCursor)
	if err != nil || !strings.Contains(string(text), strings.TrimPrefix(string(own[2450]), "evt_")) {
		t.Errorf("the cursor is %q, %v", text, err)
	}
	f.boss.Do(http.MethodPost, "/organizations", `{"name":"Below"}`).Want(http.StatusCreated, nil)
	f.boss.Do(http.MethodGet, "/audit-events?action="+action+"&cursor="+*page.NextCursor, nil).Want(http.StatusOK, &page)
	if len(page.Items) != 50 || page.Items[0].ID != own[2449] {
		t.Errorf("then %d events, next %v", len(page.Items), page.NextCursor)
	}
}

// Of their own history somebody of a client learns who was logged in as them, and
// of all else from outside that it was the company.
func TestOwnHistoryInAClient(t *testing.T) { apitest.Each(t, ownHistory) }

func ownHistory(t *testing.T, w *apitest.World) {
	t.Helper()
	f := newFamily(t, w)
	jo := f.boss.Person("Jo", iam.TypeMember)
	there := f.agency.In(f.mine)
	there.Do(http.MethodPatch, "/users/"+string(jo.ID), `{"nickname":"J"}`, versionOf(there, jo.ID)).Want(http.StatusOK, nil)
	logInAs(t, there, jo.ID)
	w.SealAll(t)
	var page api.List[api.Event]
	jo.Do(http.MethodGet, "/me/history", nil).Want(http.StatusOK, &page)
	seen := map[string]string{}
	for _, e := range page.Items {
		seen[e.Action] = e.Actor.Name
		if e.Seq != nil {
			t.Errorf("%s has the place %d", e.Action, *e.Seq)
		}
	}
	if seen["user.updated"] != "The northwind company" || seen["impersonation.started"] != "Ada Okafor" || seen["user.created"] != f.boss.Session.User.FullName {
		t.Errorf("seen: %v, %q", seen, f.boss.Session.User.FullName)
	}
}
