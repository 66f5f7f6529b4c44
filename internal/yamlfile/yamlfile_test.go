package yamlfile_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/internal/yamlfile"
)

func TestParseReturnsThePlaceOfAMistake(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text string
		want *yamlfile.Mistake
	}{
		"valid YAML":                {"a: 1\nb: [2]\n", nil},
		"a tab as indentation":      {"a:\n\tb: 1\n", &yamlfile.Mistake{Place: yamlfile.Place{Line: 2, Column: 1}, IsTab: true}},
		"a list that is not closed": {"a: [1\n", &yamlfile.Mistake{Place: yamlfile.Place{Line: 1, Column: 4}, Message: "sequence end token ']' not found"}},
	} {
		_, got := yamlfile.Parse([]byte(test.text))
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: Parse(%q) mismatch (-want +got):\n%s", name, test.text, diff)
		}
	}
}
