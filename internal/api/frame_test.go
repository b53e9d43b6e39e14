package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/problem"
	"github.com/retinue/retinue/internal/sessions"
)

// The house is small here: operations of the test's own, behind the real frame.

// fakeAuth knows one token.
type fakeAuth struct{}

func (fakeAuth) AuthenticateRequest(_ context.Context, r sessions.Request) (*sessions.Principal, error) {
	if r.Token != "good" {
		return nil, iam.Errorf(iam.CodeUnauthenticated, "Sign in to go on.")
	}
	return &sessions.Principal{
		Caller: access.Caller{Tenant: "tenant_1", User: "user_1", Session: "sess_1", Org: r.Org, Effective: access.All},
		User:   &iam.User{ID: "user_1"}, Session: &iam.Session{ID: "sess_1"},
	}, nil
}

// memoryReplays keeps replays as the store does.
type memoryReplays struct {
	mu sync.Mutex
	m  map[string]*iam.Replay
}

func (s *memoryReplays) ClaimReplay(_ context.Context, t iam.TenantID, key string, hash []byte) (*iam.Replay, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.m[string(t)+key]; r != nil {
		return r, nil
	}
	s.m[string(t)+key] = &iam.Replay{Key: key, RequestHash: hash}
	return nil, nil
}

func (s *memoryReplays) FinishReplay(_ context.Context, t iam.TenantID, r *iam.Replay) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.m[string(t)+r.Key] = r
	return nil
}

func (s *memoryReplays) ReleaseReplay(_ context.Context, t iam.TenantID, key string, begun bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.m[string(t)+key]; begun || r.Status == 0 {
		delete(s.m, string(t)+key)
	}
	return nil
}

// begin notes of all claims that their requests have begun to change something.
func (s *memoryReplays) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.m {
		r.Status, r.CreatedAt = iam.ReplayBegun, clock.System{}.Now()
	}
}

type frame struct {
	*server
	replays *memoryReplays
	log     *bytes.Buffer
}

func newFrame() *frame {
	f := &frame{replays: &memoryReplays{m: map[string]*iam.Replay{}}, log: &bytes.Buffer{}}
	f.server = build(Deps{Authenticator: fakeAuth{}, Replays: f.replays, Logger: slog.New(slog.NewTextHandler(f.log, nil))})
	return f
}

func (f *frame) do(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, base+path, strings.NewReader(body))
	r.AddCookie(&http.Cookie{Name: cookieLoopback, Value: "good"})
	if body != "" {
		r.Header.Set("Content-Type", typeJSON)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	f.mux.ServeHTTP(rec, r)
	return rec
}

func TestOperationWithoutGuardCantBeRegistered(t *testing.T) {
	f := newFrame()
	for name, add := range map[string]func(){
		"with huma": func() {
			register(f.server, operation{id: "x", method: http.MethodGet, path: "/x"}, func(context.Context, *access.Caller, *noInput) (*noOutput, error) { return nil, nil })
		},
		"raw": func() {
			registerRaw[noInput, noOutput](f.server, operation{id: "y", method: http.MethodGet, path: "/y"}, func(http.ResponseWriter, *http.Request) {})
		},
		"past the frame": func() {
			huma.Register(f.huma, huma.Operation{OperationID: "z", Method: http.MethodGet, Path: "/z"}, func(context.Context, *noInput) (*noOutput, error) { return nil, nil })
		},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("it was registered")
				}
			}()
			add()
		})
	}
}

func TestEveryCodeHasAnAnswer(t *testing.T) {
	source, err := os.ReadFile("../iam/errors.go")
	if err != nil {
		t.Fatal(err)
	}
	codes := regexp.MustCompile(`Code = "(\w+)"`).FindAllStringSubmatch(string(source), -1)
	if len(codes) < 20 {
		t.Fatalf("only %d codes were found", len(codes))
	}
	for _, m := range codes {
		if a := problem.Kinds[iam.Code(m[1])]; a.Status == 0 || a.Title == "" {
			t.Errorf("%s has no answer", m[1])
		}
	}
}

