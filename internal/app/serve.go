package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/retinue/retinue/internal/jobs"
	"github.com/retinue/retinue/internal/pictures"
	"github.com/retinue/retinue/internal/web"
)

type serveCmd struct{}

// Run runs the server until ctx ends.
func (serveCmd) Run(ctx context.Context, r *run) error {
	nothing := func(context.Context, string) error { return nil }
	return r.serve(ctx, nothing, func(ctx context.Context, s *server) error { return s.announce(ctx) })
}

// server is a running server.
type server struct {
	*run
	*services
	url      string      // of the main listener
	tls      *tls.Config // for https; nil for plain http
	draining atomic.Bool
	failed   chan error // a listener that broke

	handler  atomic.Pointer[web.Server]
	stopJobs func() // waits until each has finished its portion
}

// ServeHTTP implements http.Handler.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.Load().ServeHTTP(w, r) }

// serve runs the server until ctx ends and then drains it. before is called when it
// has its address, and before it opens the database; up once requests are answered.
// The error of either stops the server.
func (r *run) serve(ctx context.Context, before func(ctx context.Context, url string) error, up func(context.Context, *server) error) (err error) {
	r.log.Debug("settings", "settings", r.settings)
	s := &server{run: r, failed: make(chan error, 2)}
	if s.tls, err = r.settings.tlsConfig(); err != nil {
		return err
	}
	listener, err := s.listen(ctx, "listen", string(r.settings.Listen))
	if err != nil {
		return err
	}
	defer listener.Close()
	s.url = s.address(listener)
	if err := before(ctx, s.url); err != nil {
		return err
	}
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.end()) }()
	servers := []*http.Server{s.start(s, listener)}
	if r.settings.MetricsListen != "" {
		l, err := s.listen(ctx, "metrics-listen", string(r.settings.MetricsListen))
		if err != nil {
			return errors.Join(err, s.drain(servers))
		}
		metrics := func(w http.ResponseWriter, r *http.Request) { s.handler.Load().MetricsHandler(w, r) }
		servers = append(servers, s.start(http.HandlerFunc(metrics), l))
	}
	// Told to stop while it came up, it stops like any other time.
	if err := up(ctx, s); err != nil && ctx.Err() == nil {
		return errors.Join(err, s.drain(servers))
	}
	select {
	case <-ctx.Done():
		r.log.Info("stopping")
		return s.drain(servers)
	case err := <-s.failed:
		return errors.Join(err, s.drain(servers))
	}
}

// tlsConfig reads the certificate, if one is set. It is read once, before anything
// else is touched: a wrong one stops the start.
func (s *Settings) tlsConfig() (*tls.Config, error) {
	if s.TLSCert == "" {
		return nil, nil //nolint:nilnil // plain http
	}
	chain, err := os.ReadFile(s.TLSCert)
	if err != nil {
		return nil, usagef("--tls-cert: %w", err)
	}
	key, err := os.ReadFile(s.TLSKey)
	if err != nil {
		return nil, usagef("--tls-key: %w", err)
	}
	pair, err := tls.X509KeyPair(chain, key)
	if err != nil {
		return nil, usagef("--tls-cert %s, --tls-key %s: %w", s.TLSCert, s.TLSKey, err)
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}}, nil
}

// begin opens the database and starts everything that works on it.
func (s *server) begin(ctx context.Context) (err error) {
	if s.services, err = s.openServices(ctx, s.url); err != nil {
		return err
	}
	metrics := s.metrics()
	s.handler.Store(s.newHandler(metrics))
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	runner := &jobs.Runner{Jobs: s.jobs(), Logger: s.log, Failed: metrics.Failures()}
	var running sync.WaitGroup
	running.Go(func() { runner.Run(background) })
	s.stopJobs = func() {
		stop()
		running.Wait()
	}
	return nil
}

// end lets the jobs finish what they are at and closes the database.
func (s *server) end() error {
	s.stopJobs()
	return s.services.close()
}

// listen opens a listener; setting names it in the error.
func (s *server) listen(ctx context.Context, setting, address string) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("--%s: %w", setting, err)
	}
	return l, nil
}

// address is the URL under which the listener is reached from this machine.
func (s *server) address(l net.Listener) string {
	_, port, _ := net.SplitHostPort(l.Addr().String()) // a listener's own address is one
	scheme := "http"
	if s.settings.TLSCert != "" {
		scheme = "https"
	}
	host, _, err := net.SplitHostPort(string(s.settings.Listen))
	if ip := net.ParseIP(host); err != nil || host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

// limits are how long a connection may take for what. A request is over when all
// of its body is there, or when the rest, which nobody asked for, was passed over.
type limits struct{ header, request, answer, idle time.Duration }

// ordinary are the limits of the requests of a page; package api lifts them for
// those that carry files.
var ordinary = limits{header: 10 * time.Second, request: 30 * time.Second, answer: 2 * time.Minute, idle: 2 * time.Minute}

const maxHeader = 32 << 10

// server serves h within the limits.
func (l limits) server(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: l.header, ReadTimeout: l.request, WriteTimeout: l.answer, IdleTimeout: l.idle, MaxHeaderBytes: maxHeader,
	}
}

