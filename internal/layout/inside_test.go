package layout_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestPackagesKeepTheirReadingOrderAndTheirLimits(t *testing.T) {
	t.Parallel()
	violations, err := checkPackages(os.DirFS("../.."), rulesByPackage())
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range violations {
		t.Error(v)
	}
}

func TestMistakesInReadingOrdersAreReported(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{
		"p/a.go":      {Data: []byte("package p")},
		"p/b.go":      {Data: []byte("package p")},
		"p/b_test.go": {Data: []byte("package p")},
		"p/q/c.go":    {Data: []byte("package q")},
	}
	tests := []struct {
		order, want []string
	}{
		{[]string{"b.go", "a.go"}, nil},
		{[]string{"a.go"}, []string{"p/b.go: the reading order of p leaves this file out"}},
		{[]string{"a.go", "b.go", "c.go"}, []string{"p: the reading order names a file c.go, and there is none"}},
		{[]string{"a.go", "b.go", "b_test.go"}, []string{"p: the reading order names a file b_test.go, and there is none"}},
		{[]string{"a.go", "b.go", "a.go"}, []string{"p: the reading order names a.go twice"}},
	}
	for _, test := range tests {
		got, err := checkPackages(files, map[string]packageRules{"p": {readingOrder: test.order}})
		if err != nil {
			t.Errorf("checkPackages with order %q: %v", test.order, err)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("checkPackages with order %q mismatch (-want +got):\n%s", test.order, diff)
		}
	}
}

func TestTooManyUsesOfLaterFilesAreReported(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{
		"p/a.go": {Data: []byte("package p; func one() { two(); two(); three(); new(T).do() }")},
		"p/b.go": {Data: []byte("package p; func two() { one(); three() }")},
		"p/c.go": {Data: []byte("package p; type T int; func (T) do() {}; func three() { one(); two() }")},
	}
	tests := []struct {
		order         []string
		maxUpwardUses int
		want          []string
	}{
		{[]string{"a.go", "b.go", "c.go"}, 3, nil},
		{[]string{"a.go", "b.go", "c.go"}, 2, []string{`p: in 3 pairs of files the first uses what the second declares below it, at most 2 are allowed:
	a.go, b.go: two
	a.go, c.go: T, T.do, three
	b.go, c.go: three`}},
		{[]string{"c.go", "a.go", "b.go"}, 2, []string{`p: in 3 pairs of files the first uses what the second declares below it, at most 2 are allowed:
	a.go, b.go: two
	c.go, a.go: one
	c.go, b.go: two`}},
		{[]string{"b.go", "c.go"}, 1, []string{"p/a.go: the reading order of p leaves this file out"}},
	}
	for _, test := range tests {
		got, err := checkPackages(files, map[string]packageRules{"p": {maxUpwardUses: test.maxUpwardUses, maxLines: defaultMaxLines, readingOrder: test.order}})
		if err != nil {
			t.Errorf("checkPackages with order %q: %v", test.order, err)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("checkPackages with order %q and limit %d mismatch (-want +got):\n%s", test.order, test.maxUpwardUses, diff)
		}
	}
}