func TestUnknownErrorsTellNothing(t *testing.T) {
	f := newFrame()
	failing := func(path string, fail func() error) {
		register(f.server, operation{id: path, method: http.MethodGet, path: path, guard: signedIn()}, func(context.Context, *access.Caller, *noInput) (*noOutput, error) {
			return nil, fail()
		})
	}
	failing("/foreign", func() error { return errors.New("sql: password=hunter2") })
	failing("/wrapped", func() error { return iam.Wrap(errors.New("password=hunter2"), iam.CodeInternal, "hunter2") })
	failing("/panic", func() error { panic("password=hunter2") })
	failing("/cause", func() error { return iam.Wrap(errors.New("hunter2"), iam.CodeConflict, "Somebody has it.") })
	failing("/detail", func() error {
		return iam.Errorf(iam.CodePreconditionFailed, "Stale.").With("password_hash", "hunter2")
	})
	for _, path := range []string{"/foreign", "/wrapped", "/panic", "/cause", "/detail"} {
		f.log.Reset()
		rec := f.do(http.MethodGet, path, "")
		var p Problem
		if err := json.Unmarshal(rec.Body.Bytes(), &p); err != nil || strings.Contains(rec.Body.String(), "hunter2") {
			t.Errorf("%s: %v: %s", path, err, rec.Body)
		}
		internal := path == "/foreign" || path == "/wrapped" || path == "/panic"
		if internal && (rec.Code != http.StatusInternalServerError || p.Code != iam.CodeInternal) {
			t.Errorf("%s: %d %s", path, rec.Code, rec.Body)
		}
		if logged := strings.Contains(f.log.String(), p.RequestID) && strings.Contains(f.log.String(), "hunter2"); logged != internal {
			t.Errorf("%s: log = %q", path, f.log)
		}
		if rec.Header().Get("X-Request-ID") != p.RequestID {
			t.Errorf("%s: X-Request-ID = %q, request_id = %q", path, rec.Header().Get("X-Request-ID"), p.RequestID)
		}
	}
}

func TestOtherSitesCantUseTheCookie(t *testing.T) {
	f := newFrame()
	register(f.server, operation{id: "x", method: http.MethodPost, path: "/x", guard: signedIn()}, func(context.Context, *access.Caller, *noInput) (*noOutput, error) { return nil, nil })
	for _, test := range []struct {
		name    string
		headers []string
		want    int
	}{
		{"same origin", []string{"Sec-Fetch-Site", "same-origin"}, http.StatusNoContent},
		{"typed in", []string{"Sec-Fetch-Site", "none"}, http.StatusNoContent},
		{"a program", nil, http.StatusNoContent},
		{"another site", []string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		{"a subdomain", []string{"Sec-Fetch-Site", "same-site"}, http.StatusForbidden},
		{"another origin", []string{"Origin", "https://evil.example"}, http.StatusForbidden},
		{"null origin", []string{"Origin", "null"}, http.StatusForbidden},
	} {
		if rec := f.do(http.MethodPost, "/x", "", test.headers...); rec.Code != test.want {
			t.Errorf("%s: %d %s", test.name, rec.Code, rec.Body)
		}
	}
}

// makes registers POST /make, which is safe to repeat and answers with a secret, and
// counts what was made.
func (f *frame) makes(secret string) *int {
	calls := new(int)
	register(f.server, operation{
		id: "make", method: http.MethodPost, path: "/make", guard: signedIn(), status: http.StatusCreated, idempotent: true, request: PasswordResetRequest{},
	}, func(context.Context, *access.Caller, *passwordResetInput) (*resetPasswordOutput, error) {
		*calls++
		return &resetPasswordOutput{ETagHeader: tagged(1), Body: PasswordReset{TemporaryPassword: secret}}, nil
	})
	return calls
}

func TestRememberedAnswersAreSealed(t *testing.T) {
	f := newFrame()
	calls := f.makes("hunter2")
	const body, key = `{"email":"a@b.example"}`, "a-key-of-mine"
	first := f.do(http.MethodPost, "/make", body, "Idempotency-Key", key)
	second := f.do(http.MethodPost, "/make", body, "Idempotency-Key", key)
	if first.Code != http.StatusCreated || *calls != 1 || second.Body.String() != first.Body.String() || !strings.Contains(second.Body.String(), "hunter2") {
		t.Errorf("calls = %d, first = %d %s, second = %s", *calls, first.Code, first.Body, second.Body)
	}
	for name, r := range f.replays.m {
		if strings.Contains(name, key) || bytes.Contains(r.Body, []byte("hunter2")) || bytes.Contains(r.Header, []byte("ETag")) {
			t.Errorf("it is stored in the clear: %s %q %q", name, r.Header, r.Body)
		}
		// With what the database has, but without the caller's token, it stays closed.
		wrong := newSeal(&request{caller: &access.Caller{Session: "sess_1"}, token: "sess_1"}, key)
		if _, err := wrong.open(r.Body); err == nil {
			t.Error("it opens without the token")
		}
	}
}

// The same request for another organization is another one.
func TestKeyIsOfOneOrganization(t *testing.T) {
	f := newFrame()
	calls := f.makes("")
	const body = `{"email":"a@b.example"}`
	ask := func(org string) int {
		return f.do(http.MethodPost, "/make", body, "Idempotency-Key", "mine", OrganizationHeader, org).Code
	}
	for _, org := range []string{"org_1", "org_1"} {
		if code := ask(org); code != http.StatusCreated || *calls != 1 {
			t.Errorf("in %s: %d, %d calls", org, code, *calls)
		}
	}
	if code := ask("org_2"); code != http.StatusBadRequest && code != http.StatusUnprocessableEntity || *calls != 1 {
		t.Errorf("in another organization: %d, %d calls", code, *calls)
	}
}

// What ends with an error after something was begun may have been done, so that it
// is not done again; what was refused, or has begun nothing, can be tried again.
func TestErrorsAfterABeginningAreNotRepeated(t *testing.T) {
	for name, tt := range map[string]struct {
		begins bool
		err    error
		calls  int
	}{
		"begun":          {true, errors.New("the connection was lost"), 1},
		"begun, refused": {true, iam.InvalidField("/name", "required", "Enter a name."), 2},
		"not begun":      {false, errors.New("the connection was lost"), 2},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFrame()
			f.deps.Clock = clock.System{}
			calls := 0
			register(f.server, operation{id: "begins", method: http.MethodPost, path: "/begins", guard: signedIn(), idempotent: true}, func(context.Context, *access.Caller, *noInput) (*noOutput, error) {
				calls++
				if tt.begins {
					f.replays.begin()
				}
				return nil, tt.err
			})
			for range 2 {
				if rec := f.do(http.MethodPost, "/begins", "", "Idempotency-Key", "k"); rec.Code < 400 {
					t.Errorf("%d %s", rec.Code, rec.Body)
				}
			}
			if calls != tt.calls {
				t.Errorf("%d calls, want %d", calls, tt.calls)
			}
		})
	}
}

