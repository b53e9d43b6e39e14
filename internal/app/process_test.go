package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/iam"
)

// childVariable makes the test binary run as retinue itself; childDisk gives it
// a small disk of its own, as mount point and size; childAhead is how far its
// clock is ahead.
const (
	childVariable = "RETINUE_TEST_CHILD"
	childDisk     = "RETINUE_TEST_DISK"
	childAhead    = "RETINUE_TEST_AHEAD"
)

// aheadClock is a clock that is ahead of another.
type aheadClock struct {
	clock.Clock
	by time.Duration
}

func (c aheadClock) Now() time.Time { return c.Clock.Now().Add(c.by) }

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) == "" {
		os.Exit(m.Run())
	}
	if at, size, ok := strings.Cut(os.Getenv(childDisk), "="); ok {
		if err := syscall.Mount("none", at, "tmpfs", 0, "size="+size); err != nil {
			fmt.Fprintln(os.Stderr, "mount:", err)
			os.Exit(exitUsage)
		}
	}
	var ahead time.Duration
	if by := os.Getenv(childAhead); by != "" {
		var err error
		if ahead, err = time.ParseDuration(by); err != nil {
			fmt.Fprintln(os.Stderr, childAhead+":", err)
			os.Exit(exitUsage)
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	os.Exit(Main(ctx, &Process{
		Args: os.Args[1:], Stdout: os.Stdout, Stderr: os.Stderr, Environ: os.Environ(), Version: "test", Clock: aheadClock{NewClock(), ahead}, IDs: &iam.RandomIDs{},
	}))
}

// child is retinue as a process.
type child struct {
	t    *testing.T
	cmd  *exec.Cmd
	dir  string
	url  string
	out  output
	exit chan error
}

// output collects what a process prints.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// patience is how long a test waits for what takes milliseconds on an idle machine.
const patience = 60 * time.Second

// start runs a command on a data directory until the test ends. Hashes cost
// little: what is tested here is not how long they take.
func start(t *testing.T, dir string, prepare func(*exec.Cmd), args ...string) *child {
	t.Helper()
	c := &child{t: t, dir: dir, exit: make(chan error, 1)}
	c.cmd = exec.Command(os.Args[0], append(args, "--listen", "127.0.0.1:0", "--argon2-memory", "8192", "--argon2-iterations", "1")...)
	c.cmd.Env = append(os.Environ(), childVariable+"=1", "RETINUE_DATA_DIR="+dir)
	c.cmd.Stdout, c.cmd.Stderr = &c.out, &c.out
	if prepare != nil {
		prepare(c.cmd)
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { c.exit <- c.cmd.Wait() }()
	t.Cleanup(func() { _ = c.cmd.Process.Kill() })
	return c
}

// serve runs the server and waits until it is ready.
func serve(t *testing.T, dir string, prepare func(*exec.Cmd), args ...string) *child {
	t.Helper()
	c := start(t, dir, prepare, append([]string{"serve"}, args...)...)
	c.url = c.find(`msg=ready address=(\S+)`)
	return c
}

// find waits for what the process prints and returns the group of the pattern.
func (c *child) find(pattern string) string {
	c.t.Helper()
	re := regexp.MustCompile(pattern)
	for range patience / (10 * time.Millisecond) {
		if m := re.FindStringSubmatch(c.out.String()); m != nil {
			return m[1]
		}
		time.Sleep(10 * time.Millisecond)
	}
	c.t.Fatalf("%s was not printed, but:\n%s", pattern, c.out.String())
	return ""
}

// stop ends the process by a signal and returns its exit code.
func (c *child) stop(s os.Signal) int {
	c.t.Helper()
	if err := c.cmd.Process.Signal(s); err != nil {
		c.t.Fatal(err)
	}
	return c.wait()
}

func (c *child) wait() int {
	c.t.Helper()
	select {
	case err := <-c.exit:
		if e, ok := errors.AsType[*exec.ExitError](err); ok {
			return e.ExitCode()
		}
		if err != nil {
			c.t.Fatal(err)
		}
		return 0
	case <-time.After(patience):
		c.t.Fatalf("the process did not end:\n%s", c.out.String())
		return -1
	}
}

// browser talks to a server as a browser on the same machine does.
type browser struct {
	t    *testing.T
	url  string
	http http.Client
}

func (c *child) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		c.t.Fatal(err)
	}
	return &browser{c.t, c.url, http.Client{Jar: jar, Timeout: patience}}
}

// try sends a request and returns status and body; an error when the connection broke.
func (b *browser) try(method, path string, body any) (int, map[string]any, error) {
	var r io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return 0, nil, err
		}
		r = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(context.Background(), method, b.url+path, r)
	if err != nil {
		return 0, nil, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := b.http.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, nil, err
	}
	var out map[string]any
	_ = json.Unmarshal(text, &out) // not every answer is JSON
	return resp.StatusCode, out, nil
}

