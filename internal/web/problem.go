package web

import (
	"log/slog"
	"net/http"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/problem"
)

// writeProblem tells of a code.
func writeProblem(w http.ResponseWriter, r *http.Request, code iam.Code, detail string) {
	writeDetails(w, r, problem.New(code, detail, w.Header().Get(requestIDHeader)))
}

func writeDetails(w http.ResponseWriter, r *http.Request, d problem.Details) {
	problem.Write(w, r, d.Status, d.Header(), d)
}

// refuse tells why there is nothing to see.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	d := problem.New(iam.CodeOf(err), iam.MessageOf(err), w.Header().Get(requestIDHeader))
	if d.Code == iam.CodeInternal {
		s.internal(w, r, err)
		return
	}
	writeDetails(w, r, d)
}

// internal answers an error that is nobody's business and logs it.
func (s *Server) internal(w http.ResponseWriter, r *http.Request, err error) {
	id := w.Header().Get(requestIDHeader)
	s.deps.Logger.LogAttrs(r.Context(), slog.LevelError, "request failed",
		slog.String("request_id", id), slog.String("path", r.URL.Path), slog.Any("error", err))
	writeDetails(w, r, problem.Internal(id))
}
