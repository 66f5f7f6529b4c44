package main

import (
	"os"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadmeListsEachKindOfReport(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z]+)=FILE` \\|").FindAllSubmatch(text, -1) {
		got = append(got, string(row[1]))
	}
	if diff := cmp.Diff(reportNames(), got); diff != "" {
		t.Errorf("kinds of reports in README.md mismatch (-want +got):\n%s", diff)
	}
}
