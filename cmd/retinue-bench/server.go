package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/retinue/retinue/internal/clock"
)

// The engines.
const (
	sqlite   = "sqlite"
	postgres = "postgres"
)

// installation is one database and how to run the program on it.
type installation struct {
	bin      string
	dir      string // data directory
	engine   string
	database string // URL, or "" for SQLite in the data directory
	users    int    // in the big tenant
}

// command runs the program with the installation's settings. Settings of
// whoever runs the benchmark don't reach it.
func (in *installation) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, in.bin, args...)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "RETINUE_") })
	cmd.Env = append(cmd.Env, "RETINUE_DATA_DIR="+in.dir, "RETINUE_LOG_LEVEL=warn")
	if in.database != "" {
		cmd.Env = append(cmd.Env, "RETINUE_DATABASE="+in.database)
	}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 30 * time.Second
	return cmd
}

// output runs a command to its end and returns what it printed.
func (in *installation) output(ctx context.Context, args ...string) (string, error) {
	cmd := in.command(ctx, args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("retinue %s: %w: %s", strings.Join(args[:min(2, len(args))], " "), err, stderr.String())
	}
	return string(out), nil
}

// server is a running one.
type server struct {
	cmd     *exec.Cmd
	address string // host:port
	log     *os.File
	started time.Duration // from the start of the process to the first 200 of /readyz
	ended   chan error
}

func (s *server) pid() int { return s.cmd.Process.Pid }

// start runs the server and waits until it is ready.
func (in *installation) start(ctx context.Context) (*server, error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	log, err := os.OpenFile(filepath.Join(in.dir, "server.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	s := &server{cmd: in.command(ctx, "serve", "--listen", address), address: address, log: log, ended: make(chan error, 1)}
	s.cmd.Stderr = log
	watch := clock.Start()
	if err := s.cmd.Start(); err != nil {
		return nil, errors.Join(err, log.Close())
	}
	go func() { s.ended <- s.cmd.Wait() }()
	for !answers(ctx, address) {
		select {
		case err := <-s.ended:
			return nil, errors.Join(fmt.Errorf("the server ended at its start, see %s: %w", log.Name(), err), log.Close())
		case <-time.After(500 * time.Microsecond):
		}
		if watch.Elapsed() > time.Minute {
			return nil, errors.Join(errors.New("the server is not ready after a minute"), s.stop())
		}
	}
	s.started = watch.Elapsed()
	return s, nil
}

// freeAddress is one that nobody listens on at the moment.
func freeAddress(ctx context.Context) (string, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

func answers(ctx context.Context, address string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/readyz", http.NoBody)
	if err != nil {
		return false
	}
	req.Close = true
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	return res.Body.Close() == nil && res.StatusCode == http.StatusOK
}

// stop asks the server to end and waits until it has.
func (s *server) stop() error {
	err := s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case werr := <-s.ended:
		err = errors.Join(err, werr)
	case <-time.After(time.Minute):
		err = errors.Join(err, errors.New("the server did not stop in a minute"), s.cmd.Process.Kill())
	}
	return errors.Join(err, s.log.Close())
}
