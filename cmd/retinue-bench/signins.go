package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"sync"
	"time"

	original "golang.org/x/crypto/argon2"

	"github.com/retinue/retinue/internal/argon2"
	"github.com/retinue/retinue/internal/clock"
)

// The parameters of the product's own hashes.
const (
	argonPasses = 2
	argonMemory = 19456
	argonLanes  = 1
	argonKey    = 32
)

// The targets of signing in.
const (
	signInShare  = 0.9
	signInMemory = 300e6 // 200 hashes at once would be 4 GB
)

// tally is how often something was done in how long.
type tally struct {
	n    int
	span time.Duration
}

func (t *tally) add(n int, span time.Duration) { t.n, t.span = t.n+n, t.span+span }
func (t *tally) rate() float64                 { return rate(t.n, t.span) }

// parallel calls fn in n goroutines until the time is over and counts the calls.
// Those that are under way at the end are finished and counted, in the time they took.
func parallel(n int, span time.Duration, fn func(worker, i int) error) (int, time.Duration, error) {
	var all sync.WaitGroup
	counts, errs := make([]int, n), make([]error, n)
	watch := clock.Start()
	for w := range n {
		all.Go(func() {
			for i := 0; errs[w] == nil && watch.Elapsed() < span; i++ {
				errs[w] = fn(w, i)
				counts[w]++
			}
		})
	}
	all.Wait()
	took, sum := watch.Elapsed(), 0
	for _, c := range counts {
		sum += c
	}
	return sum, took, errors.Join(errs...)
}

// bare computes keys and nothing else, on all cores: with the library that others
// take, which sign-ins are measured by, and with the server's own Argon2id.
func bare(span time.Duration) (library, own tally, err error) {
	cores, salt := runtime.GOMAXPROCS(0), make([]byte, 16)
	n, took, err := parallel(cores, span, func(int, int) error {
		return isKey(original.IDKey([]byte("a password"), salt, argonPasses, argonMemory, argonLanes, argonKey))
	})
	if err != nil {
		return library, own, err
	}
	library.add(n, took)
	spaces := make([]argon2.Workspace, cores)
	n, took, err = parallel(cores, span, func(worker, _ int) error {
		return isKey(spaces[worker].IDKey([]byte("a password"), salt, argonPasses, argonMemory, argonLanes, argonKey))
	})
	own.add(n, took)
	return library, own, err
}

func isKey(key []byte) error {
	if len(key) != argonKey {
		return errors.New("no key")
	}
	return nil
}

// crowd signs people in over connections of their own.
type crowd struct {
	clients []*client
	state   *prepared
}

func newCrowd(ctx context.Context, s *server, state *prepared, n int) (*crowd, error) {
	c := &crowd{state: state}
	for range n {
		one, err := dial(ctx, s.address)
		if err != nil {
			c.close()
			return nil, err
		}
		c.clients = append(c.clients, one)
	}
	return c, nil
}

func (c *crowd) close() {
	for _, one := range c.clients {
		one.close()
	}
}

// signIn signs in somebody whom no other worker signs in.
func (c *crowd) signIn(worker, i int) error {
	people := c.state.Signers
	who := people[(worker+i*len(c.clients))%len(people)]
	return c.clients[worker].signIn(credentials{Tenant: c.state.Tenant, Email: who, Password: c.state.SignerPassword})
}

// signIns measures signing in beside bare argon2id, in turns.
func (b *bench) signIns(ctx context.Context, s *server) error {
	span, rounds := b.span(5*time.Second), b.rounds(3)
	var library, own tally
	with := map[int]*tally{8: {}, 32: {}}
	for range rounds {
		l, o, err := bare(span)
		if err != nil {
			return err
		}
		library.add(l.n, l.span)
		own.add(o.n, o.span)
		for _, many := range []int{8, 32} {
			c, err := newCrowd(ctx, s, b.state, many)
			if err != nil {
				return err
			}
			n, took, err := parallel(many, span, c.signIn)
			c.close()
			if err != nil {
				return err
			}
			with[many].add(n, took)
		}
	}
	for many, t := range with {
		share := t.rate() / library.rate()
		b.record(fmt.Sprintf("signin.%d", many), figure{
			Text: fmt.Sprintf("%.1f (%.0f %% of %.1f)", t.rate(), 100*share, library.rate()), Target: verdict(share >= signInShare),
		})
	}
	b.record("signin.keys", figure{Text: fmt.Sprintf("%.1f", own.rate())})
	return b.signInMemory(ctx, s)
}

// signInMemory lets 200 people sign in at once.
func (b *bench) signInMemory(ctx context.Context, s *server) error {
	const many = 200
	if err := forgetPeak(s.pid()); err != nil {
		return err
	}
	c, err := newCrowd(ctx, s, b.state, many)
	if err != nil {
		return err
	}
	defer c.close()
	var all sync.WaitGroup
	errs := make([]error, many)
	for w := range many {
		all.Go(func() { errs[w] = c.signIn(w, 0) })
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	m, err := memoryOf(s.pid())
	if err != nil {
		return err
	}
	b.record("signin.memory", figure{Text: megabytes(m.peak), Target: verdict(float64(m.peak) <= signInMemory)})
	return nil
}

// session measures how fast callers are told who they are, beside an empty handler.
func (b *bench) session(c *client, s *server) error {
	targets := map[string][]byte{
		"empty":   (&client{address: s.address}).requestText(http.MethodGet, "/healthz", nil),
		"session": c.requestText(http.MethodGet, "/api/v1/session", nil),
	}
	span, rounds := b.span(4*time.Second), b.rounds(3)
	for _, conns := range []int{1, 32} {
		all := map[string]latencies{}
		var cpu, took time.Duration
		for range rounds {
			for _, name := range []string{"empty", "session"} {
				before, err := cpuOf(s.pid())
				if err != nil {
					return err
				}
				watch := clock.Start()
				l, err := load(s.address, targets[name], conns, span)
				if err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				after, err := cpuOf(s.pid())
				if err != nil {
					return err
				}
				all[name] = append(all[name], l...)
				if name == "session" {
					cpu += after - before
					took += watch.Elapsed()
				}
			}
		}
		b.recordSession(conns, all["empty"], all["session"], took, cpu)
	}
	return nil
}

func (b *bench) recordSession(conns int, empty, session latencies, span, cpu time.Duration) {
	row := fmt.Sprintf("session.%d", conns)
	share := float64(len(session)) / float64(len(empty)) // both ran for as long
	b.record(row, figure{
		Text:   fmt.Sprintf("%s (%.0f %% of %s)", perSecond(len(session), span), 100*share, perSecond(len(empty), span)),
		Target: verdict(share >= sessionShare),
	})
	b.record(row+".latency", figure{Text: millis(session.median()) + " / " + millis(session.p99())})
	if conns > 1 {
		b.record("session.cpu", figure{Text: fmt.Sprintf("%.0f", float64(cpu.Microseconds())/float64(len(session)))})
	}
}

// sessionShare is the share of the empty handler's requests that a check must reach.
const sessionShare = 0.5
