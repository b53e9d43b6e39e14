package store

import (
	"context"
	"errors"
	"slices"
)

// Shrink gives back the memory that SQLite's connections keep pages in, of
// those that are not in use at the moment, and closes those that were not used
// since it was called last. The operating system has the pages still, so that
// the next queries take hardly longer.
func (s *Store) Shrink(ctx context.Context) error {
	var errs []error
	for _, p := range []pool{s.readers, s.writers} {
		if lite, ok := p.(*sqlitePool); ok {
			errs = append(errs, lite.shrink(ctx))
		}
	}
	return s.translate(errors.Join(errs...))
}

// shrink goes through the free connections, once; each is taken for a moment. They
// stay in their order, so that the one used last is the next to be used.
func (p *sqlitePool) shrink(ctx context.Context) error {
	p.mu.Lock()
	free := len(p.free)
	p.mu.Unlock()
	var errs []error
	for range free {
		select {
		case <-p.tickets:
			c, spare := p.takeOldest()
			errs = append(errs, c.shrink(ctx, spare))
			p.put(c)
		default:
			return errors.Join(errs...)
		}
	}
	return errors.Join(errs...)
}

// takeOldest returns the free connection that was used longest ago, and whether
// there are others.
func (p *sqlitePool) takeOldest() (c *sqliteConn, spare bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c = p.free[0]
	p.free = slices.Delete(p.free, 0, 1)
	return c, len(p.free) > 0
}

func (c *sqliteConn) shrink(ctx context.Context, spare bool) error {
	switch {
	case c.conn == nil:
		return nil
	case c.idle && spare:
		return c.close()
	}
	c.idle = true
	_, err := c.exec(ctx, "PRAGMA shrink_memory")
	return err
}
