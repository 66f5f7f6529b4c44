package report

import (
	"strings"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// PrintOutput prints lines that the receiver's process wrote. It is used if pushcheck started the process and the process does not accept
// connections.
func (t *Terminal) PrintOutput(lines []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.newPage()
	p.writeOutput(strings.Join(lines, "\n"))
	t.write(p)
}

// processOutput returns the output of the receiver's process to show for a finding: all of it if the process ended or --verbose is set,
// nothing if another requirement describes the same cause, and otherwise the last lines.
func (p *findingsPage) processOutput(r verdict.Row, f requirements.Finding, ex transcript.Exchange) string {
	c, isShared := p.evidence.cause(f)
	switch {
	case p.verbose || ex.Aftermath.IsUnhealthy():
		return ex.Printed
	case isShared && c.IDs[0] != r.ID:
		return ""
	}
	return lastLines(ex.Printed, maxOutputLines)
}

// maxOutputLines is the largest number of lines of output that are written if the process still runs and --verbose is not set.
const maxOutputLines = 10

// lastLines returns the last lines of a text, at most n.
func lastLines(text string, n int) string {
	all := strings.Split(text, "\n")
	return strings.Join(all[max(len(all)-n, 0):], "\n")
}

// writeOutput writes the output of the receiver's process, each line after a bar.
func (p *page) writeOutput(text string) {
	if text == "" {
		return
	}
	label := "printed"
	for line := range strings.SplitSeq(text, "\n") {
		for _, part := range wrap(visible(line), p.width-labelWidth-2) {
			p.writeLabel(label).put(dim, "| "+part).endLine()
			label = ""
		}
	}
}
