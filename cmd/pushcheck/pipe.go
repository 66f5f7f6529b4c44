package main

import (
	"errors"
	"io"
	"syscall"
)

// pipeWriter writes until the reader of a pipe closes the pipe, as head does. After that it drops the text and returns no error.
type pipeWriter struct{ io.Writer }

// Write is part of io.Writer.
func (w pipeWriter) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	if errors.Is(err, syscall.EPIPE) {
		return len(p), nil
	}
	return n, err
}
