package main

import (
	"errors"
	"io"
	"syscall"
)

// untilClosed writes until the reader of a pipe closes it, as head does. The reader has read enough then, so the rest is dropped without
// an error.
type untilClosed struct{ io.Writer }

// Write is part of io.Writer.
func (w untilClosed) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	if errors.Is(err, syscall.EPIPE) {
		return len(p), nil
	}
	return n, err
}
