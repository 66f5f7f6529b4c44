package features_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/features"
)

func TestTagsMatchReportsWhetherAScenarioIsSelected(t *testing.T) {
	t.Parallel()
	tests := []struct {
		expression string
		match      []string // tags of a scenario that is selected, separated by spaces
		noMatch    []string // tags of a scenario that is not selected
	}{
		{"@a", []string{"a", "@a", "b a"}, []string{"", "b", "A", "ab"}},
		{"a", []string{"a", "@a"}, []string{"", "b"}},
		{"@push.newcall", []string{"push.newcall"}, []string{"push", "push.newcalls"}},
		{"@a and @b", []string{"a b", "b a c"}, []string{"", "a", "b"}},
		{"@a or b", []string{"a", "b", "a b"}, []string{"", "c"}},
		{"not @a", []string{"", "b"}, []string{"a", "a b"}},
		{"not not a", []string{"a"}, []string{""}},
		{"@a and not @b", []string{"a", "a c"}, []string{"", "a b", "b"}},
		{"@a or @b and @c", []string{"a", "b c"}, []string{"b", "c"}},
		{"@a and @b or @c", []string{"a b", "c"}, []string{"a", "b"}},
		{"(@a or @b) and @c", []string{"a c", "b c"}, []string{"a", "b", "c"}},
		{"@c and(@a or @b)", []string{"a c", "b c"}, []string{"a", "b", "c"}},
		{"not (@a or @b)", []string{"", "c"}, []string{"a", "b"}},
		{"not @a or @b", []string{"", "b", "a b"}, []string{"a"}},
		{"((@a))", []string{"a"}, []string{"b"}},
		{" \t@a\nand  @b ", []string{"a b"}, []string{"a", "b"}},
		{"@and and @not", []string{"and not"}, []string{"and", "not"}},
		{`@a\b`, []string{`a\b`}, []string{"ab", `a\\b`}},
	}
	for _, tt := range tests {
		t.Run(tt.expression, func(t *testing.T) {
			t.Parallel()
			tags, err := features.ParseTags(tt.expression)
			if err != nil {
				t.Fatalf("ParseTags(%q): %v", tt.expression, err)
			}
			want, got := map[string]bool{}, map[string]bool{}
			for _, set := range tt.match {
				want[set], got[set] = true, tags.Match(strings.Fields(set))
			}
			for _, set := range tt.noMatch {
				want[set], got[set] = false, tags.Match(strings.Fields(set))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("ParseTags(%q).Match mismatch (-want +got):\n%s", tt.expression, diff)
			}
		})
	}
}

func TestZeroTagsMatchEverything(t *testing.T) {
	t.Parallel()
	var tags features.Tags
	if !tags.Match(nil) || !tags.Match([]string{"a"}) || len(tags.Names()) > 0 {
		t.Errorf("the zero Tags match nil: %t, a: %t, names %v; want true, true, none", tags.Match(nil), tags.Match([]string{"a"}), tags.Names())
	}
}

func TestNamesOfTagExpressionHaveNoAtSign(t *testing.T) {
	t.Parallel()
	tags, err := features.ParseTags("not (@push or response.status) and @and")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"push", "response.status", "and"}, tags.Names()); diff != "" {
		t.Errorf("Names() mismatch (-want +got):\n%s", diff)
	}
}

