package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"

	"github.com/retinue/retinue/console"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/problem"
)

// site serves the console's build: files by their names, and its one page
// wherever the console has a route.
type site struct {
	files   fs.FS
	nonce   string // the placeholder in the page
	mayOpen func(*http.Request, console.Page) bool

	mu     sync.Mutex
	assets map[string]*asset
	page   [][]byte // index.html, cut at the placeholders
}

// asset is a file of the build, read and compressed when it is first asked for.
type asset struct {
	content, compressed []byte // compressed is nil where it would save little
	contentType, tag    string
}

func newSite(files fs.FS, noncePlaceholder string, mayOpen func(*http.Request, console.Page) bool) *site {
	return &site{files: files, nonce: noncePlaceholder, mayOpen: mayOpen, assets: map[string]*asset{}}
}

// ServeHTTP implements http.Handler.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		writeProblem(w, r, problem.CodeMethodNotAllowed, "Use GET here.")
		return
	}
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	if name != "" && name != "index.html" && !strings.HasPrefix(path.Base(name), ".") {
		if a := s.asset(name); a != nil {
			a.serve(w, r, strings.HasPrefix(name, "assets/"))
			return
		}
	}
	// A name with an extension is a file that is not there, not a route.
	if path.Ext(name) != "" && name != "index.html" || !acceptsHTML(r) {
		writeProblem(w, r, iam.CodeNotFound, "There is nothing at this address.")
		return
	}
	s.servePage(w, r, s.status(r, "/"+name))
}

// status is that of the console's page at a path. The console itself says in
// words what it means, and asks the API, which refuses as well; this is for
// whoever does not read the page: proxies, scanners and logs.
func (s *site) status(r *http.Request, name string) int {
	if name == "/index.html" {
		name = "/"
	}
	page, ok := console.PageAt(name)
	switch {
	case !ok:
		return http.StatusNotFound
	case page.Portal != "" && !s.mayOpen(r, page):
		return http.StatusForbidden
	}
	return http.StatusOK
}

func acceptsHTML(r *http.Request) bool {
	accept := r.Header.Get("Accept")
	return accept == "" || strings.Contains(accept, "text/html") || strings.Contains(accept, "*/*")
}

func (s *site) asset(name string) *asset {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.assets[name]
	if !ok && fs.ValidPath(name) {
		if content, err := fs.ReadFile(s.files, name); err == nil {
			a = newAsset(name, content)
			s.assets[name] = a
		}
	}
	return a
}

// types are those of files that a console has; the machine's own list differs
// from one to the next.
var types = map[string]string{
	".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".png": "image/png",
	".ico": "image/x-icon", ".woff2": "font/woff2", ".json": "application/json", ".txt": "text/plain; charset=utf-8",
	".webmanifest": "application/manifest+json", ".map": "application/json",
}

func newAsset(name string, content []byte) *asset {
	sum := sha256.Sum256(content)
	a := &asset{content: content, contentType: types[path.Ext(name)], tag: `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`}
	if a.contentType == "" {
		if a.contentType = mime.TypeByExtension(path.Ext(name)); a.contentType == "" {
			a.contentType = "application/octet-stream"
		}
	}
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is valid
	_, _ = z.Write(content)                               // a buffer takes everything
	_ = z.Close()
	if b.Len() < len(content)*9/10 {
		a.compressed = b.Bytes()
	}
	return a
}

func (a *asset) serve(w http.ResponseWriter, r *http.Request, hashed bool) {
	h := w.Header()
	h.Set("Content-Type", a.contentType)
	h.Set("ETag", a.tag)
	h.Set("Cache-Control", "no-cache")
	if hashed { // its name changes with its content
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	body := a.content
	if a.compressed != nil {
		h.Set("Vary", "Accept-Encoding")
		if acceptsGzip(r) {
			h.Set("Content-Encoding", "gzip")
			body = a.compressed
		}
	}
	if strings.Contains(r.Header.Get("If-None-Match"), a.tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	writeBody(w, r, http.StatusOK, body)
}

func acceptsGzip(r *http.Request) bool {
	for coding := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(coding), ";")
		if name == "gzip" || name == "*" {
			q = strings.ReplaceAll(q, " ", "")
			return q != "q=0" && q != "q=0.0"
		}
	}
	return false
}

// servePage answers with the console's page and a policy of its own.
func (s *site) servePage(w http.ResponseWriter, r *http.Request, status int) {
	parts, err := s.parts()
	if err != nil {
		writePlainPage(w, r, "The console was not built into this binary. Run “make build” and start bin/retinue, or use the API at /api/docs.")
		return
	}
	nonce := newNonce()
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", pagePolicy(nonce))
	writeBody(w, r, status, bytes.Join(parts, []byte(nonce)))
}

func (s *site) parts() ([][]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.page == nil {
		text, err := fs.ReadFile(s.files, "index.html")
		if err != nil {
			return nil, err
		}
		s.page = bytes.Split(text, []byte(s.nonce))
	}
	return s.page, nil
}

// writePlainPage says one sentence to a person, without the console.
func writePlainPage(w http.ResponseWriter, r *http.Request, sentence string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	writeBody(w, r, http.StatusServiceUnavailable,
		[]byte("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Retinue</title><p>"+sentence+"</p></html>\n"))
}

func writeBody(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) //nolint:gosec // pages of our own; the client may have gone
	}
}
