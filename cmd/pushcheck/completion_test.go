package main

import (
	"slices"
	"strings"
	"testing"
)

func TestCompletionListsMatchingNames(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		line []string
		want string // a line of the output: a completed word, the file extension json, or ":16", which stands for folders
	}{
		{"a requirement", []string{"run", "--only", "push.newc"}, "push.newcall"},
		{"an area", []string{"run", "--skip", "trans"}, "transport"},
		{"the second requirement of a list", []string{"run", "--only", "push.newcall,transp"}, "push.newcall,transport"},
		{"a tag", []string{"run", "--tags", "@resp"}, "@response"},
		{"a second tag", []string{"run", "--tags", "@push and @resp"}, "@push and @response"},
		{"a capability", []string{"run", "--claim", "ans"}, "answer"},
		{"a kind of report", []string{"run", "--report", "js"}, "json="},
		{"a kind of report of tls", []string{"tls", "--report", "ju"}, "junit="},
		{"a kind of report of load", []string{"load", "--report", "te"}, "text="},
		{"a kind of report of merge", []string{"merge", "--report", "te"}, "text="},
		{"a report to merge", []string{"merge", "part-1.json", ""}, "json"},
		{"the HTML report", []string{"run", "--report", "ht"}, "html="},
		{"a call scenario", []string{"send", "transfer-ans"}, "transfer-answered"},
		{"a push", []string{"send", "newC"}, "newCall"},
		{"an id to explain", []string{"explain", "response.sta"}, "response.status"},
		{"a fault to explain", []string{"explain", "relative-h"}, "relative-hangup"},
		{"a fault", []string{"receive", "--fault", "relative-h"}, "relative-hangup"},
		{"a report to compare", []string{"diff", ""}, "json"},
		{"a report of known failures", []string{"known", "update", ""}, "json"},
		{"an earlier report", []string{"run", "--failed", ""}, "json"},
		{"a folder to check", []string{"lint", ""}, ":16"},
		{"a folder of features", []string{"run", "--features", ""}, ":16"},
		{"a receiver of the self-test", []string{"selftest", "relative-h"}, "relative-hangup"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := runCommand(t, append([]string{"__complete"}, test.line...)...)
			if !slices.Contains(strings.Split(got.stdout, "\n"), test.want) {
				t.Errorf("__complete %q printed %q, want %q in it", test.line, got.stdout, test.want)
			}
		})
	}
}
