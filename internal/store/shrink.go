package store

import (
	"context"
	"errors"
)

// Shrink gives back the memory that SQLite's connections keep pages in, of
// those that are not in use at the moment. The operating system has the pages
// still, so that the next queries take hardly longer.
func (s *Store) Shrink(ctx context.Context) error {
	var errs []error
	for _, p := range []pool{s.readers, s.writers} {
		if lite, ok := p.(*sqlitePool); ok {
			errs = append(errs, lite.shrink(ctx))
		}
	}
	return s.translate(errors.Join(errs...))
}

// shrink goes through the free connections; each is taken for a moment.
func (p *sqlitePool) shrink(ctx context.Context) error {
	var errs []error
	for range cap(p.free) {
		select {
		case c := <-p.free:
			if c.conn != nil {
				_, err := c.exec(ctx, "PRAGMA shrink_memory")
				errs = append(errs, err)
			}
			p.free <- c
		default:
			return errors.Join(errs...)
		}
	}
	return errors.Join(errs...)
}
