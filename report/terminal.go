// Package report writes a verdict for people (at a terminal, as a page, as Markdown) and for programs (JSON, JUnit, SARIF, CTRF,
// annotations), and the curl command that sends a push again.
//
// Begin with NewTerminal for people, and with Kinds for the reports that are written to files. The package judges nothing, opens no
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

// TerminalOptions choose how much is printed, and in which form.
type TerminalOptions struct {
	Color   bool // write SGR sequences; if false, no escape character is written
	Width   int  // columns; default 80, at least 40. Curl lines are never broken, so that they can be copied
	Quiet   bool // print no connections and no calls, and only the causes, warnings, failures and the conclusion of the verdict
	Verbose bool // print whole forms and responses, every finding, every id with its reason, and curl lines
	Gone    bool // the receiver no longer runs: print no curl lines
}

// Terminal prints for people: what happens while it happens, then the verdict, with the result on the last line. Its methods
// may be called concurrently; the lines of one call stay together. Control characters in text of the receiver are escaped, the text is
// cut, and it cannot be a command to a CI system.
type Terminal struct {
	opts TerminalOptions

	mu      sync.Mutex
	w       io.Writer
	err     error
	begun   bool        // something was printed
	printed map[int]int // exchanges already printed, by call
	current int         // the call printed last
}

// NewTerminal prints to w.
func NewTerminal(w io.Writer, opts TerminalOptions) *Terminal {
	if opts.Width == 0 {
		opts.Width = 80
	}
	opts.Width = max(opts.Width, 40)
	return &Terminal{opts: opts, w: w, printed: map[int]int{}}
}

// Err returns the first error of the writer. After it nothing more is written.
func (t *Terminal) Err() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}

// Connection prints what a connection showed: protocol, certificate, problems and notes.
func (t *Terminal) Connection(c transcript.Connection) {
	if t.opts.Quiet {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.current = 0
	p := t.page()
	p.connection(c)
	t.write(p)
}

// Call prints a played call: each push with its response, then what was not sent and not done, and why. Exchanges that
// Exchange printed already are not repeated.
func (t *Terminal) Call(c transcript.Call) {
	if t.opts.Quiet {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	done := min(t.printed[c.ID], len(c.Exchanges))
	p := t.page()
	p.verbose = t.opts.Verbose
	if done == 0 || t.current != c.ID {
		p.headline(c, done > 0)
	}
	for _, ex := range c.Exchanges[done:] {
		p.exchange(ex)
	}
	p.omissions(c)
	t.printed[c.ID], t.current = len(c.Exchanges), c.ID
	t.write(p)
}

// Exchange prints one exchange as soon as it is over. The headline of its call comes first, and again if another call was printed in
// between.
func (t *Terminal) Exchange(c transcript.Call, ex transcript.Exchange) {
	if t.opts.Quiet {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.page()
	p.verbose = t.opts.Verbose
	if again := t.printed[c.ID] > 0; !again || t.current != c.ID {
		p.headline(c, again)
	}
	p.exchange(ex)
	t.printed[c.ID]++
	t.current = c.ID
	t.write(p)
}

// Verdict prints the result of a run, with the conclusion on the last line. took is the time of the run; 0 is left out.
func (t *Terminal) Verdict(v verdict.Verdict, took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := &findingsPage{page: t.page().page, rows: allRows(v), calls: evidenceOf(v), verbose: t.opts.Verbose, gone: t.opts.Gone, printed: t.current}
	switch {
	case nothingSent(v):
		p.unreached(v)
	case t.opts.Quiet:
		p.inBrief(v)
	default:
		p.whole(v, took)
	}
	p.conclusion(conclusionOf(v), sentence(v))
	t.print(p.text.String())
}

func (t *Terminal) page() *playedPage {
	return &playedPage{page: page{width: t.opts.Width, color: t.opts.Color, below: t.begun}}
}

func (t *Terminal) write(p *playedPage) { t.print(p.text.String()) }

func (t *Terminal) print(text string) {
	t.begun = t.begun || text != ""
	if t.err == nil {
		_, t.err = io.Copy(t.w, strings.NewReader(Inert(text)))
	}
}
