package mail

import (
	"context"
	"sync"
	"time"
)

const (
	// maxIdle is how many connections wait for the next batch.
	maxIdle = 4
	// idleFor is how long they wait: less than servers commonly do.
	idleFor = 30 * time.Second
)

// pool keeps connections for the next batch, so that one that comes soon needs
// no new one.
type pool struct {
	mu   sync.Mutex
	idle []*connection
}

// take returns a waiting connection that ctx now watches; nil when there is none.
func (p *pool) take(ctx context.Context) *connection {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.idle) > 0 {
		c := p.idle[len(p.idle)-1]
		p.idle = p.idle[:len(p.idle)-1]
		if c.expiry.Stop() {
			c.watch(ctx)
			c.idle = true
			return c
		}
	}
	return nil
}

// put keeps a connection that is still good, and closes any other.
func (p *pool) put(c *connection) {
	if !c.usable() || !c.release() { // nil, broken, or given up
		c.close()
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) >= maxIdle {
		go c.close()
		return
	}
	c.expiry = time.AfterFunc(idleFor, c.close)
	p.idle = append(p.idle, c)
}

// close says goodbye on all that wait.
func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.idle {
		if c.expiry.Stop() {
			c.close()
		}
	}
	p.idle = nil
}
