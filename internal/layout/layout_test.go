// Package layout_test checks each package: which packages it may use, what it may do, its reading order and its sizes.
package layout_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

const module = "github.com/pushcheck/pushcheck"

func TestPackagesUseOnlyWhatTheirArrowsAllow(t *testing.T) {
	t.Parallel()
	violations, packages, err := checkImports(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range violations {
		t.Error(v)
	}
	for name := range arrows() {
		if !slices.Contains(packages, name) {
			t.Errorf("the arrows name a package %q, and there is none", name)
		}
	}
}

func TestForbiddenImportsAndNamesAreReported(t *testing.T) {
	t.Parallel()
	tests := []struct {
		file, source, want string
	}{
		{"push/a.go", `import _ "github.com/pushcheck/pushcheck/response"`, `push/a.go: push may not use the package response`},
		{"call/a.go", `import _ "github.com/pushcheck/pushcheck/transcript"`, `call/a.go: call may not use the package transcript`},
		{"verdict/a.go", `import _ "github.com/pushcheck/pushcheck/push"`, ""},
		{"steps/a.go", `import _ "github.com/pushcheck/pushcheck/receiver"`, `steps/a.go: steps may not use the package receiver`},
		{"steps/a_test.go", `import _ "github.com/pushcheck/pushcheck/receiver"`, ""},
		{"extra/a.go", ``, `extra/a.go: nothing says what the package extra may use`},
		{"call/a.go", `import _ "net/http/httptest"`, `call/a.go: call computes only and may not use net/http/httptest`},
		{"call/a.go", `import _ "os"`, `call/a.go: call computes only and may not use os`},
		{"call/a.go", `import "net/http"; var a http.Header; var b http.Client`, `call/a.go: call computes only and may not use http.Client`},
		{"call/a.go", `import "net/url"; var a url.URL`, ""},
		{"call/a.go", `import "time"; func a() { time.Now() }`, `call/a.go: call has no clock and may not use time.Now`},
		{"call/a.go", `import clock "time"; func a() { clock.Sleep(1) }`, `call/a.go: call has no clock and may not use time.Sleep`},
		{"call/a.go", `import "time"; var a = time.Second`, ""},
		{"call/a.go", `func a() { go a() }`, `call/a.go: call computes only and may not start goroutines`},
		{"sender/a.go", `import "time"; func a() { go a(); time.Now() }`, ""},
		{"sender/a.go", `import "fmt"; func a() { fmt.Println() }`, `sender/a.go: sender is silent and may not use fmt.Println`},
		{"sender/a.go", `func a() { println("here") }`, `sender/a.go: sender is silent and may not use println`},
		{"report/a.go", `import _ "os"`, `report/a.go: report opens no file and may not use os`},
		{"cmd/pushcheck/a.go", `import ("fmt"; "os"); func a() { fmt.Println(os.Args) }`, ""},
		{"receiver/a.go", `import _ "github.com/cucumber/godog"`, `receiver/a.go: receiver may not use the library github.com/cucumber/godog`},
		{"receiver/a_test.go", `import _ "github.com/cucumber/godog"`, `receiver/a_test.go: the tests of receiver may not use the library github.com/cucumber/godog`},
		{"a_test.go", `import _ "github.com/cucumber/godog/colors"`, ""},
		{"push/a.go", `import _ "github.com/google/go-cmp/cmp"`, `push/a.go: push may not use the library github.com/google/go-cmp`},
		{"push/a_test.go", `import _ "github.com/google/go-cmp/cmp"`, ""},
		{"sender/a.go", `import _ "github.com/jarcoal/httpmock"`, `sender/a.go: sender may not use the library github.com/jarcoal/httpmock`},
		{"push/a.go", `import _ "example.org/other"`, `push/a.go: nothing says who may use example.org/other`},
		{"push/testdata/a.go", `import _ "example.org/other"`, ""},
	}
	for _, test := range tests {
		got, _, err := checkImports(fstest.MapFS{test.file: {Data: []byte("package a; " + test.source)}})
		if err != nil {
			t.Errorf("checkImports(%s): %v", test.source, err)
		}
		var want []string
		if test.want != "" {
			want = []string{test.want}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("checkImports(%s with %s) mismatch (-want +got):\n%s", test.file, test.source, diff)
		}
	}
}

// isSeparateModule reports whether a folder is a separate module, which no package here can import.
func isSeparateModule(repository fs.FS, name string) bool {
	_, err := fs.Stat(repository, path.Join(name, "go.mod"))
	return err == nil
}

// checkImports reads all Go files of a repository, except those of modules inside it. It returns the violations of the rules for imports,
// and the packages.
func checkImports(repository fs.FS) (violations, packages []string, err error) {
	err = fs.WalkDir(repository, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata"):
			return fs.SkipDir
		case d.IsDir() && name != "." && isSeparateModule(repository, name):
			return fs.SkipDir
		case d.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		data, err := fs.ReadFile(repository, name)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, data, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		f := file{name: name, dir: path.Dir(name), isTest: strings.HasSuffix(name, "_test.go"), syntax: parsed}
		if !slices.Contains(packages, f.dir) {
			packages = append(packages, f.dir)
		}
		for _, violation := range f.violations() {
			if line := name + ": " + violation; !slices.Contains(violations, line) {
				violations = append(violations, line)
			}
		}
		return nil
	})
	return violations, packages, err
}

