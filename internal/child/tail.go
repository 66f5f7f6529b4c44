package child

import (
	"bytes"
	"strings"
	"sync"
	"time"
)

const (
	maxLines      = 40
	maxLineLength = 2000 // in bytes; the rest of a line is dropped
)

// tail keeps the last lines of what is written to it. It is safe for concurrent use.
type tail struct {
	mu          sync.Mutex
	lastLines   []line
	partialLine []byte // a line without a line break yet
}

// line is a complete line of output.
type line struct {
	text    string
	endedAt time.Time
}

// Write is part of io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for rest := p; len(rest) > 0; {
		part, after, ended := bytes.Cut(rest, []byte("\n"))
		t.partialLine = append(t.partialLine, part[:min(len(part), maxLineLength-len(t.partialLine))]...)
		if rest = after; ended {
			t.lastLines = append(t.lastLines, line{cleanLine(t.partialLine), time.Now()})
			t.lastLines, t.partialLine = t.lastLines[max(len(t.lastLines)-maxLines, 0):], t.partialLine[:0]
		}
	}
	return len(p), nil
}

// lines returns the kept lines that ended after a time, and then the part of the current line that has arrived so far.
func (t *tail) lines(since time.Time) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []string
	for _, l := range t.lastLines {
		if l.endedAt.After(since) {
			out = append(out, l.text)
		}
	}
	if len(t.partialLine) > 0 {
		out = append(out, cleanLine(t.partialLine))
	}
	return out[max(len(out)-maxLines, 0):]
}

// cleanLine returns a line as valid UTF-8, without a carriage return at its end.
func cleanLine(text []byte) string {
	return strings.ToValidUTF8(strings.TrimSuffix(string(text), "\r"), "\uFFFD")
}
