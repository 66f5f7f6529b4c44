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

// progress draws a line on a terminal, which shows what a command is doing. The line is below the output, and is erased before the next
// output. A nil *progress draws nothing.
type progress struct {
	terminal io.Writer
	width    func() int // columns of the terminal; 0: not known

	mu        sync.Mutex
	isDrawn   bool // the line is on the screen
	isMidLine bool // the last output did not end with a line break
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
	a.stderr = a.progress.erasingWriter(stderr)
	if a.isTerminal {
		a.stdout = a.progress.erasingWriter(stdout)
	}
}

const (
	progressEvery = 200 * time.Millisecond // time between two updates; also the time before the line is drawn for the first time
	eraseLine     = "\r\x1b[K"
)

// show draws the text that the function text returns, every progressEvery until hide is called. It calls text in another goroutine.
func (p *progress) show(text func(elapsed time.Duration) string) (hide func()) {
	if p == nil {
		return func() {}
	}
	begin := time.Now()
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(progressEvery)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				p.draw(text(time.Since(begin)))
			}
		}
	}()
	return sync.OnceFunc(func() {
		close(stop)
		<-ended
		p.mu.Lock()
		defer p.mu.Unlock()
		p.erase()
	})
}

func (p *progress) draw(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.isMidLine {
		return
	}
	p.erase()
	fmt.Fprint(p.terminal, cutColumns(text, p.width()-1)) // after a line of the full width, some terminals would begin a new one
	p.isDrawn = true
}

func (p *progress) erase() {
	if p.isDrawn {
		fmt.Fprint(p.terminal, eraseLine)
	}
	p.isDrawn = false
}

// cutColumns cuts a text to maxColumns columns. If maxColumns is not above zero, it returns the whole text.
func cutColumns(text string, maxColumns int) string {
	if maxColumns <= 0 || utf8.RuneCountInString(text) <= maxColumns {
		return text
	}
	return string([]rune(text)[:maxColumns])
}

// erasingWriter returns a writer for output on the same terminal. The writer erases the progress line before each output.
func (p *progress) erasingWriter(w io.Writer) io.Writer {
	if p == nil {
		return w
	}
	return erasingWriter{w, p}
}

type erasingWriter struct {
	io.Writer
	progress *progress
}

// Write is part of io.Writer.
func (b erasingWriter) Write(text []byte) (int, error) {
	b.progress.mu.Lock()
	defer b.progress.mu.Unlock()
	b.progress.erase()
	if len(text) > 0 {
		b.progress.isMidLine = text[len(text)-1] != '\n'
	}
	return b.Writer.Write(text)
}

// seconds formats a time in whole seconds, for a line that changes often.
func seconds(d time.Duration) string { return fmt.Sprintf("%.0f s", d.Seconds()) }