func TestEachUseOfAnIdentifierOfAnotherFileIsFound(t *testing.T) {
	t.Parallel()
	const declared = `package p

import "example.org/other"

const limit = 1
var count int
type Run struct { inner; name string; out other.Value; next *Run }
type inner struct { deep int }
type asker interface { ask() }
type list[E any] struct { first E }
func (r *Run) play(other.Value) *Run { return r }
func (inner) settle() {}
func (l *list[E]) head() E { return l.first }
func begin() (*Run, other.Value) { return nil, nil }`
	tests := []struct {
		source string
		want   []string
	}{
		{`var x = limit`, []string{"limit"}},
		{`func x() { count++ }`, []string{"count"}},
		{`func x(Run) {}`, []string{"Run"}},
		{`func (r *Run) x() { r.play(nil) }`, []string{"Run", "Run.play"}},
		{`func (r *Run) x() { _ = r.name }`, []string{"Run", "name"}},
		{`func (r *Run) x() { r.settle(); _ = r.deep }`, []string{"Run", "deep", "inner.settle"}},
		{`func (r *Run) x() { r.next.play(r.out).next = nil }`, []string{"Run", "Run.play", "next", "out"}},
		{`var x = Run{name: ""}`, []string{"Run", "name"}},
		{`var x = (*Run).play`, []string{"Run", "Run.play"}},
		{`func x() { r, _ := begin(); r.play(nil) }`, []string{"Run.play", "begin"}},
		{`func x(a asker) { a.ask() }`, []string{"asker", "asker.ask"}},
		{`func x(l list[int]) { _, _ = l.head(), l.first }`, []string{"first", "list", "list.head"}},
		{`func x(all map[string]Run) { for _, r := range all { r.settle() } }`, []string{"Run", "inner.settle"}},
		{`import "example.org/another"; func x(r Run) { another.Do(r.name, func() { r.settle() }) }`, []string{"Run", "inner.settle", "name"}},
		{`import "example.org/another"; func x(r Run) { _ = another.Value{Name: r.name} }`, []string{"Run", "name"}},
		{`import "example.org/count"; var x = count.All`, nil},
		{`import "example.org/another"; func x(v another.Value) { v.play(); _ = v.name }`, nil},
		{`func x() { limit := 2; _ = limit }`, nil},
		{`type y struct { name string }; func x(v y) { _ = v.name }`, nil},
	}
	for _, test := range tests {
		p, err := parsePackage(fstest.MapFS{
			"p/declared.go": {Data: []byte(declared)},
			"p/user.go":     {Data: []byte("package p; " + test.source)},
		}, "p")
		if err != nil {
			t.Errorf("parsePackage with %s: %v", test.source, err)
		}
		want := map[pair][]string{}
		if test.want != nil {
			want[pair{"user.go", "declared.go"}] = test.want
		}
		if diff := cmp.Diff(want, p.usedIdentifiers(), cmp.AllowUnexported(pair{})); diff != "" {
			t.Errorf("usedIdentifiers with %s mismatch (-want +got):\n%s", test.source, diff)
		}
	}
}

func TestWideStructsAndLongFunctionsAreReported(t *testing.T) {
	t.Parallel()
	tenFields := "c, d int; " + strings.Repeat("_ int; ", 8)
	lines := func(n int) string { return strings.Repeat("\n", n-1) } // text that spans n lines
	tests := []struct {
		source, want string
	}{
		{`type T struct { ` + tenFields + `A; *B }`, ""},
		{`type T struct { ` + tenFields + `A; *B; e int }`, "p/a.go:1: the struct T has 13 fields, at most 12 are allowed"},
		{`type T[E any] struct { ` + tenFields + `a, b, e int }`, "p/a.go:1: the struct T has 13 fields, at most 12 are allowed"},
		{`type T []struct { ` + tenFields + `a, b, e int }`, "p/a.go:1: a struct has 13 fields, at most 12 are allowed"},
		{"\nfunc f() { type T struct { " + tenFields + `a, b, e int } }`, "p/a.go:2: the struct T has 13 fields, at most 12 are allowed"},
		{`type T struct { ` + tenFields + `inner struct { a, b, e int } }`, ""},

		{`func f() { g(); ` + lines(60) + `}`, ""},
		{`func f() { g(); ` + lines(61) + `}`, "p/a.go:1: the function f has 61 lines, at most 60 are allowed"},
		{"\n// f has a comment.\n\nfunc f() { " + lines(60) + `}`, ""},
		{`func (t T) f() { ` + lines(61) + `}`, "p/a.go:1: the function f has 61 lines, at most 60 are allowed"},
		{`func f(` + lines(61) + `) {}`, "p/a.go:1: the function f has 61 lines, at most 60 are allowed"},
		{`func f() { g(); func() { ` + lines(61) + `}() }`, "p/a.go:1: the function f has 61 lines, at most 60 are allowed"},
		{`var f = func() { g(); ` + lines(60) + `}`, ""},
		{`var f = func() { g(); ` + lines(61) + `}`, "p/a.go:1: a function literal has 61 lines, at most 60 are allowed"},
		{"var f = []T{\n{do: func() { g(); " + lines(61) + `}}}`, "p/a.go:2: a function literal has 61 lines, at most 60 are allowed"},
		{`func f() []int { return []int{ ` + lines(99) + `} }`, ""},
		{`func f() []int { g(); return []int{ ` + lines(99) + `} }`, "p/a.go:1: the function f has 99 lines, at most 60 are allowed"},
		{"func f() func() {\nreturn func() { g(); " + lines(61) + `} }`, "p/a.go:2: a function literal has 61 lines, at most 60 are allowed"},
		{`func f() { return; g(); ` + lines(61) + `}`, "p/a.go:1: the function f has 61 lines, at most 60 are allowed"},
		{`func f()` + lines(61), ""}, // a function without a body
	}
	for _, test := range tests {
		got, err := checkPackages(fstest.MapFS{"p/a.go": {Data: []byte("package p; " + test.source)}},
			map[string]packageRules{"p": {maxUpwardUses: defaultMaxUpwardUses, maxFields: defaultMaxFields, maxLines: defaultMaxLines, readingOrder: []string{"a.go"}}})
		if err != nil {
			t.Errorf("checkPackages(%s): %v", test.source, err)
		}
		var want []string
		if test.want != "" {
			want = []string{test.want}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("checkPackages(%s) mismatch (-want +got):\n%s", test.source, diff)
		}
	}
}

