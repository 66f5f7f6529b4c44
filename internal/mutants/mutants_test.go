package main

import (
	"go/format"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const sample = `package sample

func check(a, b int, ok bool) (seen []int, right bool) {
	if ok && a < b {
		seen = append(seen, a)
	}
	switch {
	case a >= 3:
		b++
	}
	return seen, a == b || ok
}
`

func TestEveryCheckIsMutatedInEachWay(t *testing.T) {
	t.Parallel()
	var u mutator
	mutated, err := u.mutate("sample.go", []byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range u.mutants {
		got = append(got, m.code+": "+m.change)
	}
	want := []string{
		"ok && a < b: never", "ok && a < b: always", "ok: left out", "a < b: left out", "a < b: edge moved",
		"seen = append(seen, a): left out",
		"a >= 3: never", "a >= 3: always", "b++: left out", "a >= 3: edge moved",
		"a == b || ok: never", "a == b || ok: always", "a == b: left out", "ok: left out",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mutants mismatch (-want +got):\n%s", diff)
	}
	if _, err := format.Source(mutated); err != nil {
		t.Errorf("the mutated source is no Go: %v\n%s", err, mutated)
	}
}

func TestUnlistedSurvivorsAndStaleRowsAreReported(t *testing.T) {
	t.Parallel()
	newMutant := func(file, code string) mutant {
		return mutant{file: file, line: 7, function: "f", code: code, change: "never"}
	}
	mutants := []mutant{newMutant("a.go", "x || y"), newMutant("a.go", "z"), newMutant("a.go", "quick")}
	table := func(ms ...mutant) string {
		rows := "<!-- mutants -->\n| file | function | check | change | why |\n| --- | --- | --- | --- | --- |\n"
		for _, m := range ms {
			rows += m.row("only quicker") + "\n"
		}
		return "# Proof\n" + rows + "<!-- /mutants -->\n"
	}
	tests := map[string]struct {
		survivors []mutant
		markdown  string
		want      []string
	}{
		"every survivor is listed":                         {mutants[:1], table(mutants[0]), nil},
		"one survivor is not listed":                       {mutants[:2], table(mutants[0]), []string{"a.go:7: no test notices it, and it is not listed"}},
		"a test notices a listed mutant":                   {nil, table(mutants[0]), []string{"it is listed, and a test notices it: a.go"}},
		"a listed mutant no longer exists":                 {nil, table(newMutant("a.go", "gone")), []string{"it is listed, and there is no such check: a.go"}},
		"a listed mutant is in a file that is not mutated": {nil, table(newMutant("b.go", "z")), nil},
	}
	for name, test := range tests {
		file := filepath.Join(t.TempDir(), "proof.md")
		if err := os.WriteFile(file, []byte(test.markdown), 0o600); err != nil {
			t.Fatal(err)
		}
		known, err := readKnownSurvivors(file)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got := compareWithKnown(test.survivors, mutants, known)
		if len(got) != len(test.want) {
			t.Errorf("%s: compareWithKnown() = %q, want %q", name, got, test.want)
			continue
		}
		for i := range got {
			if !strings.HasPrefix(got[i], test.want[i]) {
				t.Errorf("%s: compareWithKnown() = %q, want %q", name, got, test.want)
			}
		}
	}
}