func TestOldTagExpressionIsRefusedAndRewritten(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, expression, want string }{
		{"&& becomes and, ~ becomes not", "@response && ~@should", "@response and not @should"},
		{"a comma binds closer than &&", "@a,@b && ~@c", "(@a or @b) and not @c"},
		{"a comma in the second clause", "~@c && @a , ~@b", "not @c and (@a or not @b)"},
		{"one clause needs no parentheses", "@a,@b", "@a or @b"},
		{"only a negated tag", "~@a", "not @a"},
		{"no spaces in the expression", "@a&&~@b", "@a and not @b"},
		{"no @ before the tags", "a && ~b", "@a and not @b"},
		{"space after ~", "~ @a", "not @a"},
		{`tags named "and" and "or"`, "and && ~or", "@and and not @or"},
		{"nothing after &&: not rewritten", "@a &&", ""},
		{"nothing after a comma: not rewritten", "@a,", ""},
		{"~ without a tag: not rewritten", "~", ""},
		{"~ twice: not rewritten", "~~@a", ""},
		{`"&&" with "or": not rewritten`, "@a && @b or @c", ""},
		{`"&&" with "not": not rewritten`, "@a && not @b", ""},
		{"&& in parentheses: not rewritten", "(@a && @b)", ""},
		{"~ in parentheses: not rewritten", "(~@a)", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := features.ParseTags(tt.expression)
			var got *features.TagsError
			if !errors.As(err, &got) {
				t.Fatalf("ParseTags(%q): error %v, want a *TagsError", tt.expression, err)
			}
			want := &features.TagsError{Expression: tt.expression, Problem: `"&&", "," and "~" are no longer used`, Suggestion: tt.want}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("ParseTags(%q) mismatch (-want +got):\n%s", tt.expression, diff)
			}
			if tt.want == "" {
				return
			}
			if _, err := features.ParseTags(tt.want); err != nil {
				t.Errorf("ParseTags(%q), the rewritten expression: %v", tt.want, err)
			}
		})
	}
}

func TestMalformedTagExpressionIsAnError(t *testing.T) {
	t.Parallel()
	tests := []struct{ expression, want string }{
		{"", "it is empty"},
		{" \t", "it is empty"},
		{"@", `"@" has no name`},
		{"@a and", `want a tag after "and"`},
		{"not", `want a tag after "not"`},
		{"(", `want a tag after "("`},
		{"and @a", `want a tag before "and"`},
		{"@a or or @b", `want a tag before "or"`},
		{"()", `want a tag before ")"`},
		{"(@a and)", `want a tag before ")"`},
		{"@a @b", `want "and" or "or" before "@b"`},
		{"@a not @b", `want "and" or "or" before "not"`},
		{"@a (@b)", `want "and" or "or" before "("`},
		{"@a AND @b", `want "and" or "or" before "AND"`},
		{"@a || @b", `want "and" or "or" before "||"`},
		{"(@a", `"(" has no ")"`},
		{"@a)", `")" has no "("`},
		{"@a) and (@b", `")" has no "("`},
	}
	for _, tt := range tests {
		t.Run(tt.expression, func(t *testing.T) {
			t.Parallel()
			tags, err := features.ParseTags(tt.expression)
			var got *features.TagsError
			if !errors.As(err, &got) {
				t.Fatalf("ParseTags(%q) = %v, error %v; want a *TagsError", tt.expression, tags, err)
			}
			if diff := cmp.Diff(&features.TagsError{Expression: tt.expression, Problem: tt.want}, got); diff != "" {
				t.Errorf("ParseTags(%q) mismatch (-want +got):\n%s", tt.expression, diff)
			}
		})
	}
}

func FuzzParseTags(f *testing.F) {
	for _, seed := range []string{"", "@a", "not (@a or b) and c", "@a,@b && ~@c", "@a and", ")(", "@", `a\`, `\(a\)`, "~", "@a && @b or @c", "\xff", "@a\u00a0or\u00a0b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		tags, err := features.ParseTags(expression)
		var tagsError *features.TagsError
		switch {
		case err == nil:
			tags.Match(tags.Names())
			if len(tags.Names()) == 0 {
				t.Errorf("%q is accepted and has no tags", expression)
			}
		case !errors.As(err, &tagsError) || tagsError.Problem == "":
			t.Errorf("%q: the error %v does not say what is wrong", expression, err)
		case tagsError.Suggestion != "":
			if _, err := features.ParseTags(tagsError.Suggestion); err != nil {
				t.Errorf("%q is rewritten as %q, which is refused: %v", expression, tagsError.Suggestion, err)
			}
		}
	})
}
