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

// output shows what a receiver's process printed before it ended. It is not broken into lines of the page's width, but cut.
func (p *page) output(text string) {
	if text == "" {
		return
	}
	label := "printed"
	for line := range strings.SplitSeq(text, "\n") {
		p.label(label).put(dim, clip("| "+visible(line), p.width-labelWidth)).end()
		label = ""
	}
}
