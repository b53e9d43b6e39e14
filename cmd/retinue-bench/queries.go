package main

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/retinue/retinue/internal/fold"
)

// query is what somebody asks the list for.
type query struct{ search, status, userType, role, sort string }

// sorts are all orders of the list.
var sorts = []string{"name", "-name", "last_sign_in", "-last_sign_in", "created", "-created"}

// path is the request for a page.
func (q query) path(limit int, cursor string) string {
	v := url.Values{}
	for _, p := range [][2]string{
		{"search", q.search},
		{"status", q.status},
		{"user_type", q.userType},
		{"role", q.role},
		{"sort", q.sort},
		{"limit", strconv.Itoa(limit)},
		{"cursor", cursor},
	} {
		if p[1] != "" {
			v.Set(p[0], p[1])
		}
	}
	return "/api/v1/users?" + v.Encode()
}

// item is what of a listed user is looked at.
type item struct {
	ID         string     `json:"id"`
	FullName   string     `json:"full_name"`
	Nickname   string     `json:"nickname"`
	Email      string     `json:"email"`
	Status     string     `json:"status"`
	UserType   string     `json:"user_type"`
	LastSignIn *time.Time `json:"last_sign_in_at"`
	CreatedAt  time.Time  `json:"created_at"`
	Version    int64      `json:"version"`
	Roles      []struct {
		Code string `json:"code"`
	} `json:"roles"`
}

// page is an answer of the list.
type page struct {
	Items []item  `json:"items"`
	Next  *string `json:"next_cursor"`
	Prev  *string `json:"prev_cursor"`
}

func (p *page) ids() []string {
	ids := make([]string, len(p.Items))
	for i := range p.Items {
		ids[i] = p.Items[i].ID
	}
	return ids
}

// check tells whether a page is one of the query: filters and order hold, and a
// page that others follow is full.
func (q query) check(p *page, limit int) error {
	if len(p.Items) > limit || p.Next != nil && len(p.Items) != limit {
		return fmt.Errorf("%+v: a page of %d with %d items and next %t", q, limit, len(p.Items), p.Next != nil)
	}
	seen := map[string]bool{}
	for i := range p.Items {
		u := &p.Items[i]
		if !q.selects(u) {
			return fmt.Errorf("%+v: lists %+v", q, *u)
		}
		if seen[u.ID] {
			return fmt.Errorf("%+v: lists %s twice", q, u.ID)
		}
		seen[u.ID] = true
		if i > 0 && q.compare(&p.Items[i-1], u) > 0 {
			return fmt.Errorf("%+v: lists %+v before %+v", q, p.Items[i-1], *u)
		}
	}
	return nil
}

func (q query) selects(u *item) bool {
	if q.status != "" && u.Status != q.status || q.userType != "" && u.UserType != q.userType {
		return false
	}
	holds := func(r struct {
		Code string `json:"code"`
	},
	) bool {
		return r.Code == q.role
	}
	if q.role != "" && !slices.ContainsFunc(u.Roles, holds) {
		return false
	}
	fields := []string{fold.Text(u.FullName), fold.Text(u.Nickname), fold.Text(u.Email)}
	for word := range strings.FieldsSeq(fold.Text(q.search)) {
		if !slices.ContainsFunc(fields, func(f string) bool { return strings.Contains(f, word) }) {
			return false
		}
	}
	return true
}

// sameTime is within what those come in any order whom several writers created at
// once: the order of creation is that of their numbers.
const sameTime = 10 * time.Second

// compare is negative when a must come before b; users that tie may come in
// any order here.
func (q query) compare(a, b *item) int {
	var c int
	switch strings.TrimPrefix(q.sort, "-") {
	case "last_sign_in":
		c = orEpoch(a.LastSignIn).Compare(orEpoch(b.LastSignIn))
	case "created":
		if a.CreatedAt.Sub(b.CreatedAt).Abs() > sameTime {
			c = a.CreatedAt.Compare(b.CreatedAt)
		}
	default:
		c = strings.Compare(fold.SortKey(a.FullName), fold.SortKey(b.FullName))
	}
	if strings.HasPrefix(q.sort, "-") {
		return -c
	}
	return c
}

// orEpoch is the time by which people who never signed in are ordered.
func orEpoch(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// list asks for a page and checks the answer.
func (c *client) list(q query, limit int, cursor string) (*page, time.Duration, error) {
	p := &page{}
	a, err := c.get(q.path(limit, cursor), p)
	if err != nil {
		return nil, 0, err
	}
	return p, a.took, q.check(p, limit)
}

// listPage is the size of the pages that are measured.
const listPage = 50
