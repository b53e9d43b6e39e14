package web

import (
	"encoding/json"
	"net/http"
)

// problem is the body of an error (RFC 9457), as package api writes them.
type problem struct {
	Type      string `json:"type"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail"`
	Code      string `json:"code"`
	RequestID string `json:"request_id"`
}

func writeProblem(w http.ResponseWriter, r *http.Request, status int, code, detail string) {
	body, _ := json.Marshal(problem{ //nolint:errchkjson // text and a number: it can't fail
		Type: "/errors/" + code, Title: http.StatusText(status), Status: status, Detail: detail, Code: code,
		RequestID: w.Header().Get(requestIDHeader),
	})
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	writeBody(w, r, status, body)
}
