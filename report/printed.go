package report

import (
	"strings"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// Printed prints the last lines of the output of a receiver that was started and accepts no connection.
func (t *Terminal) Printed(lines []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.page()
	p.output(strings.Join(lines, "\n"))
	t.write(p)
}

// processOutput returns the output of the receiver's process that is shown with a finding: all of it if the process ended or if everything
// is shown, and nothing if another requirement shows the same cause.
func (p *findingsPage) processOutput(r verdict.Row, f requirements.Finding, ex transcript.Exchange) string {
	c, shared := p.calls.cause(f)
	switch {
	case p.verbose || ex.Aftermath.IsUnhealthy():
		return ex.Printed
	case shared && c.IDs[0] != r.ID:
		return ""
	}
	return lastLines(ex.Printed, fewPrinted)
}

// fewPrinted is how many lines of the output of a running process are shown unless everything is shown.
const fewPrinted = 10

// lastLines returns the last lines of a text, at most n.
func lastLines(text string, n int) string {
	all := strings.Split(text, "\n")
	return strings.Join(all[max(len(all)-n, 0):], "\n")
}

// output shows the output of a receiver's process, each line after a bar.
func (p *page) output(text string) {
	if text == "" {
		return
	}
	label := "printed"
	for line := range strings.SplitSeq(text, "\n") {
		for _, part := range lines(visible(line), p.width-labelWidth-2) {
			p.label(label).put(dim, "| "+part).end()
			label = ""
		}
	}
}
