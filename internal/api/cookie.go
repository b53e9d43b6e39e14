package api

import "net/http"

// SessionToken is the token in the session cookie of a request, "" without one.
func SessionToken(r *http.Request, secure bool) string {
	c, err := r.Cookie(cookieName(secure))
	if err != nil {
		return ""
	}
	return c.Value
}