// must sends a request that is answered with a status.
func (b *browser) must(want int, method, path string, body any) map[string]any {
	b.t.Helper()
	status, out, err := b.try(method, path, body)
	if err != nil || status != want {
		b.t.Fatalf("%s %s: status %d, %v, error %v; want %d", method, path, status, out, err, want)
	}
	return out
}

const chosenPassword = "violet-harbour-tram-9"

// setUp makes the first tenant by the link that the server has printed, and
// returns its administrator's browser, signed in.
func (c *child) setUp() *browser {
	c.t.Helper()
	token := c.find(`/setup#token=(\S+)`)
	b := c.browser()
	b.must(http.StatusCreated, "POST", "/api/v1/setup", map[string]any{
		"token": token, "tenant_name": "Northwind", "short_name": "northwind", "first_name": "Ada", "last_name": "Byron",
		"email": "ada@northwind.example", "password": chosenPassword,
	})
	b.must(http.StatusOK, "GET", "/api/v1/session", nil)
	return b
}

func (c *child) signIn(email, password string) *browser {
	c.t.Helper()
	b := c.browser()
	b.must(http.StatusOK, "POST", "/api/v1/session", map[string]any{"tenant": "northwind", "email": email, "password": password})
	return b
}

func person(i int) map[string]any {
	return map[string]any{
		"first_name": "Person", "last_name": fmt.Sprintf("Number %d", i), "email": fmt.Sprintf("p%d@northwind.example", i), "user_type": "agent",
	}
}

// databases are the settings that a test is run with: the embedded database,
// and PostgreSQL where there is a server for tests.
func databases(t *testing.T, test func(t *testing.T, dir string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, t.TempDir()) })
	if url := os.Getenv("RETINUE_TEST_POSTGRES"); url != "" {
		t.Run("postgres", func(t *testing.T) {
			t.Setenv("RETINUE_DATABASE", newPostgres(t, url))
			test(t, t.TempDir())
		})
	}
}

// The set-up link works once; a restart prints a new one while there is no tenant.
func TestSetUp(t *testing.T) {
	databases(t, func(t *testing.T, dir string) {
		first := serve(t, dir, nil)
		old := first.find(`/setup#token=(\S+)`)
		if code := first.stop(syscall.SIGTERM); code != 0 {
			t.Fatalf("exit code %d:\n%s", code, first.out.String())
		}
		second := serve(t, dir, nil)
		token := second.find(`/setup#token=(\S+)`)
		in := map[string]any{
			"token": old, "tenant_name": "Northwind", "short_name": "northwind", "first_name": "Ada", "last_name": "Byron",
			"email": "ada@northwind.example", "password": chosenPassword,
		}
		second.browser().must(http.StatusUnprocessableEntity, "POST", "/api/v1/setup", in)
		in["token"] = token
		second.browser().must(http.StatusCreated, "POST", "/api/v1/setup", in)
		second.browser().must(http.StatusUnprocessableEntity, "POST", "/api/v1/setup", in)
		second.signIn("ada@northwind.example", chosenPassword)
		second.stop(syscall.SIGTERM)
		third := serve(t, dir, nil)
		third.signIn("ada@northwind.example", chosenPassword)
		if strings.Contains(third.out.String(), "setup#token") {
			t.Error("a link is printed although there is a tenant")
		}
	})
}

// A request that has begun when the server is asked to stop is answered, and
// what it did is there afterwards.
func TestDrain(t *testing.T) {
	dir := t.TempDir()
	c := serve(t, dir, nil)
	admin := c.setUp()
	body, writer := io.Pipe()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, c.url+"/api/v1/users", body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	answered := make(chan error, 1)
	go func() {
		resp, err := admin.http.Do(req)
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode != http.StatusCreated {
				err = errors.New(resp.Status)
			}
		}
		answered <- err
	}()
	if _, err := io.WriteString(writer, `{"first_name":"Late",`); err != nil {
		t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond) // until the server has read the header
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	c.find(`(msg=stopping)`)
	for range patience / (10 * time.Millisecond) { // new connections are refused
		if _, _, err := c.browser().try("GET", "/readyz", nil); err != nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	_, _ = io.WriteString(writer, `"last_name":"Comer","email":"late@northwind.example","user_type":"agent"}`)
	_ = writer.Close()
	if err := <-answered; err != nil {
		t.Errorf("the request was not answered: %v", err)
	}
	if code := c.wait(); code != 0 {
		t.Errorf("exit code %d:\n%s", code, c.out.String())
	}
	again := serve(t, dir, nil).signIn("ada@northwind.example", chosenPassword)
	if got := again.must(http.StatusOK, "GET", "/api/v1/users/stats", nil)["total"]; got != 2.0 {
		t.Errorf("there are %v users, want 2", got)
	}
}

