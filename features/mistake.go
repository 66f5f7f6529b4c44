package features

import (
	"fmt"
	"path"
	"strings"
)

// Mistake is an error in a feature file.
type Mistake struct {
	File      string
	Line, Col int // from 1; 0 if the mistake concerns the whole file
	Err       error
}

func (m Mistake) Error() string {
	if m.Line == 0 {
		return fmt.Sprintf("%s: %v", m.File, m.Err)
	}
	return fmt.Sprintf("%s:%d:%d: %v", m.File, m.Line, m.Col, m.Err)
}

// Unwrap returns the error without the position.
func (m Mistake) Unwrap() error { return m.Err }

// Mistakes is a list of mistakes in one or more feature files.
type Mistakes []Mistake

func (ms Mistakes) Error() string {
	lines := make([]string, len(ms))
	for i, m := range ms {
		lines[i] = m.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find each mistake.
func (ms Mistakes) Unwrap() []error {
	out := make([]error, len(ms))
	for i, m := range ms {
		out[i] = m
	}
	return out
}

// InFolder returns the mistakes with a folder before the names of their files.
func (ms Mistakes) InFolder(folder string) Mistakes {
	out := make(Mistakes, len(ms))
	for i, m := range ms {
		m.File = path.Join(folder, m.File)
		out[i] = m
	}
	return out
}

// err returns the mistakes as an error; nil if there are none.
func (ms Mistakes) err() error {
	if len(ms) == 0 {
		return nil
	}
	return ms
}