// checkPackages returns the violations of the rules for the inside of packages.
func checkPackages(repository fs.FS, packages map[string]packageRules) (violations []string, err error) {
	for _, dir := range slices.Sorted(maps.Keys(packages)) {
		p, err := parsePackage(repository, dir)
		if err != nil {
			return nil, err
		}
		rules := packages[dir]
		violations = slices.Concat(violations, p.orderViolations(rules.readingOrder), p.upwardUses(rules.readingOrder, rules.maxUpwardUses), p.wideStructs(rules.maxFields), p.longFunctions(rules.maxLines))
	}
	return violations, nil
}

// sources holds the Go files of a package, without its tests.
type sources struct {
	dir   string // the directory of the package
	set   *token.FileSet
	files map[string]*ast.File // by name, without the directory
}

func parsePackage(repository fs.FS, dir string) (sources, error) {
	out := sources{dir: dir, set: token.NewFileSet(), files: map[string]*ast.File{}}
	names, err := fs.Glob(repository, path.Join(dir, "*.go"))
	if err != nil {
		return out, err
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		data, err := fs.ReadFile(repository, name)
		if err != nil {
			return out, err
		}
		parsed, err := parser.ParseFile(out.set, name, data, parser.SkipObjectResolution)
		if err != nil {
			return out, err
		}
		out.files[path.Base(name)] = parsed
	}
	return out, nil
}

// fileNames returns the names of the files, sorted.
func (s sources) fileNames() []string { return slices.Sorted(maps.Keys(s.files)) }

// fileOf returns the name of the file that a position is in, without the directory.
func (s sources) fileOf(p token.Pos) string { return path.Base(s.set.Position(p).Filename) }

// place returns the file and the line at which a node begins.
func (s sources) place(n ast.Node) string {
	return fmt.Sprintf("%s/%s:%d", s.dir, s.fileOf(n.Pos()), s.set.Position(n.Pos()).Line)
}

// lineCount returns the number of lines of a node, including the first and the last.
func (s sources) lineCount(n ast.Node) int {
	return s.set.Position(n.End()).Line - s.set.Position(n.Pos()).Line + 1
}

// orderViolations lists the files that the reading order leaves out, and the wrong names in the reading order.
func (s sources) orderViolations(order []string) (violations []string) {
	for _, name := range s.fileNames() {
		if !slices.Contains(order, name) {
			violations = append(violations, fmt.Sprintf("%s/%s: the reading order of %s leaves this file out", s.dir, name, s.dir))
		}
	}
	for i, name := range order {
		switch {
		case s.files[name] == nil:
			violations = append(violations, fmt.Sprintf("%s: the reading order names a file %s, and there is none", s.dir, name))
		case slices.Contains(order[:i], name):
			violations = append(violations, fmt.Sprintf("%s: the reading order names %s twice", s.dir, name))
		}
	}
	return violations
}

// pair holds the names of two files of a package: a file that uses identifiers, and the file that declares them.
type pair struct{ usingFile, declaringFile string }

// upwardUses lists the pairs whose using file is above the declaring file in the reading order, if there are more than limit such pairs.
// Files that the order leaves out do not count.
func (s sources) upwardUses(order []string, limit int) (violations []string) {
	var found []string
	for p, used := range s.usedIdentifiers() {
		usingIndex, declaringIndex := slices.Index(order, p.usingFile), slices.Index(order, p.declaringFile)
		if usingIndex >= 0 && declaringIndex > usingIndex {
			found = append(found, fmt.Sprintf("\n\t%s, %s: %s", p.usingFile, p.declaringFile, strings.Join(used, ", ")))
		}
	}
	if len(found) <= limit {
		return nil
	}
	slices.Sort(found)
	return []string{fmt.Sprintf("%s: in %d pairs of files the first uses what the second declares below it, at most %d are allowed:%s",
		s.dir, len(found), limit, strings.Join(found, ""))}
}

