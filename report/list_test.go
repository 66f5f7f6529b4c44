package report_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/report"
)

// sampleList returns a list with a heading, an entry of two paragraphs, an empty entry, and a long name whose text has control characters.
func sampleList(column int) report.List {
	return report.List{Column: column, Entries: []report.Entry{
		{Name: "A heading of its own"},
		{Name: "plain-http", Text: []string{"is reached over plain HTTP, which sipgate does not use", "breaks transport.https"}},
		{},
		{Name: "a-very-long-name", Text: []string{"\x1b[31mred\n"}},
	}}
}

func TestListHasTextsBelowOrBesideNamesDependingOnTheColumn(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		column int
		want   string
	}{
		{"a narrow column: text below the names", 2, `A heading of its own
plain-http
  is reached over plain HTTP, which
  sipgate does not use
  breaks transport.https

a-very-long-name
  \x1b[31mred\n
`},
		{"a wide column: text beside the names", 14, `A heading of its own
plain-http    is reached over plain
              HTTP, which sipgate does
              not use
              breaks transport.https

a-very-long-name
              \x1b[31mred\n
`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got strings.Builder
			if err := sampleList(test.column).Write(&got, 40); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got.String()); diff != "" {
				t.Errorf("Write(40) mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestListReturnsTheErrorOfTheWriter(t *testing.T) {
	t.Parallel()
	diskFull := errors.New("disk full")
	if err := sampleList(2).Write(brokenWriter{diskFull}, 80); !errors.Is(err, diskFull) {
		t.Errorf("Write = %v, want %v", err, diskFull)
	}
}
