// Package report writes a verdict for people (on a terminal, as a page, as Markdown) and for programs (JSON, JUnit, SARIF, CTRF,
// annotations). It also writes curl commands that send a push again.
//
// Begin with NewTerminal for people, and with Formats for the reports that are written to files. The package judges nothing, opens no
// file and decides no exit code.
package report

import (
	"io"
	"strings"
	"sync"
	"time"

	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// TerminalOptions select the parts that are printed, and their form.
type TerminalOptions struct {
	Color           bool // write SGR sequences; if false, no escape character is written
	Width           int  // in characters; default 80, at least 40. Curl lines are never broken, so that they can be copied
	Quiet           bool // print no connections and no calls, and of the verdict only what was not judged, warnings, failures and the conclusion
	Verbose         bool // print whole forms and responses, every finding, the id of every requirement with its reason, and curl lines
	ReceiverStopped bool // the receiver no longer runs: print no curl lines
}

// Terminal prints for people: connections and calls as they are played, then the verdict, with the conclusion on the last line. Goroutines
// may use its methods at the same time; the lines of a method call stay together. Text of the receiver is cut, its control characters are
// escaped, and it cannot be a command to a CI system.
type Terminal struct {
	opts TerminalOptions

	mu               sync.Mutex
	w                io.Writer
	err              error       // first error of the writer
	hasPrinted       bool        // at least one character was printed
	printedExchanges map[int]int // number of exchanges that were printed, by id of the call
	lastCallID       int         // id of the call that was printed last
}

// NewTerminal returns a Terminal that prints to w.
func NewTerminal(w io.Writer, opts TerminalOptions) *Terminal {
	if opts.Width == 0 {
		opts.Width = 80
	}
	opts.Width = max(opts.Width, 40)
	return &Terminal{opts: opts, w: w, printedExchanges: map[int]int{}}
}

// Err returns the first error of the writer. After an error nothing more is written.
func (t *Terminal) Err() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}

// PrintConnection prints a connection: its protocol, certificate, problems and notes.
func (t *Terminal) PrintConnection(c transcript.Connection) {
	if t.opts.Quiet {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lastCallID = 0
	p := t.newPage()
	p.writeConnection(c)
	t.write(p)
}

// PrintCall prints a played call: each push with its response, then the pushes and the acts of people that were left out, with reasons. It
// does not repeat exchanges that PrintExchange has printed.
func (t *Terminal) PrintCall(c transcript.Call) {
	if t.opts.Quiet {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	printed := min(t.printedExchanges[c.ID], len(c.Exchanges))
	p := t.newPage()
	p.verbose = t.opts.Verbose
	if printed == 0 || t.lastCallID != c.ID {
		p.writeHeadline(c, printed > 0)
	}
	for _, ex := range c.Exchanges[printed:] {
		p.writeExchange(ex)
	}
	p.writeOmissions(c)
	t.printedExchanges[c.ID], t.lastCallID = len(c.Exchanges), c.ID
	t.write(p)
}

// PrintExchange prints one exchange, as soon as it is over. Before the first exchange of a call it prints a headline. It prints the
// headline again if another call was printed in between.
func (t *Terminal) PrintExchange(c transcript.Call, ex transcript.Exchange) {
	if t.opts.Quiet {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.newPage()
	p.verbose = t.opts.Verbose
	if isContinued := t.printedExchanges[c.ID] > 0; !isContinued || t.lastCallID != c.ID {
		p.writeHeadline(c, isContinued)
	}
	p.writeExchange(ex)
	t.printedExchanges[c.ID]++
	t.lastCallID = c.ID
	t.write(p)
}

// PrintVerdict prints the result of a run, with the conclusion on the last line. took is how long the run took; 0 is not printed.
func (t *Terminal) PrintVerdict(v verdict.Verdict, took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := &findingsPage{page: t.newPage().page, rows: allRows(v), evidence: evidenceOf(v), verbose: t.opts.Verbose, receiverStopped: t.opts.ReceiverStopped, lastCallID: t.lastCallID}
	switch {
	case sentNothing(v):
		p.writeNothingSent(v)
	case t.opts.Quiet:
		p.writeShortResult(v)
	default:
		p.writeResult(v, took)
	}
	p.writeConclusion(conclusionOf(v), sentence(v))
	t.print(p.text.String())
}

func (t *Terminal) newPage() *playedPage {
	return &playedPage{page: page{width: t.opts.Width, color: t.opts.Color, hasTextAbove: t.hasPrinted}}
}

func (t *Terminal) write(p *playedPage) { t.print(p.text.String()) }

func (t *Terminal) print(text string) {
	t.hasPrinted = t.hasPrinted || text != ""
	if t.err == nil {
		_, t.err = io.Copy(t.w, strings.NewReader(Inert(text)))
	}
}
