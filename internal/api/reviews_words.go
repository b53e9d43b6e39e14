package api

import (
	"cmp"
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/mail"
	"github.com/retinue/retinue/internal/reviews"
)

// reviewWords are the words of the printable report, in English: it is for records.
// The file that is signed has codes.
var reviewWords = template.FuncMap{
	"css": func() template.CSS { return template.CSS(reviewCSS) }, //nolint:gosec // our own
	"type": func(t iam.UserType) string {
		return word(string(t), map[string]string{
			"tenant_admin": "Tenant admin", "bot_admin": "Bot admin", "supervisor": "Supervisor", "agent": "Agent", "analyst": "Analyst", "viewer": "Viewer",
			"member": "Member", "client": "Client", "service": "Service account",
		})
	},
	"status": func(s iam.Status) string {
		return word(string(s), map[string]string{"active": "Active", "suspended": "Suspended"})
	},
	"decision": func(d iam.ReviewDecision) string {
		return word(string(d), map[string]string{"": "Not decided on", "keep": "Keep", "reduce": "Reduce", "remove": "Remove"})
	},
	"result": func(r iam.ReviewResult) string {
		return word(string(r), map[string]string{
			"kept": "Kept", "reduced": "Reduced", "removed": "Removed from the organization", "deleted": "Account deleted", "undecided": "Kept, as nobody decided",
			"changed": "Access had changed: nothing was done", "gone": "Was gone already", "refused": "Refused",
		})
	},
	"when":    func(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04 UTC") },
	"may":     permissionWords,
	"watched": watchedWords,
	"held":    reviews.HeldNames,
	"where":   reviews.Where,
}

// word is what a code is called; one that is new is shown as it is.
func word(code string, words map[string]string) string { return cmp.Or(words[code], code) }

// permissionWords is what permissions are called, as in mails and on screens.
func permissionWords(list []iam.Permission) string {
	names := make([]string, 0, len(list))
	for _, p := range list {
		names = append(names, mail.Label("en", string(p), access.Label(p)))
	}
	return strings.Join(names, "; ")
}

// watchedWords says for how long what is held was not used.
func watchedWords(days int) string {
	switch days {
	case 0:
		return "Held; use is not recorded yet"
	case 1:
		return "Not used in 1 day"
	}
	return "Not used in " + strconv.Itoa(days) + " days"
}
