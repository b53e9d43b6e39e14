package policies

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/iam"
)

// What a policy may ask for.
const (
	MinIdle              = 5 * time.Minute // the warning needs a minute of it, and people some to work
	MaxIdle              = 8 * time.Hour
	MinLifetime          = 5 * time.Minute
	MaxLifetime          = 365 * 24 * time.Hour
	MinPasswordLength    = 8 // NIST SP 800-63B-4, 3.1.1.2
	MaxPasswordLength    = 64
	MinTemporaryPassword = time.Hour
	MaxTemporaryPassword = 30 * 24 * time.Hour
	MaxRules             = 200
	maxLabel             = 100
)

// normalize brings addresses into the form in which they are kept, and refuses
// what no policy can ask for. What is kept of idle logout may stay, even if it is
// less than can be asked for now (docs/adr/0010).
func normalize(p, kept *iam.Policy) error {
	var fields []iam.Field
	add := func(pointer, message string) {
		fields = append(fields, iam.Field{Pointer: pointer, Code: "out_of_range", Message: message})
	}
	if s := p.Idle; s != nil && s.Value != 0 && (s.Value < MinIdle || s.Value > MaxIdle) && (kept.Idle == nil || s.Value != kept.Idle.Value) {
		add("/idle_minutes", "Choose 5 to 480 minutes, or 0 to switch it off. Less would sign people out while they read.")
	}
	if s := p.Lifetime; s != nil && (s.Value < MinLifetime || s.Value > MaxLifetime) {
		add("/lifetime_minutes", "Choose 5 minutes to a year.")
	}
	if s := p.PasswordLength; s != nil && (s.Value < MinPasswordLength || s.Value > MaxPasswordLength) {
		add("/password_length", fmt.Sprintf("Choose %d to %d characters.", MinPasswordLength, MaxPasswordLength))
	}
	if s := p.TemporaryPassword; s != nil && (s.Value < MinTemporaryPassword || s.Value > MaxTemporaryPassword) {
		add("/temporary_password_hours", "Choose 1 to 720 hours.")
	}
	if p.Allowlist != nil {
		fields = append(fields, normalizeList(&p.Allowlist.Value)...)
	}
	return iam.Invalid(fields)
}

func normalizeList(l *iam.Allowlist) (fields []iam.Field) {
	const list = "/allowlist/value/rules"
	if len(l.Rules) > MaxRules {
		return []iam.Field{{Pointer: list, Code: "too_many", Message: fmt.Sprintf("Use at most %d rules.", MaxRules)}}
	}
	seen := map[string]bool{}
	var on []access.AddressRange
	rules := make([]iam.AddressRule, 0, len(l.Rules))
	for i, r := range l.Rules {
		at := fmt.Sprintf("%s/%d", list, i)
		parsed, err := access.ParseAddresses(r.Addresses)
		if e, ok := errors.AsType[*iam.Error](err); ok {
			fields = append(fields, iam.Field{Pointer: at + "/addresses", Code: e.Fields[0].Code, Message: e.Fields[0].Message})
			continue
		}
		r.Addresses, r.Label = parsed.String(), strings.TrimSpace(r.Label)
		if len([]rune(r.Label)) > maxLabel {
			fields = append(fields, iam.Field{Pointer: at + "/label", Code: "too_long", Message: "Use at most 100 characters."})
		}
		if seen[r.Addresses] {
			fields = append(fields, iam.Field{Pointer: at + "/addresses", Code: "twice", Message: r.Addresses + " is in the list already."})
		}
		seen[r.Addresses] = true
		if r.Enabled {
			on = append(on, parsed)
		}
		rules = append(rules, r)
	}
	if len(fields) == 0 && access.Everything(on) {
		fields = append(fields, iam.Field{Pointer: list, Code: access.AddressEverything, Message: "Together, the rules are every address there is. To let people in from anywhere, switch the list off."})
	}
	if l.Enabled && len(on) == 0 && len(fields) == 0 {
		fields = append(fields, iam.Field{Pointer: list, Code: "nobody", Message: "Nobody could sign in: add an address, or switch the list off."})
	}
	l.Rules = rules
	return fields
}

func sameSetting[T comparable](a, b *iam.Setting[T]) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

func sameList(a, b *iam.Setting[iam.Allowlist]) bool {
	return a == nil && b == nil || a != nil && b != nil && reflect.DeepEqual(*a, *b)
}

// diff is what of a policy changed, as people read it.
func diff(before, after *iam.Policy) []iam.Change {
	var ch audit.Changes
	minutes := func(d time.Duration) any { return int64(d / time.Minute) }
	ch.Add("idle_minutes", shown(before.Idle, minutes), shown(after.Idle, minutes))
	ch.Add("lifetime_minutes", shown(before.Lifetime, minutes), shown(after.Lifetime, minutes))
	ch.Add("password_length", shown(before.PasswordLength, nil), shown(after.PasswordLength, nil))
	hours := func(d time.Duration) any { return int64(d / time.Hour) }
	ch.Add("temporary_password_hours", shown(before.TemporaryPassword, hours), shown(after.TemporaryPassword, hours))
	ch.Add("log_in_as_allowed", shown(before.Impersonation, nil), shown(after.Impersonation, nil))
	ch.Add("allowlist", shown(before.Allowlist, listed), shown(after.Allowlist, listed))
	return ch
}

// shown is a setting for the audit log: nil when it is inherited.
func shown[T any](s *iam.Setting[T], as func(T) any) any {
	if s == nil {
		return nil
	}
	var v any = s.Value
	if as != nil {
		v = as(s.Value)
	}
	if s.Locked {
		return fmt.Sprint(v, " (locked)")
	}
	return v
}

func listed(l iam.Allowlist) any {
	state := "off"
	if l.Enabled {
		state = "on"
	}
	if l.ExemptAdmins {
		state += ", not for administrators"
	}
	var rules []string
	for _, r := range l.Rules {
		name := r.Addresses
		if !r.Enabled {
			name += " (off)"
		}
		rules = append(rules, name)
	}
	return state + ": " + strings.Join(rules, ", ")
}
