package report

import "strings"

// Printed prints the last lines of the output of a receiver that was to be started and accepts no connection.
func (t *Terminal) Printed(lines []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.page()
	if len(lines) == 0 {
		lines = []string{"nothing"}
	}
	p.output(strings.Join(lines, "\n"))
	t.write(p)
}

// fewPrinted is how many lines are shown of what a receiver's process printed that goes on, unless all is asked for.
const fewPrinted = 10

// lastLines returns the last lines of a text, at most n.
func lastLines(text string, n int) string {
	all := strings.Split(text, "\n")
	return strings.Join(all[max(len(all)-n, 0):], "\n")
}

// output shows what a receiver's process printed, each line of it behind a bar.
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
