package api

import (
	"time"

	"github.com/retinue/retinue/internal/iam"
)

// PageQuery is how lists are paged.
type PageQuery struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"How many items at most"`
	Cursor string `query:"cursor" maxLength:"2048" doc:"next_cursor or prev_cursor of the page before; empty for the first page"`
}

func (q PageQuery) page() iam.Page { return iam.Page{Limit: q.Limit, Cursor: q.Cursor} }

// List is one page of a list.
type List[T any] struct {
	Items      []T     `json:"items"`
	NextCursor *string `json:"next_cursor" doc:"Asks for the next page; null on the last"`
	PrevCursor *string `json:"prev_cursor" doc:"Asks for the page before; null on the first"`
}

// Items is a list that is never paged, because there are few.
type Items[T any] struct {
	Items []T `json:"items"`
}

type listOutput[T any] struct{ Body List[T] }

type itemsOutput[T any] struct{ Body Items[T] }

// listOf maps one page.
func listOf[D, T any](l iam.List[D], f func(D) T) *listOutput[T] {
	return &listOutput[T]{Body: List[T]{Items: mapped(l.Items, f), NextCursor: orNull(l.Next), PrevCursor: orNull(l.Prev)}}
}

// itemsOf maps a list that is not paged.
func itemsOf[D, T any](items []D, f func(D) T) *itemsOutput[T] {
	return &itemsOutput[T]{Body: Items[T]{Items: mapped(items, f)}}
}

// mapped maps a slice; it is never nil, so that JSON has [] and not null.
func mapped[D, T any](items []D, f func(D) T) []T {
	out := make([]T, 0, len(items))
	for _, i := range items {
		out = append(out, f(i))
	}
	return out
}

// same returns a slice that is never nil.
func same[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

// orNull is nil for the zero value: null in JSON.
func orNull[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// timeOrNull is nil for the zero time, and in UTC otherwise.
func timeOrNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