// kill -9 in the middle of a thousand creates: every acknowledged one is there
// afterwards, the audit chain holds, and the counters agree with the rows.
func TestKilledDuringCreates(t *testing.T) {
	databases(t, func(t *testing.T, dir string) {
		c := serve(t, dir, nil)
		admin := c.setUp()
		acknowledged := make(chan string, 1000)
		var workers sync.WaitGroup
		for w := range 4 {
			workers.Go(func() {
				for i := w; i < 1000; i += 4 {
					status, out, err := admin.try("POST", "/api/v1/users", person(i))
					if err != nil {
						return // killed
					}
					user, _ := out["user"].(map[string]any)
					if id, ok := user["id"].(string); ok && status == http.StatusCreated {
						acknowledged <- id
					}
				}
			})
		}
		const before = 120
		for deadline := patience; len(acknowledged) < before && deadline > 0; deadline -= time.Millisecond {
			time.Sleep(time.Millisecond)
		}
		if c.stop(syscall.SIGKILL) == 0 {
			t.Fatal("the server was not killed")
		}
		workers.Wait()
		close(acknowledged)
		after := serve(t, dir, nil)
		again := after.signIn("ada@northwind.example", chosenPassword)
		count := 0
		for id := range acknowledged {
			count++
			if status, _, err := again.try("GET", "/api/v1/users/"+id, nil); err != nil || status != http.StatusOK {
				t.Errorf("%s was acknowledged and is gone: %d, %v", id, status, err)
			}
		}
		if count < before || count == 1000 {
			t.Fatalf("%d were acknowledged before the kill", count)
		}
		total := again.must(http.StatusOK, "GET", "/api/v1/users/stats", nil)["total"]
		rows, cursor := 0, ""
		for {
			page := again.must(http.StatusOK, "GET", "/api/v1/users?limit=200&cursor="+cursor, nil)
			items, _ := page["items"].([]any)
			rows += len(items)
			if cursor, _ = page["next_cursor"].(string); cursor == "" {
				break
			}
		}
		if total != float64(rows) || rows < count+1 {
			t.Errorf("the counters say %v, there are %d rows, %d were acknowledged", total, rows, count)
		}
		if code := after.stop(syscall.SIGTERM); code != 0 {
			t.Errorf("exit code %d", code)
		}
		verify := start(t, dir, nil, "audit", "verify")
		if code := verify.wait(); code != 0 || !strings.Contains(verify.out.String(), "unbroken") {
			t.Errorf("audit verify: exit code %d: %s", code, verify.out.String())
		}
	})
}

// On a full disk writes are refused with a clear message and change nothing,
// reads go on, and writes work again when there is room.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	c := serve(t, dir, withDisk(dir, "24m"))
	admin := c.setUp()
	ballast := filepath.Join("/proc", fmt.Sprint(c.cmd.Process.Pid), "root", dir, "ballast")
	fill(t, ballast)
	created, refused := 0, map[string]any(nil)
	for i := range 400 {
		status, out, err := admin.try("POST", "/api/v1/users", person(i))
		if err != nil {
			t.Fatalf("the server is gone: %v\n%s", err, c.out.String())
		}
		if status != http.StatusCreated {
			refused = out
			break
		}
		created++
	}
	if refused["code"] != "unavailable" || !strings.Contains(fmt.Sprint(refused["detail"]), "disk is full") {
		t.Fatalf("after %d creates the answer is %v", created, refused)
	}
	if got := admin.must(http.StatusOK, "GET", "/api/v1/users/stats", nil)["total"]; got != float64(created+1) {
		t.Errorf("there are %v users, want %d", got, created+1)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	admin.must(http.StatusCreated, "POST", "/api/v1/users", person(1000))
	if code := c.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d:\n%s", code, c.out.String())
	}
}

// withDisk gives a process a disk of its own at a directory, which hides what is
// there from it.
func withDisk(at, size string) func(*exec.Cmd) {
	return func(cmd *exec.Cmd) {
		cmd.Env = append(cmd.Env, childDisk+"="+at+"="+size)
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
		if os.Getuid() != 0 {
			cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
			cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
			cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
		}
	}
}

// On a machine without a list of time zones, as a slim container is, people have
// theirs nevertheless.
func TestTimeZonesWithoutTheMachines(t *testing.T) {
	t.Setenv("GOROOT", t.TempDir()) // Go's own list is not on such a machine either
	t.Setenv("ZONEINFO", "")
	prepare := func(*exec.Cmd) {}
	const list = "/usr/share/zoneinfo"
	if _, err := os.Stat(list); err == nil {
		prepare = withDisk(list, "1m")
	}
	admin := serve(t, t.TempDir(), prepare).setUp()
	add := func(i, want int, zone string) {
		t.Helper()
		in := person(i)
		in["timezone"] = zone
		admin.must(want, "POST", "/api/v1/users", in)
	}
	for i, zone := range []string{"Asia/Kolkata", "Europe/Kyiv", "America/Argentina/Buenos_Aires"} {
		add(i, http.StatusCreated, zone)
	}
	add(9, http.StatusUnprocessableEntity, "Asia/Atlantis")
}

// fill writes until the disk is full.
func fill(t *testing.T, name string) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 64<<10); err == nil; {
		_, err = f.Write(block)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
}
