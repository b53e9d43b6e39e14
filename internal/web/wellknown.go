package web

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/photo"
)

// Hosts knows the host names of the installation and what they stand for.
type Hosts interface {
	// Serves tells whether a host name is one of the installation's.
	Serves(ctx context.Context, host string) (bool, error)
	// DomainProof is what proves a verified domain that leads here: see package
	// branding. It is "" for all other names and tokens.
	DomainProof(ctx context.Context, host, token string) (string, error)
	// KeySet is the JSON of the keys (RFC 7517) of a tenant: of that whose id is
	// given, else of that which the host name tells, else of the only one.
	// CodeNotFound when there is none.
	KeySet(ctx context.Context, host string, tenant iam.TenantID) ([]byte, error)
	// Logo returns a picture that a brand shows; photo.ErrNotFound for all others.
	Logo(ctx context.Context, tenant iam.TenantID, key string) (content []byte, contentType string, err error)
}

// tlsCheck answers a proxy in front that is about to obtain a certificate for a
// host name, as Caddy's on-demand TLS asks: 200 for the installation's own
// names, 404 for all others. The table of names is in memory, so that questions
// cost nothing; who asks learns no more than who connects to the name.
func (s *Server) tlsCheck(w http.ResponseWriter, r *http.Request) {
	ok, err := s.deps.Hosts.Serves(r.Context(), r.URL.Query().Get("domain"))
	switch {
	case err != nil:
		s.internal(w, r, err)
	case ok:
		writeText(w, r, http.StatusOK, "yes\n")
	default:
		writeText(w, r, http.StatusNotFound, "no\n")
	}
}

// domainProof answers the check of a custom domain that has come to lead here.
func (s *Server) domainProof(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	proof, err := s.deps.Hosts.DomainProof(r.Context(), hostName(r.Host), r.PathValue("token"))
	switch {
	case err != nil:
		s.internal(w, r, err)
	case proof == "":
		writeProblem(w, r, iam.CodeNotFound, "There is nothing at this address.")
	default:
		writeText(w, r, http.StatusOK, proof+"\n")
	}
}

// jwks publishes the keys by which pages check who is looking at them.
func (s *Server) jwks(w http.ResponseWriter, r *http.Request) {
	set, err := s.deps.Hosts.KeySet(r.Context(), hostName(r.Host), iam.TenantID(r.URL.Query().Get("tenant")))
	if iam.CodeOf(err) == iam.CodeNotFound {
		writeProblem(w, r, iam.CodeNotFound, "There are no keys here. Where several companies share a host name, the address ends in ?tenant= and the id of one.")
		return
	}
	if err != nil {
		s.internal(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/jwk-set+json")
	h.Set("Cache-Control", "public, max-age=300")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	writeBody(w, r, http.StatusOK, set)
}

// logo serves /logos/{tenant}/{key} to everybody: sign-in pages and mails show
// logos. A key is the hash of the picture, so that it can be cached forever.
func (s *Server) logo(w http.ResponseWriter, r *http.Request) {
	content, contentType, err := s.deps.Hosts.Logo(r.Context(), iam.TenantID(r.PathValue("tenant")), r.PathValue("key"))
	switch {
	case errors.Is(err, photo.ErrNotFound), errors.Is(err, photo.ErrKey):
		writeProblem(w, r, iam.CodeNotFound, "There is no such logo.")
		return
	case err != nil:
		s.internal(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Disposition", "inline")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin") // web mail shows it
	writeBody(w, r, http.StatusOK, content)
}

// hostName is a Host header without its port.
func hostName(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.ToLower(host)
}
