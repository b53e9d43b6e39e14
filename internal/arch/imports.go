package arch

import (
	"fmt"
	"slices"
	"strings"
)

// arrow is a rule about what the packages below one directory import.
type arrow struct {
	// from is the directory whose packages are meant.
	from string
	// why is told to whoever breaks the rule.
	why string
	// only, when it is not nil, lists all that may be imported besides the standard library. It goes before never.
	only []string
	// never lists what may not be imported, nor anything below it.
	never []string
}

// arrows are the rules for packages that have a place of their own in the house.
var arrows = []arrow{
	{from: "internal/iam", only: []string{}, why: "the domain imports the standard library only"},
	{from: "internal/clock", only: []string{}, why: "the clock imports the standard library only"},
	{
		from: "internal/access", only: []string{"internal/iam", "net/netip"},
		never: []string{"os", "net", "syscall"},
		why:   "the decision engine imports the domain only and does no I/O",
	},
	{
		from: "internal/store", never: []string{"internal/api", "internal/web", "internal/app", "net/http"},
		why: "the store knows nothing of who asks it",
	},
	{from: "internal/api", never: []string{"internal/app", "internal/store", "database/sql"}, why: "the API goes through the use cases"},
	{from: "internal/web", never: []string{"internal/app", "internal/store", "database/sql"}, why: "the web layer goes through the use cases"},
}

// useCases is the rule for every other package below internal: the use cases and the adapters.
var useCases = arrow{
	never: []string{"internal/api", "internal/web", "internal/app", "internal/store", "database/sql"},
	why:   "use cases and adapters know neither who asks them nor where things are stored",
}

// wiring are the packages that put the house together and may import everything.
var wiring = []string{"internal/app", "cmd"}

// reserved are packages that only some others may import.
var reserved = []struct {
	pkg       string
	importers []string
	why       string
}{
	{"internal/store", []string{"internal/store", "internal/app", "cmd"}, "only the wiring chooses a store"},
	{"internal/app", []string{"internal/app", "cmd"}, "nothing stands above the wiring but main"},
	{"console", []string{"console", "internal/web", "internal/app"}, "the web layer serves the console, nobody else needs it"},
}

// ImportViolations checks the arrows between packages. Imports of test files are free, but what a package named
// with the suffix "test" offers to tests may be imported by tests and other such packages only.
func ImportViolations(tree *Tree) []string {
	var violations []string
	for _, file := range tree.Files {
		if !file.IsGo() || file.IsTest() {
			continue
		}
		pkg := file.Package()
		for _, imported := range file.Imports() {
			for _, why := range importFaults(pkg, imported) {
				violations = append(violations, fmt.Sprintf("%s imports %s: %s", file.Path, imported, why))
			}
		}
	}
	return violations
}

// importFaults returns why pkg may not import what it does, nothing if it may.
func importFaults(pkg, imported string) []string {
	if isTestSupport(pkg) {
		return nil
	}
	var faults []string
	if isTestSupport(imported) {
		faults = append(faults, "only tests import test support")
	}
	if rule := ruleFor(pkg); rule.forbids(imported) {
		faults = append(faults, rule.why)
	}
	for _, r := range reserved {
		if within(imported, r.pkg) && !withinAny(pkg, r.importers) {
			faults = append(faults, r.why)
		}
	}
	return faults
}

// ruleFor returns the rule for a package; that of the wiring forbids nothing.
func ruleFor(pkg string) arrow {
	for _, rule := range arrows {
		if within(pkg, rule.from) {
			return rule
		}
	}
	if withinAny(pkg, wiring) || !within(pkg, "internal") {
		return arrow{}
	}
	return useCases
}

// forbids reports whether the packages of the rule may not import something. Their own subtree is always allowed.
func (a arrow) forbids(imported string) bool {
	switch {
	case within(imported, a.from), withinAny(imported, a.only):
		return false
	case withinAny(imported, a.never):
		return true
	default:
		return a.only != nil && !isStandard(imported)
	}
}

// isTestSupport reports whether a package of the module exists for tests, by its name: storetest, apptest.
func isTestSupport(pkg string) bool {
	if !within(pkg, "internal") && !within(pkg, "cmd") {
		return false
	}
	return slices.ContainsFunc(strings.Split(pkg, "/"), func(part string) bool { return strings.HasSuffix(part, "test") })
}

// isStandard reports whether a path belongs to the standard library, whose paths begin without a dot.
func isStandard(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return !strings.Contains(first, ".") && !withinAny(imported, []string{"internal", "cmd", "console"})
}

// within reports whether pkg is dir or lies below it.
func within(pkg, dir string) bool { return pkg == dir || strings.HasPrefix(pkg, dir+"/") }

func withinAny(pkg string, dirs []string) bool {
	return slices.ContainsFunc(dirs, func(dir string) bool { return within(pkg, dir) })
}