func TestConcurrentRequestIsToldToWait(t *testing.T) {
	f := newFrame()
	started, finish := make(chan struct{}), make(chan struct{})
	register(f.server, operation{id: "slow", method: http.MethodPost, path: "/slow", guard: signedIn(), idempotent: true}, func(context.Context, *access.Caller, *noInput) (*noOutput, error) {
		close(started)
		<-finish
		return nil, nil
	})
	done := make(chan *httptest.ResponseRecorder)
	go func() { done <- f.do(http.MethodPost, "/slow", "", "Idempotency-Key", "k") }()
	<-started
	rec := f.do(http.MethodPost, "/slow", "", "Idempotency-Key", "k")
	if rec.Code != http.StatusConflict || rec.Header().Get("Retry-After") != "1" {
		t.Errorf("%d %v %s", rec.Code, rec.Header(), rec.Body)
	}
	close(finish)
	if rec := <-done; rec.Code != http.StatusNoContent {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}

func TestBrokenExportBreaksTheConnection(t *testing.T) {
	f := newFrame()
	rows := 0
	register(f.server, operation{id: "x", method: http.MethodGet, path: "/x", guard: signedIn()}, func(context.Context, *access.Caller, *noInput) (*huma.StreamResponse, error) {
		return download(f.server, "x", formatNDJSON, func(out *bufio.Writer) error {
			for range rows {
				if _, err := out.WriteString(strings.Repeat("x", 1000)); err != nil {
					return err
				}
			}
			return errors.New("the disk is gone")
		}), nil
	})
	server := httptest.NewServer(f.mux)
	defer server.Close()
	get := func() (*http.Response, error) {
		r, err := http.NewRequest(http.MethodGet, server.URL+base+"/x", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.AddCookie(&http.Cookie{Name: cookieLoopback, Value: "good"})
		return server.Client().Do(r)
	}
	res, err := get()
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusInternalServerError || res.Header.Get("Content-Type") != problem.MediaType || res.Header.Get("Content-Disposition") != "" {
		t.Errorf("before anything was sent: %d %v", res.StatusCode, res.Header)
	}
	rows = 1000
	if res, err = get(); err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.ReadAll(res.Body); res.StatusCode != http.StatusOK || err == nil {
		t.Errorf("in the middle: %d, %v; want the connection to break", res.StatusCode, err)
	}
}

func TestOptional(t *testing.T) {
	type patch struct {
		A Optional[string]   `json:"a,omitzero"`
		B Optional[[]string] `json:"b,omitzero"`
		C Optional[string]   `json:"c,omitzero"`
	}
	var p patch
	if err := json.Unmarshal([]byte(`{"a":null,"b":["x"]}`), &p); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(patch{A: Optional[string]{Set: true, Null: true}, B: Some([]string{"x"})}, p); diff != "" {
		t.Error(diff)
	}
	if p.A.Ptr() == nil || *p.A.Ptr() != "" || p.C.Ptr() != nil {
		t.Errorf("pointers: %v %v", p.A.Ptr(), p.C.Ptr())
	}
	b, err := json.Marshal(p)
	if err != nil || string(b) != `{"a":null,"b":["x"]}` {
		t.Errorf("%s, %v", b, err)
	}
}

// What passes the check is what encoding/json reads without changing it.
func TestCheckedJSONIsReadAsItWasSent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.Custom(jsonValue).Draw(t, "value")
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		if err := checkJSON(text); err != nil {
			t.Fatalf("refused %s: %v", text, err)
		}
		// Cut or followed by anything, it is refused.
		cut := rapid.IntRange(0, len(text)-1).Draw(t, "cut")
		if json.Valid(text[:cut]) != (checkJSON(text[:cut]) == nil) {
			t.Fatalf("cut to %q: %v", text[:cut], checkJSON(text[:cut]))
		}
		if checkJSON(append(text, " {}"...)) == nil {
			t.Fatalf("accepted %s {}", text)
		}
	})
}

