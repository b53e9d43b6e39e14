package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Targets of single requests.
const (
	statsMedian = time.Millisecond
	writeMedian = 5 * time.Millisecond
)

// counters are the stat cards.
type counters struct {
	Total     int64 `json:"total"`
	Active    int64 `json:"active"`
	Suspended int64 `json:"suspended"`
}

func (b *bench) stats(c *client) error {
	var all latencies
	for range b.requests(1000) {
		var n counters
		a, err := c.get("/api/v1/users/stats", &n)
		if err != nil {
			return err
		}
		if n.Total < int64(b.in.users) || n.Active+n.Suspended != n.Total {
			return fmt.Errorf("stat cards of %d users show %+v", b.in.users, n)
		}
		all = append(all, a.took)
	}
	b.record("stats", latencyFigure(all, statsMedian, 0))
	return nil
}

// writes measures single changes; each is looked for at once.
func (b *bench) writes(c *client) error {
	var w writer
	w.client = c
	for i := range b.requests(200) {
		if err := w.life(i); err != nil {
			return err
		}
	}
	b.record("write.create", latencyFigure(w.created, writeMedian, 0))
	b.record("write.edit", latencyFigure(w.edited, writeMedian, 0))
	b.record("write.suspend", latencyFigure(w.suspended, writeMedian, 0))
	b.record("write.delete", latencyFigure(w.deleted, 0, 0))
	return nil
}

// writer changes users one by one.
type writer struct {
	*client
	created, edited, suspended, deleted latencies
}

// life makes a user, changes, suspends and deletes them.
func (w *writer) life(i int) error {
	name := fmt.Sprintf("Wexford%dq", i)
	before, err := w.counters()
	if err != nil {
		return err
	}
	var made struct {
		User item `json:"user"`
	}
	a, err := w.call(http.MethodPost, "/api/v1/users", map[string]any{
		"first_name": "Bea", "last_name": name, "email": strings.ToLower(name) + "@changes.example", "user_type": "agent",
		"role_ids": []string{"chat_agent"},
	}, &made, http.StatusCreated)
	if err != nil {
		return err
	}
	w.created = append(w.created, a.took)
	id := made.User.ID
	if err := w.shows(before, counters{1, 1, 0}, id, "user.created", query{search: name}, query{search: name, role: "chat_agent", status: "active"}); err != nil {
		return err
	}
	a, err = w.call(http.MethodPatch, "/api/v1/users/"+id, map[string]any{"last_name": name + "zed"}, nil, http.StatusOK,
		"If-Match: "+etag(made.User.Version))
	if err != nil {
		return err
	}
	w.edited = append(w.edited, a.took)
	if err := w.shows(before, counters{1, 1, 0}, id, "user.updated", query{search: name + "zed"}); err != nil {
		return err
	}
	var now item
	a, err = w.call(http.MethodPost, "/api/v1/users/"+id+"/suspend", struct{}{}, &now, http.StatusOK)
	if err != nil {
		return err
	}
	w.suspended = append(w.suspended, a.took)
	if err := w.shows(before, counters{1, 0, 1}, id, "user.suspended", query{search: name, status: "suspended", userType: "agent"}); err != nil {
		return err
	}
	a, err = w.call(http.MethodDelete, "/api/v1/users/"+id, nil, nil, http.StatusNoContent, "If-Match: "+etag(now.Version))
	if err != nil {
		return err
	}
	w.deleted = append(w.deleted, a.took)
	return w.shows(before, counters{}, "", "")
}

func etag(version int64) string { return strconv.Quote(strconv.FormatInt(version, 10)) }

func (w *writer) counters() (n counters, err error) {
	_, err = w.get("/api/v1/users/stats", &n)
	return n, err
}

// shows tells whether stat cards, lists and the audit log know of a change.
func (w *writer) shows(before, change counters, id, action string, found ...query) error {
	n, err := w.counters()
	if err != nil {
		return err
	}
	if want := (counters{before.Total + change.Total, before.Active + change.Active, before.Suspended + change.Suspended}); n != want {
		return fmt.Errorf("after %s the stat cards show %+v instead of %+v", action, n, want)
	}
	for _, q := range found {
		p, _, err := w.list(q, listPage, "")
		if err != nil {
			return err
		}
		if len(p.Items) != 1 || p.Items[0].ID != id {
			return fmt.Errorf("after %s %+v finds %+v", action, q, p.Items)
		}
	}
	if action == "" {
		return nil
	}
	var events struct {
		Items []struct {
			Action string `json:"action"`
		} `json:"items"`
	}
	if _, err := w.get("/api/v1/audit-events?limit=1&target_id="+url.QueryEscape(id), &events); err != nil {
		return err
	}
	if len(events.Items) != 1 || events.Items[0].Action != action {
		return fmt.Errorf("after %s the audit log shows %+v", action, events.Items)
	}
	return nil
}
