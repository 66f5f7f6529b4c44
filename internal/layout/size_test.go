package layout_test

import (
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// The limits of all packages. rulesByPackage has lower limits for some packages.
const (
	maxFieldsAnywhere = 15
	maxLinesAnywhere  = 60
)

func TestNoStructHasTooManyFieldsAndNoFunctionTooManyLines(t *testing.T) {
	t.Parallel()
	violations, err := checkSizes(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range violations {
		t.Error(v)
	}
}

func TestSizesAreCheckedInEveryPackage(t *testing.T) {
	t.Parallel()
	wide := &fstest.MapFile{Data: []byte("package p; type T struct { " + strings.Repeat("_ int; ", 16) + "}")}
	fits := &fstest.MapFile{Data: []byte("package p; type T struct { " + strings.Repeat("_ int; ", 15) + "}")}
	long := &fstest.MapFile{Data: []byte("package p; func f() { g(); " + strings.Repeat("\n", 60) + "}")}
	got, err := checkSizes(fstest.MapFS{
		"main.go":               fits,
		"a/wide.go":             wide,
		"a/wide_test.go":        wide,
		"a/testdata/wide.go":    wide,
		"a/b/long.go":           long,
		"module/go.mod":         {Data: []byte("module other")},
		"module/cmd/wide.go":    wide,
		".hidden/wide.go":       wide,
		"documents/no/code.txt": {Data: []byte("text")},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"a/wide.go:1: the struct T has 16 fields, at most 15 are allowed",
		"a/b/long.go:1: the function f has 61 lines, at most 60 are allowed",
		"module/cmd/wide.go:1: the struct T has 16 fields, at most 15 are allowed",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("checkSizes mismatch (-want +got):\n%s", diff)
	}
}

// checkSizes returns the structs and functions of a repository that are too large, including those of modules inside it.
func checkSizes(repository fs.FS) (violations []string, err error) {
	err = fs.WalkDir(repository, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !d.IsDir():
			return nil
		case name != "." && strings.HasPrefix(path.Base(name), "."), path.Base(name) == "testdata":
			return fs.SkipDir
		}
		p, err := parsePackage(repository, name)
		violations = slices.Concat(violations, p.wideStructs(maxFieldsAnywhere), p.longFunctions(maxLinesAnywhere))
		return err
	})
	return violations, err
}
