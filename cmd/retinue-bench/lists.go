package main

import (
	"fmt"
	"slices"
	"time"
)

// spot is where one can begin far into a list.
type spot struct {
	query   query
	cursors []string
}

// lister measures lists on one connection.
type lister struct {
	*client
	*asker
	spots []spot
}

// far are the lists that are walked before, and how far: to a share of them, or
// until there have been so many pages of 200.
var far = []struct {
	query query
	share float64
	pages int
}{
	{query{sort: "name"}, 0.9, 5000},
	{query{sort: "-last_sign_in"}, 0.5, 400},
	{query{sort: "created", status: "active"}, 0.5, 400},
	{query{sort: "name", userType: "agent"}, 0.9, 400},
	{query{sort: "-name", role: "tier_1_support"}, 0.9, 400},
	{query{sort: "last_sign_in", status: "suspended"}, 0.9, 400},
	{query{sort: "-last_sign_in", search: "mar"}, 0.9, 400},
	{query{sort: "-created", search: "desk"}, 0.9, 400},
	{query{sort: "name", search: "son", status: "active"}, 0.9, 400},
	{query{sort: "name", search: "jo", userType: "agent"}, 0.9, 400},
}

const walkPage = 200

// walk goes to the end of a list in big steps, or as far as asked for, and
// keeps the way.
func (l *lister) walk(q query, pages int) ([]string, error) {
	var cursors []string
	cursor := ""
	for range pages {
		var p struct {
			Next *string `json:"next_cursor"`
		}
		if _, err := l.get(q.path(walkPage, cursor), &p); err != nil {
			return nil, err
		}
		if p.Next == nil {
			break
		}
		cursor = *p.Next
		cursors = append(cursors, cursor)
	}
	return cursors, nil
}

// findSpots walks all lists of far.
func (l *lister) findSpots() error {
	for _, f := range far {
		cursors, err := l.walk(f.query, f.pages)
		if err != nil {
			return err
		}
		if len(cursors) == 0 {
			continue
		}
		at := int(f.share * float64(len(cursors)))
		from, to := max(0, at-20), min(len(cursors), at+20)
		l.spots = append(l.spots, spot{f.query, cursors[from:to]})
	}
	return nil
}

// around reads a page in the middle of a list, the one after it, and the one
// before that, which must be the first again.
func (l *lister) around(s spot) (latencies, error) {
	p, t1, err := l.list(s.query, listPage, pick(l.random, s.cursors))
	if err != nil || p.Next == nil {
		return latencies{t1}, err
	}
	after, t2, err := l.list(s.query, listPage, *p.Next)
	if err != nil {
		return nil, err
	}
	if after.Prev == nil || len(after.Items) > 0 && s.query.compare(&p.Items[len(p.Items)-1], &after.Items[0]) > 0 {
		return nil, fmt.Errorf("%+v: the next page does not follow", s.query)
	}
	before, t3, err := l.list(s.query, listPage, *after.Prev)
	if err != nil {
		return nil, err
	}
	if !slices.Equal(before.ids(), p.ids()) {
		return nil, fmt.Errorf("%+v: the previous page is not the one before", s.query)
	}
	return latencies{t1, t2, t3}, nil
}

// onward reads a first page and up to n further ones.
func (l *lister) onward(q query, n int) (latencies, error) {
	var all latencies
	cursor := ""
	var last *item
	for range n + 1 {
		p, took, err := l.list(q, listPage, cursor)
		if err != nil {
			return nil, err
		}
		if last != nil && len(p.Items) > 0 && q.compare(last, &p.Items[0]) > 0 {
			return nil, fmt.Errorf("%+v: the next page does not follow", q)
		}
		all = append(all, took)
		if p.Next == nil {
			break
		}
		last, cursor = &p.Items[len(p.Items)-1], *p.Next
	}
	return all, nil
}

// everything measures random questions.
func (l *lister) everything(n int, slow func(query, time.Duration)) (latencies, error) {
	var all latencies
	for len(all) < n {
		if l.chance(0.12) && len(l.spots) > 0 {
			took, err := l.around(pick(l.random, l.spots))
			if err != nil {
				return nil, err
			}
			all = append(all, took...)
			continue
		}
		further := 0
		if l.chance(0.3) {
			further = 1 + l.random.IntN(19)
		}
		q := l.any()
		took, err := l.onward(q, further)
		if err != nil {
			return nil, err
		}
		slow(q, took.max())
		all = append(all, took...)
	}
	return all, nil
}

// lists measures all rows of lists.
func (b *bench) lists(c *client) error {
	l := &lister{client: c, asker: newAsker(b.in.users)}
	if err := b.compareTruth(l); err != nil {
		return err
	}
	if err := l.findSpots(); err != nil {
		return err
	}
	for _, class := range classes {
		var all latencies
		for range b.requests(200) {
			_, took, err := l.list(class.ask(l.asker), listPage, "")
			if err != nil {
				return err
			}
			all = append(all, took)
		}
		b.record(class.row, latencyFigure(all, listMedian, listP99))
	}
	for i, row := range []string{"list.deep", "list.far"} {
		spots := l.spots[:1]
		if i == 1 {
			spots = l.spots[1:]
		}
		var all latencies
		for len(all) < b.requests(300) {
			took, err := l.around(pick(l.random, spots))
			if err != nil {
				return err
			}
			all = append(all, took...)
		}
		b.record(row, latencyFigure(all, listMedian, listP99))
	}
	all, err := l.everything(b.requests(4000), func(q query, took time.Duration) {
		if took > listP99 {
			b.sayf("slow: %s ms for %+v", millis(took), q)
		}
	})
	if err != nil {
		return err
	}
	b.record("list.all", latencyFigure(all, listMedian, listP99))
	return nil
}
