package branding

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/retinue/retinue/internal/iam"
)

// sites answer by address: with a body, or with a redirect when it begins with >.
type sites map[string]string

// Do implements Doer.
func (s sites) Do(r *http.Request) (*http.Response, error) {
	res := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Request: r, Body: io.NopCloser(strings.NewReader(s[r.URL.String()]))}
	if to, redirect := strings.CutPrefix(s[r.URL.String()], ">"); redirect {
		res.StatusCode = http.StatusPermanentRedirect
		res.Header.Set("Location", to)
	}
	return res, nil
}

// The one redirect that proves anything is to the same file by https.
func TestRedirectsOfProofs(t *testing.T) {
	d := &iam.Domain{Host: "help.example.com", Token: "t0ken"}
	c := ChallengeOf(d)
	for to, want := range map[string]string{
		"https://help.example.com" + c.Path:                "",
		"https://HELP.example.com:443" + c.Path:            "",
		"https://help.example.com:8443" + c.Path:           ProblemNoRecord,
		"http://help.example.com" + c.Path:                 ProblemNoRecord,
		"https://evil.example" + c.Path:                    ProblemNoRecord,
		"https://help.example.com.evil.example" + c.Path:   ProblemNoRecord,
		"https://help.example.com/elsewhere":               ProblemNoRecord,
		"https://help.example.com" + c.Path + "?open=page": ProblemNoRecord,
		"https://somebody@help.example.com" + c.Path:       ProblemNoRecord,
		"/elsewhere": ProblemNoRecord,
		"":           ProblemNoRecord,
	} {
		web := sites{"http://help.example.com" + c.Path: ">" + to}
		for _, scheme := range []string{"https", "http"} {
			for _, host := range []string{"help.example.com", "HELP.example.com:443", "help.example.com:8443", "evil.example", "help.example.com.evil.example"} {
				if at := scheme + "://" + host + c.Path; web[at] == "" {
					web[at] = c.Value
				}
			}
		}
		s := New(Deps{HTTP: web})
		if got := s.fetch(t.Context(), d.Host, c); got != want {
			t.Errorf("redirected to %q: %q, want %q", to, got, want)
		}
	}
	twice := sites{
		"http://help.example.com" + c.Path: ">https://help.example.com" + c.Path, "https://help.example.com" + c.Path: ">https://help.example.com" + c.Path,
	}
	if got := New(Deps{HTTP: twice}).fetch(t.Context(), d.Host, c); got != ProblemNoRecord {
		t.Errorf("redirected twice: %q", got)
	}
}
