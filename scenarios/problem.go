package scenarios

import (
	"fmt"
	"path"
	"strings"

	"github.com/pushcheck/pushcheck/internal/suggest"
)

// Problem is a mistake in a scenario file or cast file.
type Problem struct {
	File      string
	Line, Col int    // the position of the mistake, from 1
	Mistake   string // what is wrong
	Expected  string // what was expected, or "did you mean …?"; "" if Mistake says everything
}

func (p Problem) Error() string {
	text := fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Col, p.Mistake)
	if p.Expected != "" {
		text += ", " + p.Expected
	}
	return text
}

// Problems lists the mistakes in a scenario file or cast file, by their position. It is the error of Load and LoadCast.
type Problems []Problem

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the problems for errors.As.
func (ps Problems) Unwrap() []error {
	errs := make([]error, len(ps))
	for i, p := range ps {
		errs[i] = p
	}
	return errs
}

// WithFolder returns the problems with a folder before their file names.
func (ps Problems) WithFolder(folder string) Problems {
	moved := make(Problems, len(ps))
	for i, p := range ps {
		p.File = path.Join(folder, p.File)
		moved[i] = p
	}
	return moved
}

// suggestion returns the text for Problem.Expected if a word is not allowed: it suggests the closest allowed word, or lists all allowed
// words.
func suggestion(word string, allowed []string) string {
	if closest, ok := suggest.Closest(word, allowed); ok {
		return fmt.Sprintf("did you mean %q?", closest)
	}
	return "expected " + joinWithOr(allowed)
}

// joinWithOr joins words: "a, b or c".
func joinWithOr(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
