package arch

import (
	"bytes"
	"fmt"
	"go/ast"
	"regexp"
	"slices"
	"strings"
)

// MaxFileLines and MaxFuncLines are the longest a file and a function may get. Long tests are fine as functions,
// since a table of cases is easier to read in one piece, but not as files.
const (
	MaxFileLines = 500
	MaxFuncLines = 60
)

// copied tells whether code is a library's, kept as it is there so that the two can be compared.
func copied(path string) bool {
	return strings.HasPrefix(path, "internal/argon2/") || strings.HasPrefix(path, "internal/zxcvbn/")
}

// LengthViolations finds files and functions that are too long to be read at a sitting.
func LengthViolations(tree *Tree) []string {
	var violations []string
	for _, file := range tree.Files {
		if lines := countLines(file.Text); lines > MaxFileLines {
			violations = append(violations, fmt.Sprintf("%s has %d lines, at most %d are allowed", file.Path, lines, MaxFileLines))
		}
		if !file.IsGo() || file.IsTest() || copied(file.Path) {
			continue
		}
		for _, decl := range file.Syntax.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if lines := tree.line(fn.End()) - tree.line(fn.Pos()) + 1; lines > MaxFuncLines {
				violations = append(violations, fmt.Sprintf("%s:%d: %s has %d lines, at most %d are allowed",
					file.Path, tree.line(fn.Pos()), fn.Name.Name, lines, MaxFuncLines))
			}
		}
	}
	return violations
}

// clockReaders are the functions of package time that read the machine's clock.
var clockReaders = []string{"Now", "Since", "Until"}

// ClockViolations finds code outside internal/clock that reads the machine's clock, in tests too: a test that needs
// the present takes it from clock.System. The examples in docs are programs of others, who have no such package.
func ClockViolations(tree *Tree) []string {
	var violations []string
	for _, file := range tree.Files {
		if !file.IsGo() || within(file.Package(), "internal/clock") || within(file.Package(), "docs/examples") {
			continue
		}
		name := importName(file.Syntax, "time")
		ast.Inspect(file.Syntax, func(node ast.Node) bool {
			selector, ok := node.(*ast.SelectorExpr)
			if !ok || !slices.Contains(clockReaders, selector.Sel.Name) {
				return true
			}
			if pkg, ok := selector.X.(*ast.Ident); ok && name != "" && pkg.Name == name {
				violations = append(violations, fmt.Sprintf("%s:%d: time.%s: take the time from internal/clock",
					file.Path, tree.line(selector.Pos()), selector.Sel.Name))
			}
			return true
		})
	}
	return violations
}

// importName returns the name by which a file calls an imported package, empty if it does not import it.
func importName(file *ast.File, imported string) string {
	for _, spec := range file.Imports {
		if strings.Trim(spec.Path.Value, "\"`") != imported {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return imported[strings.LastIndex(imported, "/")+1:]
	}
	return ""
}

// testingClock is the address at which a binary built for the browser tests lets them move its clock. It is put
// together here so that this file does not mention it.
const testingClock = "/testing" + "/clock"

// TestingClockViolations finds mentions of the address that moves the server's clock in anything that can become
// part of a released binary: Go files without the build tag e2etest, and the console.
func TestingClockViolations(tree *Tree) []string {
	var violations []string
	for _, file := range tree.Files {
		if file.IsTest() || !bytes.Contains(file.Text, []byte(testingClock)) {
			continue
		}
		if !file.IsGo() || !file.builtOnlyWith("e2etest") {
			violations = append(violations, file.Path+" mentions "+testingClock+" and is part of releases")
		}
	}
	return violations
}

// markers matches the words by which code admits that it is not finished, spelled so that it does not match itself.
var markers = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|HA` + `CK)\b`)

// MarkerViolations finds sources that say that something in them is left to do.
func MarkerViolations(tree *Tree) []string {
	return matches(tree, markers, "is unfinished work", func(File) bool { return true })
}

// switchedOff matches tests that are skipped, or that keep their neighbours from running.
var switchedOff = regexp.MustCompile(`\b[tb]b?\.Skip(f|Now)?\(|\b(test|it|describe)(\.describe)?\.(skip|only|fixme|todo)\b`)

// SkippedTestViolations finds tests that are switched off.
func SkippedTestViolations(tree *Tree) []string {
	isTestCode := func(f File) bool { return f.IsTest() || isTestSupport(f.Package()) }
	return matches(tree, switchedOff, "switches a test off", isTestCode)
}

// matches reports every line of the chosen files that a pattern matches.
func matches(tree *Tree, pattern *regexp.Regexp, complaint string, chosen func(File) bool) []string {
	var violations []string
	for _, file := range tree.Files {
		if !chosen(file) || !pattern.Match(file.Text) {
			continue
		}
		for i, line := range bytes.Split(file.Text, []byte("\n")) {
			if found := pattern.Find(line); found != nil {
				violations = append(violations, fmt.Sprintf("%s:%d: %s %s", file.Path, i+1, found, complaint))
			}
		}
	}
	return violations
}
