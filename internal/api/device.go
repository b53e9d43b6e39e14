package api

import "strings"

// mark is how something is recognised in a User-Agent header, most special first.
type mark struct{ sign, name string }

var browsers = []mark{
	{"Edg/", "Edge"},
	{"EdgA/", "Edge"},
	{"EdgiOS/", "Edge"},
	{"OPR/", "Opera"},
	{"SamsungBrowser/", "Samsung Internet"},
	{"Vivaldi/", "Vivaldi"},
	{"Firefox/", "Firefox"},
	{"FxiOS/", "Firefox"},
	{"CriOS/", "Chrome"},
	{"HeadlessChrome/", "Chrome"},
	{"Chrome/", "Chrome"},
	{"Safari/", "Safari"},
	{"curl/", "curl"},
	{"Go-http-client/", "Go-http-client"},
	{"python-requests/", "python-requests"},
	{"PostmanRuntime/", "Postman"},
}

var systems = []mark{
	{"iPhone", "iPhone"},
	{"iPad", "iPad"},
	{"Android", "Android"},
	{"Windows", "Windows"},
	{"CrOS", "ChromeOS"},
	{"Mac OS X", "macOS"},
	{"Macintosh", "macOS"},
	{"Linux", "Linux"},
}

// Sender is what sent a request, for people to recognise a session by; nothing is
// decided by it.
type Sender struct {
	Device  string `json:"device" doc:"Browser and system in English words; empty when the request did not say"`
	Browser string `json:"browser" doc:"The name of the browser or program, for words of one's own; empty when it is not known"`
	System  string `json:"system" doc:"The name of the system; empty when it is not known"`
}

// senderOf reads a User-Agent header.
func senderOf(userAgent string) Sender {
	s := Sender{Browser: find(browsers, userAgent), System: find(systems, userAgent)}
	switch {
	case s.Browser != "" && s.System != "":
		s.Device = s.Browser + " on " + s.System
	case s.Browser != "":
		s.Device = s.Browser
	case s.System != "":
		s.Device = "A browser on " + s.System
	case userAgent != "":
		s.Device = "Unknown device"
	}
	return s
}

func find(marks []mark, s string) string {
	for _, m := range marks {
		if strings.Contains(s, m.sign) {
			return m.name
		}
	}
	return ""
}
