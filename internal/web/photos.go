package web

import (
	"errors"
	"net/http"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/photo"
)

// photos serves /photos/{tenant}/{key} to signed-in people of that tenant. A
// key is the hash of the picture, so that it can be cached forever.
func (s *Server) photos(w http.ResponseWriter, r *http.Request) {
	tenant := iam.TenantID(r.PathValue("tenant"))
	own, err := s.deps.TenantOf(r)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	content, contentType, err := []byte(nil), "", photo.ErrNotFound
	if own == tenant {
		content, contentType, err = s.deps.Photos.Get(r.Context(), string(tenant), r.PathValue("key"))
	}
	switch {
	case errors.Is(err, photo.ErrNotFound), errors.Is(err, photo.ErrKey):
		writeProblem(w, r, iam.CodeNotFound, "There is no such photo.")
		return
	case err != nil:
		s.internal(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "private, max-age=31536000, immutable")
	h.Set("Content-Disposition", "inline")
	writeBody(w, r, http.StatusOK, content)
}
