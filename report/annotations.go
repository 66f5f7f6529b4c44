package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/pushcheck/pushcheck/verdict"
)

// Annotations writes the failures and warnings of a verdict as commands to GitHub's runner, which shows them on the page of the workflow
// run. The findings to fix first come first, because GitHub shows only ten of each kind. If the run is not conformant and no finding
// shows why, the verdict is an error of its own. The error is the writer's.
func Annotations(w io.Writer, v verdict.Verdict) error {
	var b strings.Builder
	calls := evidenceOf(v)
	for _, r := range notMetRows(v) {
		b.WriteString(annotation("error", r, calls))
	}
	for _, r := range withStatus(allRows(v), verdict.Warned) {
		if !notMet(r) {
			b.WriteString(annotation("warning", r, calls))
		}
	}
	if !shownElsewhere(v) {
		b.WriteString(workflowCommand("error", "pushcheck: "+clipLong(headline(v), 100), clipLong(sentence(v), 1000)))
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("writing the annotations: %w", err)
	}
	return nil
}

func annotation(command string, r verdict.Row, calls evidence) string {
	text := []string{visible(r.Statement), clipLong(inBrief(r), 500)}
	if len(r.Findings) > 0 {
		f := bySameText(r)[0][0]
		if place := calls.place(f); place != "" {
			text = append(text, "at "+clipLong(place, 200))
		}
		if fix := calls.remedy(r, f); fix != "" {
			text = append(text, "fix: "+clipLong(fix, 500))
		}
	}
	return workflowCommand(command, words(r.Status)+" "+clipLong(r.ID, 200), strings.Join(text, "\n"))
}

// workflowCommand returns a line that GitHub's runner obeys. Its parts are escaped, so that no text can end a part.
func workflowCommand(command, title, text string) string {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	return "::" + command + " title=" + property.Replace(title) + "::" + data.Replace(text) + "\n"
}