// file is one Go file of the repository.
type file struct {
	name   string
	dir    string // the directory of its package
	isTest bool
	syntax *ast.File
}

// violations returns the rules that the file breaks.
func (f file) violations() []string {
	if _, known := arrows()[f.dir]; !known {
		return []string{fmt.Sprintf("nothing says what the package %s may use", f.dir)}
	}
	var out []string
	importPaths := map[string]string{} // the paths of imported packages, by their names in the file
	for _, spec := range f.syntax.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return []string{err.Error()}
		}
		localName := path.Base(imported)
		if spec.Name != nil {
			localName = spec.Name.Name
		}
		importPaths[localName] = imported
		if violation := f.importViolation(imported); violation != "" {
			out = append(out, violation)
		}
	}
	if f.isTest {
		return out
	}
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		if violation := f.useViolation(n, importPaths); violation != "" {
			out = append(out, violation)
		}
		return true
	})
	return out
}

// importViolation returns the rule that an import breaks; "" if it breaks none.
func (f file) importViolation(imported string) string {
	first, _, _ := strings.Cut(imported, "/")
	ownPackage, isOwnPackage := strings.CutPrefix(imported, module+"/")
	switch {
	case isOwnPackage && (f.isTest || slices.Contains(reachablePackages(f.dir), ownPackage)):
		return ""
	case isOwnPackage:
		return fmt.Sprintf("%s may not use the package %s", f.dir, ownPackage)
	case strings.Contains(first, "."):
		return f.libraryViolation(imported)
	case f.isTest:
		return ""
	case f.dir == "report" && isInPath(imported, "os"):
		return "report opens no file and may not use os"
	}
	if _, ok := allowedNames()[imported]; ok || !slices.Contains(computingPackages(), f.dir) {
		return ""
	}
	if slices.ContainsFunc(externalPackages(), func(p string) bool { return isInPath(imported, p) }) {
		return fmt.Sprintf("%s computes only and may not use %s", f.dir, imported)
	}
	return ""
}

// libraryViolation returns the rule that an import of another module breaks; "" if it breaks none.
func (f file) libraryViolation(imported string) string {
	for name, users := range libraries() {
		if !isInPath(imported, name) {
			continue
		}
		tests, known := testLibraries()[name]
		switch {
		case slices.Contains(users, f.dir), f.isTest && known && (tests == nil || slices.Contains(tests, f.dir)):
			return ""
		case f.isTest:
			return fmt.Sprintf("the tests of %s may not use the library %s", f.dir, name)
		}
		return fmt.Sprintf("%s may not use the library %s", f.dir, name)
	}
	return "nothing says who may use " + imported
}

// useViolation returns the rule that a statement or an expression breaks; "" if it breaks none. importPaths maps the names of the imported
// packages in the file to their paths.
func (f file) useViolation(n ast.Node, importPaths map[string]string) string {
	isComputing, mayPrint := slices.Contains(computingPackages(), f.dir), slices.Contains(printingPackages(), f.dir)
	switch n := n.(type) {
	case *ast.GoStmt:
		if isComputing {
			return f.dir + " computes only and may not start goroutines"
		}
	case *ast.CallExpr:
		if id, ok := n.Fun.(*ast.Ident); ok && !mayPrint && (id.Name == "print" || id.Name == "println") {
			return fmt.Sprintf("%s is silent and may not use %s", f.dir, id.Name)
		}
	case *ast.SelectorExpr:
		id, ok := n.X.(*ast.Ident)
		if !ok || importPaths[id.Name] == "" {
			return ""
		}
		importPath, usedName := importPaths[id.Name], path.Base(importPaths[id.Name])+"."+n.Sel.Name
		exceptions, hasExceptions := allowedNames()[importPath]
		switch {
		case isComputing && hasExceptions && exceptions != nil && !slices.Contains(exceptions, n.Sel.Name):
			return fmt.Sprintf("%s computes only and may not use %s", f.dir, usedName)
		case isComputing && importPath == "time" && slices.Contains(clockFunctions(), n.Sel.Name):
			return fmt.Sprintf("%s has no clock and may not use %s", f.dir, usedName)
		case !mayPrint && slices.Contains(printingFunctions()[importPath], n.Sel.Name):
			return fmt.Sprintf("%s is silent and may not use %s", f.dir, usedName)
		}
	}
	return ""
}

// reachablePackages lists all packages that a package may use, directly or not.
func reachablePackages(from string) []string {
	var out []string
	var follow func(string)
	follow = func(name string) {
		for _, next := range arrows()[name] {
			if !slices.Contains(out, next) {
				out = append(out, next)
				follow(next)
			}
		}
	}
	follow(from)
	return out
}

// isInPath reports whether an import path is the path name, or is below it.
func isInPath(imported, name string) bool {
	return imported == name || strings.HasPrefix(imported, name+"/")
}

func TestArrowsHaveNoCycle(t *testing.T) {
	t.Parallel()
	for name := range arrows() {
		if slices.Contains(reachablePackages(name), name) {
			t.Errorf("%s can be reached from itself", name)
		}
	}
}
