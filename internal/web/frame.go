package web

import (
	_ "embed" // the page around a frame
	"html/template"
	"net/http"
	"strings"

	"github.com/retinue/retinue/internal/iam"
)

// TabPage is the external page of a tab of somebody's dashboard.
type TabPage struct {
	Tab, Title string
	URL        string
	Origin     string // of URL, as browsers write it
	Window     bool   // it opens in a window of its own
	Identify   bool   // it is told who is looking
	Token      string // with Window and Identify
}

var (
	//go:embed frame.html
	framePage string
	//go:embed frame.js
	frameScript string

	frameTemplate = template.Must(template.New("frame").Parse(framePage))
)

// frame serves /frames/{tab}: the page that stands between the dashboard and an
// external page. Its policy allows this one origin to be framed, and it alone
// hands out the token of who is looking, to this one origin. A tab with a
// window of its own is a redirect, with the token behind #, where neither
// servers nor logs see it.
func (s *Server) frame(w http.ResponseWriter, r *http.Request) {
	org := iam.OrgID(r.URL.Query().Get("organization"))
	p, err := s.deps.OpenTab(r, org, r.PathValue("tab"))
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	if p.Origin == ownOrigin(r) {
		// Whatever runs there could reach out of its frame.
		writeProblem(w, r, iam.CodeForbidden, "This tab leads to the service itself. It can't be shown inside it.")
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	if p.Window {
		h.Set("Referrer-Policy", "no-referrer")
		target := p.URL
		if p.Token != "" {
			target += "#token=" + p.Token
		}
		h.Set("Location", target)
		w.WriteHeader(http.StatusSeeOther)
		return
	}
	nonce := newNonce()
	var page strings.Builder
	err = frameTemplate.Execute(&page, map[string]any{
		"Nonce": nonce, "Title": p.Title, "URL": template.URL(p.URL), "Origin": p.Origin, "Tab": p.Tab, "Organization": string(org), //nolint:gosec // checked when it was saved: https, or http on this machine
		"Identify": p.Identify, "Script": template.JS(frameScript), //nolint:gosec // our own
	})
	if err != nil {
		s.internal(w, r, err)
		return
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", framePolicy(nonce, p.Origin))
	writeBody(w, r, http.StatusOK, []byte(page.String()))
}

func framePolicy(nonce, origin string) string {
	return strings.Join([]string{
		"default-src 'none'", "script-src 'nonce-" + nonce + "'", "style-src 'nonce-" + nonce + "'", "connect-src 'self' " + origin,
		"frame-src " + origin, "base-uri 'none'", "form-action 'none'", "frame-ancestors 'self'",
	}, "; ")
}

// ownOrigin is the origin under which the client reached the server.
func ownOrigin(r *http.Request) string {
	scheme := "http"
	if Secure(r) {
		scheme = "https"
	}
	return scheme + "://" + strings.ToLower(r.Host)
}
