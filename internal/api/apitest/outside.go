package apitest

import (
	"context"
	"io"
	"net"
	"net/http"
	"path"
	"path/filepath"
	"strings"

	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/branding"
	"github.com/retinue/retinue/internal/dashboard"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/mailbox"
	"github.com/retinue/retinue/internal/photo"
	"github.com/retinue/retinue/internal/tokens"
)

// LookupTXT implements branding.Resolver with the records in DNS.
func (w *World) LookupTXT(_ context.Context, name string) ([]string, error) {
	if r, ok := w.DNS[name]; ok {
		return r, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

// Do implements branding.Doer with the answers in Web. Names in LedHere lead to
// this installation, behind a proxy that sends everybody to https.
func (w *World) Do(r *http.Request) (*http.Response, error) {
	if w.LedHere[r.URL.Host] {
		return w.here(r)
	}
	body, ok := w.Web[r.URL.String()]
	if !ok {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: r.URL.Host, IsNotFound: true}}
	}
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

func (w *World) here(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme == "http" {
		to := http.Header{"Location": {"https://" + r.URL.Host + r.URL.Path}}
		return &http.Response{StatusCode: http.StatusPermanentRedirect, Header: to, Body: http.NoBody, Request: r}, nil
	}
	proof, err := w.Branding.Answer(r.Context(), r.URL.Host, path.Base(r.URL.Path))
	if err != nil || proof == "" {
		return &http.Response{StatusCode: http.StatusNotFound, Body: http.NoBody, Request: r}, err
	}
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(proof + "\n")), Request: r}, nil
}

// wireDashboard puts together what client organizations see.
func (w *World) wireDashboard(directories *authz.Cache, link func(*iam.Tenant) string, photos photo.Store, mails *mailbox.Service, dir string) {
	w.TB.Helper()
	w.DNS, w.Web = map[string][]string{}, map[string]string{}
	w.LedHere = map[string]bool{}
	logos := must[*photo.DirStore](w.TB)(photo.NewDirStore(filepath.Join(dir, "logos")))
	w.TB.Cleanup(func() { _ = logos.Close() })
	box := must[*tokens.Box](w.TB)(tokens.NewBox(make([]byte, tokens.SecretSize)))
	w.Branding = branding.New(branding.Deps{
		Store: w.Store, IDs: w.IDs, Clock: w.Clock, Directories: directories, Logos: logos, Photos: photos, Pictures: photo.NewProcessor(1), DNS: w, HTTP: w, Mailer: mails,
	})
	w.Tokens = tokens.New(tokens.Deps{Store: w.Store, Clock: w.Clock, Box: box})
	w.Dashboard = dashboard.New(dashboard.Deps{
		Store: w.Store, IDs: w.IDs, PublicURL: link, Tokens: w.Tokens,
	})
}
