package report_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/report"
)

// sampleTable returns a table whose cells are empty or have markup, control characters, or more text than fits on a line.
func sampleTable() report.Table {
	return report.Table{
		Head: []string{"name", "what it does", "which breaks"}, Code: 1,
		Rows: [][]string{
			{"plain-http", "is reached over plain HTTP", "transport.https"},
			{"a|b`c", "says user[] and *more* than fits on a line", ""},
			{"", "\x1b[31mred\n", "nothing"},
		},
	}
}

func TestTextInACellOfAMarkdownTableIsEscaped(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	if err := sampleTable().Markdown(&got); err != nil {
		t.Fatal(err)
	}
	want := "| name | what it does | which breaks |\n| --- | --- | --- |\n" +
		"| `plain-http` | is reached over plain HTTP | transport.https |\n" +
		"| `` a\\|b`c `` | says user\\[\\] and \\*more\\* than fits on a line |  |\n" +
		"|  | \\\\x1b\\[31mred\\\\n | nothing |\n"
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("Markdown() mismatch (-want +got):\n%s", diff)
	}
}

func TestTableReturnsTheErrorOfTheWriter(t *testing.T) {
	t.Parallel()
	diskFull := errors.New("disk full")
	if err := sampleTable().Markdown(brokenWriter{diskFull}); !errors.Is(err, diskFull) {
		t.Errorf("Markdown = %v, want %v", err, diskFull)
	}
}
