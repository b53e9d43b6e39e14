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
	{"Go-http-client/", "a Go program"},
	{"python-requests/", "a Python program"},
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

// deviceName says in words what a User-Agent header names, such as "Firefox on
// Linux". It is for people to recognise a session by; nothing is decided by it.
func deviceName(userAgent string) string {
	browser, system := find(browsers, userAgent), find(systems, userAgent)
	switch {
	case browser != "" && system != "":
		return browser + " on " + system
	case browser != "":
		return strings.ToUpper(browser[:1]) + browser[1:]
	case system != "":
		return "A browser on " + system
	}
	return "Unknown device"
}

func find(marks []mark, s string) string {
	for _, m := range marks {
		if strings.Contains(s, m.sign) {
			return m.name
		}
	}
	return ""
}
