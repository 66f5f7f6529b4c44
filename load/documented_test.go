package load_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/load"
)

func TestTableInTheLoadDocumentIsTheEverydayMix(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join("..", "docs", "load.md"))
	if err != nil {
		t.Fatal(err)
	}
	const head = "| scenario | weight | why |\n| --- | --- | --- |\n"
	_, rest, _ := strings.Cut(string(data), head)
	got, _, _ := strings.Cut(rest, "\n\n")
	var want []string
	for _, s := range load.EverydayMix() {
		want = append(want, fmt.Sprintf("| `%s` | %d | %s |", s.Scenario.Name, s.Weight, s.Reason))
	}
	if diff := cmp.Diff(want, strings.Split(got, "\n")); diff != "" {
		t.Errorf("the table in docs/load.md mismatch (-want +got):\n%s", diff)
	}
}
