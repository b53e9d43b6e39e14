package apitest

import (
	"context"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/branding"
	"github.com/retinue/retinue/internal/dashboard"
	"github.com/retinue/retinue/internal/iam"
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

// Do implements branding.Doer with the answers in Web.
func (w *World) Do(r *http.Request) (*http.Response, error) {
	body, ok := w.Web[r.URL.String()]
	if !ok {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: r.URL.Host, IsNotFound: true}}
	}
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// wireDashboard puts together what client organizations see.
func (w *World) wireDashboard(directories *authz.Cache, link func(*iam.Tenant) string, photos photo.Store, dir string) {
	w.TB.Helper()
	w.DNS, w.Web = map[string][]string{}, map[string]string{}
	logos := must[*photo.DirStore](w.TB)(photo.NewDirStore(filepath.Join(dir, "logos")))
	w.TB.Cleanup(func() { _ = logos.Close() })
	box := must[*tokens.Box](w.TB)(tokens.NewBox(make([]byte, tokens.SecretSize)))
	w.Branding = branding.New(branding.Deps{
		Store: w.Store, IDs: w.IDs, Clock: w.Clock, Directories: directories, Logos: logos, Photos: photos, Pictures: photo.NewProcessor(1), DNS: w, HTTP: w,
	})
	w.Tokens = tokens.New(tokens.Deps{Store: w.Store, Clock: w.Clock, Box: box})
	w.Dashboard = dashboard.New(dashboard.Deps{
		Store: w.Store, IDs: w.IDs, PublicURL: link, Tokens: w.Tokens,
	})
}