func jsonValue(t *rapid.T) any {
	text := rapid.StringOf(rapid.RuneFrom([]rune{'a', '"', '\\', 'é', '😀', '�', ' ', '/'}))
	return map[string]any{
		"s": text.Draw(t, "s"), "n": rapid.Float64Range(-1e9, 1e9).Draw(t, "n"), "b": rapid.Bool().Draw(t, "b"), "z": nil,
		"l": rapid.SliceOf(text).Draw(t, "l"), "o": rapid.MapOf(text, text).Draw(t, "o"),
	}
}

func TestFaultsPointToTheirField(t *testing.T) {
	for text, want := range map[string]iam.Field{
		"{\"a\":{\"b\":[\"x\",\"\xff\"]}}":           {Pointer: "/a/b/1", Code: "invalid_text"},
		`{"a":[{"b":1},{"c":"\u0000"}]}`:             {Pointer: "/a/1/c", Code: "invalid_text"},
		`{"x/y":{"~":"\udc00"}}`:                     {Pointer: "/x~1y/~0", Code: "invalid_text"},
		`{"a":1,"b":{"a":1,"a":2}}`:                  {Pointer: "/b/a", Code: "duplicate"},
		`{"a":"` + strings.Repeat("x", 70000) + `"}`: {Pointer: "/a", Code: "too_long"},
		`{"a":1}}`: {Pointer: "", Code: "malformed"},
		`{"a":}`:   {Pointer: "", Code: "malformed"},
		``:         {Pointer: "", Code: "malformed"},
	} {
		e, ok := errors.AsType[*iam.Error](checkJSON([]byte(text)))
		if !ok || len(e.Fields) != 1 || e.Fields[0].Pointer != want.Pointer || e.Fields[0].Code != want.Code {
			t.Errorf("%.60s: %+v, want %+v", text, e, want)
		}
	}
	if err := checkJSON([]byte(`{"a":"\ufffd �"}`)); err != nil {
		t.Errorf("a replacement character that was really sent: %v", err)
	}
}

func TestSenders(t *testing.T) {
	for userAgent, want := range map[string]Sender{
		"Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0":                                                                  {"Firefox on Linux", "Firefox", "Linux"},
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0":                   {"Edge on Windows", "Edge", "Windows"},
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1": {"Safari on iPhone", "Safari", "iPhone"},
		"Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36":                       {"Chrome on Android", "Chrome", "Android"},
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15":                   {"Safari on macOS", "Safari", "macOS"},
		"curl/8.9": {"curl", "curl", ""}, "Go-http-client/2.0": {"Go-http-client", "Go-http-client", ""},
		"Mozilla/5.0 (X11; Linux x86_64) Unheard/1": {"A browser on Linux", "", "Linux"}, "": {}, "<script>": {"Unknown device", "", ""},
	} {
		if got := senderOf(userAgent); got != want {
			t.Errorf("%q is %+v, want %+v", userAgent, got, want)
		}
	}
}

func TestUserAgentIsCleaned(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header["User-Agent"] = []string{"A\x00\x1b[31m\xff" + strings.Repeat("é", 1000)}
	got := userAgent(r)
	if len(got) > 400 || !cleanText(got) || strings.ContainsAny(got, "\x1b") || !strings.HasPrefix(got, "A[31m") {
		t.Errorf("%q", got)
	}
}

func TestRetryAfterIsNeverTooEarly(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 999_000, time.UTC)
	ctx := context.WithValue(context.Background(), requestKey, &request{clock: clock.NewFake(now), caller: &access.Caller{}})
	for wait, want := range map[time.Duration]string{
		-time.Minute: "1", 0: "1", 1: "1", time.Second: "1", time.Second + 1: "2", time.Minute - 1: "60", time.Minute: "60",
	} {
		err := iam.Errorf(iam.CodeThrottled, "Later.")
		err.RetryAt = now.Add(wait)
		if got := problemOf(ctx, err).GetHeaders().Get("Retry-After"); got != want {
			t.Errorf("in %s: Retry-After = %q, want %q", wait, got, want)
		}
	}
}
