package layout_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// phrase is a forbidden wording, with the plain wording to write instead. A wording is forbidden if people have to read it twice.
type phrase struct{ forbidden, plain string }

// phrases lists the wordings that must not occur in texts that users see.
func phrases() []phrase {
	return []phrase{
		{"in vain", "without success"},
		{"held against", "reported for"},
		{"mend", "fix"},
		{"mends", "fixes"},
		{"mended", "fixed"},
		{"whoever", "the person or program by its name"},
		{"nobody knows", "unknown"},
		{"nobody was asked", "the application was not asked"},
		{"nobody is accused", "there is no finding"},
		{"tell whether", "report whether"},
		{"tells whether", "reports whether"},
		{"tells you", "reports"},
		{"told", "listed, reported, pushed or shown"},
		{"blame", "report, or attribute to"},
		{"blames", "reports, or attributes to"},
		{"blamed", "reported, or attributed to"},
		{"is not accused", "gets no finding"},
		{"are not accused", "get no finding"},
		{"fell", "crashed, or was refused"},
		{"fall over", "crash"},
		{"falls over", "crashes"},
		{"lives through", "survives"},
		{"live through", "survive"},
		{"for the sake of", "because of"},
		{"any more", "no longer before the verb"},
		{"anew", "again"},
		{"be it", "whether it is"},
		{"as ever", "as usual"},
		{"shall", "must, or the plain present"},
		{"lest", "so that it does not"},
		{"in the clear", "unencrypted"},
		{"to the byte", "byte for byte"},
		{"the very URL", "the exact URL"},
		{"makes nothing of", "ignores"},
		{"nothing is made of", "is ignored"},
		{"comes about", "is made, or happens"},
		{"came so far", "got that far"},
		{"come so far", "get that far"},
		{"had been said", "the response had been sent"},
		{"was not waited for", "pushcheck no longer waited"},
		{"weighs more", "overrides"},
		{"asked wrongly", "usage error"},
		{"where there is none", "if there is none"},
		{"where there is one", "if there is one"},
		{"of which it is known", "with known"},
		{"of another life", "from before a restart"},
		{"another one in its end", "differs in its last characters"},
		{"a sound that there is", "a sound that exists"},
		{"an action that there is not", "an action that does not exist"},
		{"answers a newCall", "responds to a newCall"},
		{"answers the newCall", "responds to the newCall"},
		{"answers a push", "responds to a push"},
		{"answers pushes", "responds to pushes"},
		{"answers the push", "responds to the push"},
		{"answers every push", "responds to every push"},
		{"answered with status", "responded with status"},
		{"answers with status", "responds with status"},
		{"answered with an", "responded with an"},
		{"failed to", "doing X: cause"},
		{"dies of", "crashes at"},
		{"is accused of", "is reported for"},
		{"taken for dead", "reported as crashed"},
		{"met nobody", "got no connection"},
		{"holds nothing against", "reports nothing for"},
		{"came about", "was made, or happened"},
		{"what came of it", "the result"},
	}
}

// isForbiddenInComments reports whether a phrase is also forbidden in comments. The other phrases may occur in comments.
func isForbiddenInComments(forbidden string) bool {
	return slices.Contains([]string{
		"in vain", "held against", "mend", "mends", "mended", "whoever", "tell whether", "tells whether", "tells you", "blame", "blames",
		"fell", "lest", "is accused of", "dies of", "taken for dead", "met nobody", "holds nothing against", "came about", "what came of it",
		"told", "anew", "any more", "for the sake of", "makes nothing of", "nothing is made of", "had been said", "was not waited for", "asked wrongly",
		"where there is none", "where there is one", "of which it is known", "weighs more", "came so far", "in the clear",
	}, forbidden)
}

// isAllowed reports whether a file may use a phrase. Each exception has its reason.
func isAllowed(file, forbidden string) bool {
	// The file recognises an error of crypto/tls by its text, because the error has no type.
	return file == "sender/failure.go" && forbidden == "failed to"
}

