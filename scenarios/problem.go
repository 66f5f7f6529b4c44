package scenarios

import (
	"fmt"
	"path"
	"strings"

	"github.com/pushcheck/pushcheck/internal/suggest"
)

// Problem is one thing that is wrong with a scenario file.
type Problem struct {
	File      string
	Line, Col int    // from 1
	Wrong     string // what is wrong
	Expected  string // what was expected instead, or "did you mean …?"; "" if Wrong is enough
}

func (p Problem) Error() string {
	text := fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Col, p.Wrong)
	if p.Expected != "" {
		text += ", " + p.Expected
	}
	return text
}

// Problems is everything that is wrong with a scenario file, in the order of the file: what Load returns as error.
type Problems []Problem

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap is for errors.As.
func (ps Problems) Unwrap() []error {
	out := make([]error, len(ps))
	for i, p := range ps {
		out[i] = p
	}
	return out
}

// InFolder returns the problems with their files inside of a folder.
func (ps Problems) InFolder(folder string) Problems {
	out := make(Problems, len(ps))
	for i, p := range ps {
		p.File = path.Join(folder, p.File)
		out[i] = p
	}
	return out
}

// suggestion is the expectation for a word that is not allowed: the allowed word that was probably meant, or all of them.
func suggestion(word string, allowed []string) string {
	if near, ok := suggest.Closest(word, allowed); ok {
		return fmt.Sprintf("did you mean %q?", near)
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