// usedIdentifiers maps each pair of files to the identifiers that one file declares and the other file uses, sorted. Imported packages are
// treated as empty, so that they need not be read. Therefore a method or field is not found if an imported package determines the type of
// its value, such as the result of a generic function.
func (s sources) usedIdentifiers() map[pair][]string {
	var files []*ast.File
	for _, name := range s.fileNames() {
		files = append(files, s.files[name])
	}
	info := types.Info{Uses: map[*ast.Ident]types.Object{}} // includes the names of fields and methods after a dot
	config := types.Config{Importer: emptyImporter{}, Error: func(error) {}}
	checked, _ := config.Check(s.dir, s.set, files, &info) // the errors are ignored: they are about identifiers that the empty packages do not have
	out := map[pair][]string{}
	for id, object := range info.Uses {
		if object.Pkg() != checked {
			continue
		}
		p := pair{usingFile: s.fileOf(id.Pos()), declaringFile: s.fileOf(object.Pos())}
		// Identifiers that are local to a function or a file are never used in another file.
		if name := nameOf(object); p.usingFile != p.declaringFile && !slices.Contains(out[p], name) {
			out[p] = append(out[p], name)
		}
	}
	for _, used := range out {
		slices.Sort(used)
	}
	return out
}

// emptyImporter returns an empty package for every import path.
type emptyImporter struct{}

func (emptyImporter) Import(imported string) (*types.Package, error) {
	empty := types.NewPackage(imported, path.Base(imported))
	empty.MarkComplete()
	return empty, nil
}

// nameOf returns the name of an object. The name of a method begins with its type.
func nameOf(object types.Object) string {
	method, ok := object.(*types.Func)
	if !ok || method.Signature().Recv() == nil {
		return object.Name()
	}
	receiverType := method.Signature().Recv().Type()
	if pointer, ok := receiverType.(*types.Pointer); ok {
		receiverType = pointer.Elem()
	}
	if named, ok := receiverType.(*types.Named); ok {
		return named.Obj().Name() + "." + object.Name()
	}
	return object.Name()
}

// wideStructs lists the structs that have more than limit fields. An embedded type is one field.
func (s sources) wideStructs(limit int) (violations []string) {
	for _, name := range s.fileNames() {
		structNames := map[ast.Expr]string{}
		ast.Inspect(s.files[name], func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.TypeSpec:
				structNames[n.Type] = "the struct " + n.Name.Name
			case *ast.StructType:
				structName := structNames[n]
				if structName == "" {
					structName = "a struct"
				}
				if fields := n.Fields.NumFields(); fields > limit {
					violations = append(violations, fmt.Sprintf("%s: %s has %d fields, at most %d are allowed", s.place(n), structName, fields, limit))
				}
			}
			return true
		})
	}
	return violations
}

// longFunctions lists the functions that have more than limit lines. A function literal is part of the function around it. A function that
// has only a return statement does not count, because it returns a table. The function literals in the table count.
func (s sources) longFunctions(limit int) (violations []string) {
	for _, name := range s.fileNames() {
		ast.Inspect(s.files[name], func(n ast.Node) bool {
			var function string
			var body *ast.BlockStmt
			switch n := n.(type) {
			case *ast.FuncDecl:
				function, body = "the function "+n.Name.Name, n.Body
			case *ast.FuncLit:
				function, body = "a function literal", n.Body
			}
			if body == nil || isOnlyReturn(body) {
				return true
			}
			if lines := s.lineCount(n); lines > limit {
				violations = append(violations, fmt.Sprintf("%s: %s has %d lines, at most %d are allowed", s.place(n), function, lines, limit))
			}
			return false
		})
	}
	return violations
}

// isOnlyReturn reports whether the body of a function is a single return statement.
func isOnlyReturn(body *ast.BlockStmt) bool {
	if len(body.List) != 1 {
		return false
	}
	_, ok := body.List[0].(*ast.ReturnStmt)
	return ok
}
