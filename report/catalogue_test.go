package report_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/requirements"
)

// sampleCatalogue returns two rows of different areas. One has needs, notes, features, characters that have a meaning in Markdown, and a
// text that is longer than a line. The other has no needs, no notes and no features.
func sampleCatalogue() []report.CatalogueRow {
	return []report.CatalogueRow{
		{
			Requirement: requirements.Requirement{
				ID:          "push.digits",
				Level:       requirements.Must,
				Needs:       requirements.Needs{{requirements.CanReject, requirements.CanEndCalls, requirements.CanDial}, {requirements.CanAnswer, requirements.CanHangup}},
				Statement:   "The receiver accepts digits with * and #, user[] and event=__proto__, whoever may have pressed them and however often.",
				Source:      "reported: sipgate.io issues #46, #52 and #56; sipgateio-node issue #28",
				Consequence: "The digits of Jennifer & Doc are lost.",
				Fix:         `Keep dtmf as text: <Gather onData="https://example.com/dtmf"> | nothing else.`,
				Notes:       "Any 2xx will do.",
			},
			Features: []string{"features/push.feature", "features/call_menu.feature"},
		},
		{
			Requirement: requirements.Requirement{
				ID:          "response.brief-one",
				Level:       requirements.Should,
				Statement:   "The receiver is brief.",
				Source:      `sipgate API reference, "The XML response"`,
				Consequence: "Nobody reads on.",
				Fix:         "Say less.",
			},
		},
	}
}

func TestCatalogueMarkdownIsGroupedByAreaAndLinked(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	if err := report.CatalogueMarkdown(&got, sampleCatalogue()); err != nil {
		t.Fatal(err)
	}
	compareGolden(t, "testdata/catalogue.md", got.String())
}

func TestCatalogueTextHasEveryRowAtTheDefaultWidth(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	if err := report.CatalogueText(&got, sampleCatalogue(), 0); err != nil {
		t.Fatal(err)
	}
	compareGolden(t, "testdata/catalogue.txt", got.String())
}

func TestExplainWritesAllTextsOfARequirement(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	for _, row := range sampleCatalogue() {
		if err := report.Explain(&got, row); err != nil {
			t.Fatal(err)
		}
		got.WriteString("----\n")
	}
	compareGolden(t, "testdata/explained.txt", got.String())
}

func compareGolden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s mismatch (-want +got):\n%s", file, diff)
	}
}

func TestCatalogueHasAllRequirementsAndIsNoWiderThanAsked(t *testing.T) {
	t.Parallel()
	var rows []report.CatalogueRow
	for _, r := range requirements.All() {
		rows = append(rows, report.CatalogueRow{Requirement: r})
	}
	for _, width := range []int{60, 80, 160} {
		var table strings.Builder
		if err := report.CatalogueText(&table, rows, width); err != nil {
			t.Fatal(err)
		}
		checkWidth(t, "CatalogueText", table.String(), width)
		for _, r := range rows {
			if !strings.Contains(table.String(), r.ID+" ") {
				t.Errorf("CatalogueText lacks %s", r.ID)
			}
		}
	}
	var page strings.Builder
	if err := report.CatalogueMarkdown(&page, rows); err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		anchor := "](#" + strings.ReplaceAll(r.ID, ".", "") + ")"
		if !strings.Contains(page.String(), "\n### "+r.ID+"\n") || strings.Count(page.String(), anchor) != 1 {
			t.Errorf("CatalogueMarkdown lacks the section or the link of %s", r.ID)
		}
		var explained strings.Builder
		if err := report.Explain(&explained, r); err != nil {
			t.Fatal(err)
		}
		checkWidth(t, "Explain "+r.ID, explained.String(), 80)
		shown := strings.Join(strings.Fields(explained.String()), " ")
		for _, text := range []string{r.ID, string(r.Level), r.Statement, r.Consequence, r.Fix, r.Notes, r.Source} {
			if !strings.Contains(shown, text) {
				t.Errorf("Explain %s lacks %q:\n%s", r.ID, text, explained.String())
			}
		}
	}
}

func checkWidth(t *testing.T, what, text string, width int) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if n := utf8.RuneCountInString(line); n > width || line != strings.TrimRight(line, " ") {
			t.Errorf("%s: %d characters, want at most %d and no blanks at the end: %q", what, n, width, line)
		}
	}
}

func TestCatalogueReturnsTheErrorOfTheWriter(t *testing.T) {
	t.Parallel()
	diskFull := errors.New("disk full")
	for name, err := range map[string]error{
		"CatalogueMarkdown": report.CatalogueMarkdown(brokenWriter{diskFull}, sampleCatalogue()),
		"CatalogueText":     report.CatalogueText(brokenWriter{diskFull}, sampleCatalogue(), 100),
		"Explain":           report.Explain(brokenWriter{diskFull}, sampleCatalogue()[0]),
	} {
		if !errors.Is(err, diskFull) {
			t.Errorf("%s = %v, want %v", name, err, diskFull)
		}
	}
}

type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }
