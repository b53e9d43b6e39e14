package api

import (
	"bytes"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/problem"
)

// base is where the API lives.
const base = "/api/v1"

// server is the tree of handlers while it is built and when it answers.
type server struct {
	deps      Deps
	mux       *http.ServeMux
	huma      huma.API
	config    huma.Config
	crossSite *http.CrossOriginProtection
	binding   sync.Mutex // while an operation is bound to huma
	// refused are patterns of methods that an address does not have, though the mux
	// would find something for them.
	refused map[string]bool
	// describing makes a server that answers nothing: its operations are bound at
	// once and described whole, for the document.
	describing bool
}

// handle registers a handler behind the checks that the operation declares.
func (s *server) handle(op *operation, h http.HandlerFunc) {
	op.mustDeclare()
	if op.idempotent {
		h = s.idempotently(op, h)
	}
	if op.audited {
		// To the mux HEAD is GET: the log would tell of somebody who took what they did not get.
		head := http.MethodHead + " " + base + op.path
		s.refused[head] = true
		s.mux.HandleFunc(head, s.nothing)
	}
	s.mux.HandleFunc(op.method+" "+base+op.path, func(w http.ResponseWriter, r *http.Request) {
		r, req := s.begin(w, r, op.id)
		defer s.recover(w, r, req)
		w.Header().Set("Cache-Control", "no-store")
		if err := s.admit(op, r, req); err != nil {
			writeProblem(w, r, err)
			return
		}
		if err := s.prepare(op, w, r); err != nil {
			writeProblem(w, r, err)
			return
		}
		if req.principal != nil && op.buffered() {
			// Its body may have taken long to arrive: what they may do now counts.
			if err := s.admit(op, r, req); err != nil {
				writeProblem(w, r, err)
				return
			}
		}
		h(w, r)
	})
}

// recover answers a panic with an internal error. A handler that has begun to
// stream panics with http.ErrAbortHandler on purpose: the connection breaks, so
// that nobody takes half an answer for a whole one.
func (s *server) recover(w http.ResponseWriter, r *http.Request, req *request) {
	v := recover()
	if v == nil {
		return
	}
	if v == http.ErrAbortHandler { //nolint:errorlint // compared as net/http does
		panic(v)
	}
	s.deps.Logger.LogAttrs(r.Context(), slog.LevelError, "panic",
		slog.String("request_id", req.id), slog.String("operation", req.operation),
		slog.Any("panic", v), slog.String("stack", string(debug.Stack())))
	writeProblem(w, r, iam.Errorf(iam.CodeInternal, ""))
}

// prepare checks path, query, media type and body before the handler sees them.
func (s *server) prepare(op *operation, w http.ResponseWriter, r *http.Request) error {
	if op.hasPathID() {
		for _, name := range pathNames(op.path) {
			const longest = 100
			if v := r.PathValue(name); len(v) > longest || !cleanText(v) {
				return iam.Errorf(iam.CodeNotFound, "There is nothing at this address.")
			}
		}
	}
	if err := checkQuery(r); err != nil {
		return err
	}
	r.URL = emptied(r.URL)
	if op.conditional {
		if _, err := ifMatch(strings.Join(r.Header.Values("If-Match"), ", ")); err != nil {
			return err
		}
	}
	if op.accepts == nil {
		return nil
	}
	if err := s.checkType(op, r); err != nil || !op.buffered() {
		return err
	}
	return s.buffer(w, r)
}

// checkType checks the media type, whose case does not count, nor do blanks before
// its parameters (RFC 9110, 8.3.1 and 5.6.6). Huma compares the header as it is, so
// that of JSON it is left the type alone.
func (s *server) checkType(op *operation, r *http.Request) error {
	given, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || !slices.ContainsFunc(op.accepts, func(a string) bool { return mediaMatches(a, given) }) {
		return unsupported(strings.Join(op.accepts, " or "))
	}
	if op.buffered() {
		r.Header.Set("Content-Type", given)
	}
	return nil
}

// mediaMatches tells whether the media type is the one or, with image/*, one of
// those that are accepted.
func mediaMatches(accepted, given string) bool {
	if group, ok := strings.CutSuffix(accepted, "*"); ok {
		return strings.HasPrefix(given, group)
	}
	return accepted == given
}

// buffer reads a JSON body, checks its text and puts it back. The server limits
// how long it may take to arrive.
func (s *server) buffer(w http.ResponseWriter, r *http.Request) error {
	data, err := readAll(w, r, maxJSON)
	if err != nil {
		return err
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return iam.InvalidField("", "required", "Send a JSON object.")
	}
	if err := checkJSON(data); err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(data))
	return nil
}

func pathNames(path string) []string {
	var names []string
	for part := range strings.SplitSeq(path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			names = append(names, strings.TrimSuffix(name, "}"))
		}
	}
	return names
}

// nothing answers addresses and methods that do not exist.
func (s *server) nothing(w http.ResponseWriter, r *http.Request) {
	r, _ = s.begin(w, r, "none")
	w.Header().Set("Cache-Control", "no-store")
	var allowed []string
	for _, m := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		probe := &http.Request{Method: m, URL: r.URL, Host: r.Host}
		if _, pattern := s.mux.Handler(probe); pattern != "/" && !s.refused[pattern] {
			allowed = append(allowed, m)
		}
	}
	if len(allowed) > 0 {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		writeProblem(w, r, iam.Errorf(problem.CodeMethodNotAllowed, "Use %s here.", strings.Join(allowed, ", ")))
		return
	}
	writeProblem(w, r, iam.Errorf(iam.CodeNotFound, "There is nothing at this address."))
}
