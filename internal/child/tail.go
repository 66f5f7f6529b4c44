package child

import (
	"bytes"
	"slices"
	"strings"
	"sync"
)

const (
	maxLines = 40
	maxLine  = 2000 // bytes that are kept of a line
)

// tail keeps the last lines of what is written to it. It is safe for concurrent use.
type tail struct {
	mu   sync.Mutex
	kept []string
	open []byte // a line that has not ended
}

// Write is part of io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for rest := p; len(rest) > 0; {
		line, after, ended := bytes.Cut(rest, []byte("\n"))
		t.open = append(t.open, line[:min(len(line), maxLine-len(t.open))]...)
		if rest = after; ended {
			t.kept = append(t.kept, shown(t.open))
			t.kept, t.open = t.kept[max(len(t.kept)-maxLines, 0):], t.open[:0]
		}
	}
	return len(p), nil
}

// lines returns the lines that are kept.
func (t *tail) lines() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := slices.Clone(t.kept)
	if len(t.open) > 0 {
		out = append(out, shown(t.open))
	}
	return out[max(len(out)-maxLines, 0):]
}

// shown is a line without its carriage return, as valid UTF-8.
func shown(line []byte) string {
	return strings.ToValidUTF8(strings.TrimSuffix(string(line), "\r"), "\uFFFD")
}
