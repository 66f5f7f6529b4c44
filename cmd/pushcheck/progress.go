package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/term"
)

// progress is one line on a terminal that shows what a command is doing. It is drawn between the lines of output and erased before the
// next one. A nil progress draws nothing.
type progress struct {
	terminal io.Writer
	width    func() int // columns of the terminal; 0: not known

	mu      sync.Mutex
	drawn   bool // the line is on the screen
	midLine bool // the last output did not end its line
}

// showProgress makes commands show their progress if standard error is a terminal.
func (a *app) showProgress(stdout, stderr *os.File) {
	if !term.IsTerminal(int(stderr.Fd())) || a.getenv("TERM") == "dumb" {
		return
	}
	a.progress = &progress{terminal: stderr, width: func() int {
		w, _, _ := term.GetSize(int(stderr.Fd()))
		return w
	}}
	a.stderr = a.progress.beside(stderr)
	if a.terminal {
		a.stdout = a.progress.beside(stdout)
	}
}

const (
	progressEvery = 200 * time.Millisecond // also how long a command runs before the line is drawn for the first time
	eraseLine     = "\r\x1b[K"
)

// show draws what text returns, again and again, until end is called. text is called by another goroutine.
func (p *progress) show(text func(elapsed time.Duration) string) (end func()) {
	if p == nil {
		return func() {}
	}
	begin := time.Now()
	over, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(progressEvery)
		defer tick.Stop()
		for {
			select {
			case <-over:
				return
			case <-tick.C:
				p.draw(text(time.Since(begin)))
			}
		}
	}()
	return sync.OnceFunc(func() {
		close(over)
		<-ended
		p.mu.Lock()
		defer p.mu.Unlock()
		p.erase()
	})
}

func (p *progress) draw(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.midLine {
		return
	}
	p.erase()
	fmt.Fprint(p.terminal, cut(text, p.width()-1)) // a full line would make some terminals begin another one
	p.drawn = true
}

func (p *progress) erase() {
	if p.drawn {
		fmt.Fprint(p.terminal, eraseLine)
	}
	p.drawn = false
}

// cut returns the first columns of a text, at most most; the whole text if most is not above zero.
func cut(text string, most int) string {
	if most <= 0 || utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most])
}

// beside returns a writer to the same terminal that erases the line first.
func (p *progress) beside(w io.Writer) io.Writer {
	if p == nil {
		return w
	}
	return besideProgress{w, p}
}

type besideProgress struct {
	io.Writer
	progress *progress
}

// Write is part of io.Writer.
func (b besideProgress) Write(text []byte) (int, error) {
	b.progress.mu.Lock()
	defer b.progress.mu.Unlock()
	b.progress.erase()
	if len(text) > 0 {
		b.progress.midLine = text[len(text)-1] != '\n'
	}
	return b.Writer.Write(text)
}

// seconds formats a time in whole seconds, for a line that changes often.
func seconds(d time.Duration) string { return fmt.Sprintf("%.0f s", d.Seconds()) }
