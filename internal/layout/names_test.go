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
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// wordsThatNameNothing are words that say neither what a function does nor what a value is: prepositions, pronouns, adverbs and
// participles. Such a word alone must not be the name of a function, a method or a type, or of a variable or constant of a package.
func wordsThatNameNothing() []string {
	return strings.Fields(`about after again alone also at away back before behind beside both but by during ever from here in into it its
		none of off on once one ones only over own per same so still such that the then there through together too until up via when where
		which while who whole why within yet asked begun drawn found given held kept said seen shown strange taken told vain`)
}

func TestNoDeclaredNameIsAWordThatNamesNothing(t *testing.T) {
	t.Parallel()
	violations, err := checkNames(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range violations {
		t.Error(v)
	}
}

func TestNamesOfEveryTopLevelDeclarationAreChecked(t *testing.T) {
	t.Parallel()
	source := "package p\n\nfunc Before() {}\n\ntype whole struct{ at int }\n\nfunc (whole) Taken() { through := 1; _ = through }\n\nvar (\n\tgood, once int\n)\n\nconst of = 1\n\nfunc beforeTheEnd() {}\n"
	got, err := checkNames(fstest.MapFS{
		"a/a.go":          {Data: []byte(source)},
		"a/b_test.go":     {Data: []byte("package p\n\nfunc one() {}\n")},
		"a/testdata/c.go": {Data: []byte(source)},
		".hidden/d.go":    {Data: []byte(source)},
		"module/go.mod":   {Data: []byte("module other")},
		"module/e.go":     {Data: []byte("package p\n\nfunc said() {}\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"a/a.go:3: the name Before says nothing", "a/a.go:5: the name whole says nothing", "a/a.go:7: the name Taken says nothing",
		"a/a.go:10: the name once says nothing", "a/a.go:13: the name of says nothing", "a/b_test.go:3: the name one says nothing",
		"module/e.go:3: the name said says nothing",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("checkNames mismatch (-want +got):\n%s", diff)
	}
}

// checkNames returns the declared names that are words of wordsThatNameNothing.
func checkNames(repository fs.FS) ([]string, error) {
	var out []string
	words := wordsThatNameNothing()
	err := fs.WalkDir(repository, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata"):
			return fs.SkipDir
		case d.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		source, err := fs.ReadFile(repository, name)
		if err != nil {
			return err
		}
		files := token.NewFileSet()
		parsed, err := parser.ParseFile(files, name, source, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, id := range declaredNames(parsed) {
			if slices.Contains(words, strings.ToLower(id.Name)) {
				out = append(out, fmt.Sprintf("%s:%d: the name %s says nothing", name, files.Position(id.Pos()).Line, id.Name))
			}
		}
		return nil
	})
	return out, err
}

// declaredNames returns the names of the functions, methods, types, variables and constants that a file declares.
func declaredNames(file *ast.File) []*ast.Ident {
	var out []*ast.Ident
	for _, declaration := range file.Decls {
		switch d := declaration.(type) {
		case *ast.FuncDecl:
			out = append(out, d.Name)
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					out = append(out, s.Name)
				case *ast.ValueSpec:
					out = append(out, s.Names...)
				}
			}
		}
	}
	return out
}
