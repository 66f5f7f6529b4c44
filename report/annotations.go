package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/pushcheck/pushcheck/verdict"
)

// Annotations writes the failures and warnings of a verdict as commands to GitHub's runner, which shows them on the page of the workflow
// run. The most urgent failures come first, because GitHub shows only ten errors and ten warnings. If the run is not conformant and no
// finding shows why, Annotations adds an error with the verdict. It returns the error of the writer.
func Annotations(w io.Writer, v verdict.Verdict) error {
	var b strings.Builder
	ev := evidenceOf(v)
	for _, r := range rowsFailingRun(v) {
		b.WriteString(annotation("error", r, ev))
	}
	for _, r := range rowsWithStatus(allRows(v), verdict.Warned) {
		if !failsRun(r) {
			b.WriteString(annotation("warning", r, ev))
		}
	}
	if !rowsShowResult(v) {
		b.WriteString(workflowCommand("error", "pushcheck: "+clipLong(headline(v), 100), clipLong(sentence(v), 1000)))
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("writing the annotations: %w", err)
	}
	return nil
}

// annotation returns the workflow command that shows a row. The parameter command is "error" or "warning".
func annotation(command string, r verdict.Row, ev evidence) string {
	lines := []string{visible(r.Statement), clipLong(firstFindingText(r), 500)}
	if len(r.Findings) > 0 {
		f := groupByText(r)[0][0]
		if place := ev.describePlace(f); place != "" {
			lines = append(lines, "at "+clipLong(place, 200))
		}
		if fix := ev.remedy(r, f); fix != "" {
			lines = append(lines, "fix: "+clipLong(fix, 500))
		}
	}
	return workflowCommand(command, statusWords(r.Status)+" "+clipLong(r.ID, 200), strings.Join(lines, "\n"))
}

// workflowCommand returns a line that GitHub's runner executes as a command. Title and text are escaped, so that they cannot end the
// command or its title.
func workflowCommand(command, title, text string) string {
	escapeText := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	escapeTitle := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	return "::" + command + " title=" + escapeTitle.Replace(title) + "::" + escapeText.Replace(text) + "\n"
}
