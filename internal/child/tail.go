package child

import (
	"bytes"
	"strings"
	"sync"
	"time"
)

const (
	maxLines = 40
	maxLine  = 2000 // the most bytes of a line that are kept
)

// tail keeps the last lines of what is written to it. It is safe for concurrent use.
type tail struct {
	mu   sync.Mutex
	kept []line
	open []byte // a line without a line break yet
}

// line is a line that has ended.
type line struct {
	text string
	at   time.Time
}

// Write is part of io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for rest := p; len(rest) > 0; {
		part, after, ended := bytes.Cut(rest, []byte("\n"))
		t.open = append(t.open, part[:min(len(part), maxLine-len(t.open))]...)
		if rest = after; ended {
			t.kept = append(t.kept, line{shown(t.open), time.Now()})
			t.kept, t.open = t.kept[max(len(t.kept)-maxLines, 0):], t.open[:0]
		}
	}
	return len(p), nil
}

// lines returns the kept lines that ended after a time, and the beginning of the next line.
func (t *tail) lines(since time.Time) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []string
	for _, l := range t.kept {
		if l.at.After(since) {
			out = append(out, l.text)
		}
	}
	if len(t.open) > 0 {
		out = append(out, shown(t.open))
	}
	return out[max(len(out)-maxLines, 0):]
}

// shown returns a line without its carriage return, as valid UTF-8.
func shown(text []byte) string {
	return strings.ToValidUTF8(strings.TrimSuffix(string(text), "\r"), "\uFFFD")
}
