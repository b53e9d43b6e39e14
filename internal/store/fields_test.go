package store

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Every field of a change that the sources record is said to be about people or
// not: what is under the hash itself can't be erased.
func TestFieldsOfChangesAreClassified(t *testing.T) {
	for field := range personalFields {
		if openFields[field] {
			t.Errorf("%s is both", field)
		}
	}
	found := 0
	for where, field := range recordedFields(t) {
		found++
		if !personalFields[field] && !openFields[field] {
			t.Errorf("%s: put %q into personalFields or openFields", where, field)
		}
	}
	if found < 60 {
		t.Errorf("only %d fields were found", found)
	}
	for _, field := range []string{"user", "email", "search"} {
		if openFields[field] || !personalFields[field] {
			t.Errorf("%s is not personal", field)
		}
	}
}

// recordedFields are the fields of changes in the sources, by place.
func recordedFields(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	files := token.NewFileSet()
	note := func(e ast.Expr) {
		lit, ok := e.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return
		}
		if field, err := strconv.Unquote(lit.Value); err == nil && !strings.HasPrefix(field, "/") {
			out[files.Position(lit.Pos()).String()] = field
		}
	}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "storetest") {
			return err
		}
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit:
				if e := fieldOf(n); e != nil {
					note(e)
				}
			case *ast.CallExpr:
				if s, ok := n.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == "Add" && len(n.Args) == 3 {
					note(n.Args[0])
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// fieldOf is the field of a change; nil for a literal of something else.
func fieldOf(lit *ast.CompositeLit) (field ast.Expr) {
	for _, e := range lit.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			return nil
		}
		switch key, _ := kv.Key.(*ast.Ident); {
		case key == nil, key.Name != "Field" && key.Name != "Before" && key.Name != "After":
			return nil
		case key.Name == "Field":
			field = kv.Value
		}
	}
	return field
}