func TestTextsHaveNoForbiddenPhrase(t *testing.T) {
	t.Parallel()
	forbidden, err := findForbidden(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range forbidden {
		t.Error(r)
	}
}

func TestEachPhraseIsFoundInEachKindOfText(t *testing.T) {
	t.Parallel()
	for _, p := range phrases() {
		first, rest, _ := strings.Cut(p.forbidden, " ")
		acrossTwoLines := strings.TrimSpace(strings.ToUpper(first[:1]) + first[1:] + "\n  " + rest)
		repository := fstest.MapFS{
			"push/a.go":            {Data: []byte("package push\nconst a = \"so \" + " + strconv.Quote(p.forbidden+".") + "\n")},
			"push/b.go":            {Data: []byte("package push\n\n// " + p.forbidden + "\nfunc b() { c(\"x\", " + strconv.Quote("("+p.forbidden+")") + ") }\n")},
			"push/a_test.go":       {Data: []byte("package push\nconst b = " + strconv.Quote(p.forbidden) + "\n")},
			"push/c_test.go":       {Data: []byte("package push\n\n// " + first + "\n// " + rest + ".\n")},
			"CHANGELOG.md":         {Data: []byte("* " + p.forbidden + "\n")},
			"features/a.feature":   {Data: []byte("Feature: A\n  " + acrossTwoLines + "\n")},
			"docs/a.md":            {Data: []byte("# A\n\nso " + acrossTwoLines + ", it is\n")},
			"README.md":            {Data: []byte("un" + p.forbidden + "able x" + p.forbidden + "\n")},
			"docs/design/other.md": {Data: []byte(p.forbidden)},
		}
		got, err := findForbidden(repository)
		if err != nil {
			t.Errorf("%s: %v", p.forbidden, err)
		}
		places := []string{"CHANGELOG.md:1", "docs/a.md:3", "features/a.feature:2", "push/a.go:2", "push/b.go:4"}
		if isForbiddenInComments(p.forbidden) {
			places = append(places, "push/b.go:3", "push/c_test.go:3")
		}
		var want []string
		for _, place := range places {
			want = append(want, fmt.Sprintf("%s: %q is not plain English: write %s", place, p.forbidden, p.plain))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("findForbidden with %q mismatch (-want +got):\n%s", p.forbidden, diff)
		}
	}
}

// findForbidden returns the forbidden phrases in the string literals of the program, in comments, in the features and in the documents.
func findForbidden(repository fs.FS) ([]string, error) {
	var out []string
	err := fs.WalkDir(repository, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || isSeparateModule(repository, name)):
			return fs.SkipDir
		case d.IsDir():
			return nil
		}
		data, err := fs.ReadFile(repository, name)
		if err != nil {
			return err
		}
		switch {
		case path.Ext(name) == ".go":
			more, err := findForbiddenInGo(name, data)
			out = append(out, more...)
			return err
		case path.Ext(name) == ".feature", slices.Contains([]string{".", "docs"}, path.Dir(name)) && path.Ext(name) == ".md" && name != "THIRD_PARTY.md":
			out = append(out, findForbiddenInText(name, 1, string(data), false)...)
		}
		return nil
	})
	return out, err
}

// findForbiddenInGo returns the forbidden phrases in the comments of a Go file, and in its string literals unless it is a test. String
// literals that are joined by + are one text.
func findForbiddenInGo(name string, source []byte) ([]string, error) {
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, name, source, parser.SkipObjectResolution|parser.ParseComments)
	if err != nil {
		return nil, err
	}
	var out []string
	if !strings.HasSuffix(name, "_test.go") {
		ast.Inspect(parsed, func(n ast.Node) bool {
			text, ok := stringLiteral(n)
			if ok {
				out = append(out, findForbiddenInText(name, files.Position(n.Pos()).Line, text, false)...)
			}
			return !ok
		})
	}
	for _, c := range parsed.Comments {
		out = append(out, findForbiddenInText(name, files.Position(c.Pos()).Line, c.Text(), true)...)
	}
	return out, nil
}

// stringLiteral returns the text of a string literal, or of string literals that are joined by +. It returns false for any other node.
func stringLiteral(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(n.Value)
		return text, err == nil && n.Kind == token.STRING
	case *ast.BinaryExpr:
		left, isLeft := stringLiteral(n.X)
		right, isRight := stringLiteral(n.Y)
		return left + right, isLeft && isRight && n.Op == token.ADD
	}
	return "", false
}

// findForbiddenInText returns the forbidden phrases in a text that begins at a line of a file. isComment reports whether the text is a
// comment.
func findForbiddenInText(file string, line int, text string, isComment bool) []string {
	var out []string
	for _, at := range anyPhrase().FindAllStringIndex(text, -1) {
		found := strings.Join(strings.Fields(text[at[0]:at[1]]), " ")
		i := slices.IndexFunc(phrases(), func(p phrase) bool { return strings.EqualFold(p.forbidden, found) })
		if p := phrases()[i]; !isAllowed(file, p.forbidden) && (!isComment || isForbiddenInComments(p.forbidden)) {
			out = append(out, fmt.Sprintf("%s:%d: %q is not plain English: write %s", file, line+strings.Count(text[:at[0]], "\n"), p.forbidden, p.plain))
		}
	}
	return out
}

// anyPhrase matches each phrase as whole words, with any white space between them.
var anyPhrase = sync.OnceValue(func() *regexp.Regexp {
	var all []string
	for _, p := range phrases() {
		all = append(all, strings.Join(strings.Fields(p.forbidden), `\s+`))
	}
	return regexp.MustCompile(`(?i)\b(?:` + strings.Join(all, "|") + `)\b`)
})