// start serves requests in the background.
func (s *server) start(h http.Handler, l net.Listener) *http.Server {
	srv := ordinary.server(h)
	srv.ErrorLog = slog.NewLogLogger(s.log.Handler(), slog.LevelDebug)
	srv.TLSConfig = s.tls.Clone() // each server adds to its own
	go func() {
		var err error
		if s.tls != nil {
			err = srv.ServeTLS(l, "", "") // which the configuration has
		} else {
			err = srv.Serve(l)
		}
		if !errors.Is(err, http.ErrServerClosed) {
			s.failed <- err
		}
	}()
	return srv
}

// drain answers what has begun and takes no more.
func (s *server) drain(servers []*http.Server) error {
	s.draining.Store(true)
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(s.settings.ShutdownTimeout))
	defer cancel()
	for _, srv := range servers {
		if err := srv.Shutdown(ctx); err != nil {
			s.log.Warn("some requests were not finished in time", "timeout", s.settings.ShutdownTimeout.String())
			_ = srv.Close() // breaks off what is left
		}
	}
	return nil
}

var errDraining = errors.New("the server is stopping")

// ready says why no requests should be sent here. The schema was brought up to
// date before the first request could be taken.
func (s *server) ready(ctx context.Context) error {
	if s.draining.Load() {
		return errDraining
	}
	return s.store.Ping(ctx)
}

// jobs are what the server does by itself.
func (s *server) jobs() []jobs.Job {
	return []jobs.Job{
		jobs.Seal(s.store), jobs.FoldCounters(s.store), jobs.FoldUserIndex(s.store), jobs.Purge(s.store, s.Clock), jobs.Optimize(s.store),
		jobs.FlushUses(s.sessions.Flush), jobs.FlushPermissionUses(s.sessions.FlushUses), jobs.Deliver(s.mailbox.Deliver),
		jobs.Work("tell of changed access", s.notices.Work),
		jobs.Regular("remove values of deleted fields", 5*time.Second, s.fields.Sweep),
		jobs.Work("review access", s.reviews.Work), jobs.Regular("remind of reviews", 10*time.Minute, s.reviews.Remind),
		jobs.Regular("check domains", time.Hour, s.branding.Recheck), jobs.Regular("renew signing keys", time.Hour, s.tokens.Rotate),
		jobs.Work("import users", s.importUsers), jobs.Regular("sweep uploads", time.Hour, s.imports.Sweep),
		jobs.Regular("remove pictures", time.Minute, s.sweepPictures),
		jobs.Work("make exports", s.exports.Work), jobs.Regular("remove old exports", 10*time.Minute, s.exports.Expire),
		jobs.GiveBack(s.store.Shrink),
	}
}

// importUsers does an import that waits, after which the tables are larger.
func (s *server) importUsers(ctx context.Context) (more bool, err error) {
	if more, err = s.imports.Work(ctx); more && err == nil {
		err = s.store.OptimizeNow(ctx)
	}
	return more, err
}

func (s *server) sweepPictures(ctx context.Context) (more bool, err error) {
	return pictures.Sweep(ctx, s.store, s.photos)
}

// metrics counts what the program does.
func (s *server) metrics() *web.Metrics {
	m := web.NewMetrics(s.Version)
	m.Gauge("retinue_password_hashes_pending", "Password hashes being computed or waiting to be.",
		func() float64 { return float64(s.hasher.Pending()) })
	m.Gauge("retinue_db_connections_busy", "Connections of the database in use, for reading.", func() float64 {
		readers, _ := s.store.Stats()
		return float64(readers.InUse)
	})
	m.Gauge("retinue_db_connections_limit", "Connections of the database at most, for reading.", func() float64 {
		readers, _ := s.store.Stats()
		return float64(readers.Limit)
	})
	m.Gauge("retinue_mails_queued", "Mails that wait for delivery; -1 when the database does not answer.", func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		n, err := s.store.QueuedMails(ctx)
		if err != nil {
			return -1
		}
		return float64(n)
	})
	return m
}

// announce says where the server is and, while there is no tenant, prints the
// link by which the first one is made.
func (s *server) announce(ctx context.Context) error {
	s.log.Info("ready", "address", s.url, "version", s.Version)
	needed, err := s.tenants.SetupNeeded(ctx)
	if err != nil || !needed {
		return err
	}
	token, err := s.tenants.NewSetupToken(ctx)
	if err != nil || token == "" {
		return err
	}
	_, err = fmt.Fprintf(s.Stdout, "There is no tenant yet. Open this link to set up the first one; it works once:\n\n  %s/setup#token=%s\n\n",
		consoleURL(string(s.settings.PublicURL), s.url, nil), token)
	return err
}
