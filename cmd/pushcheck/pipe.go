package main

import (
	"errors"
	"io"
	"syscall"
)

// pipeWriter writes to standard output, which may be a pipe. If the reader of the pipe has closed it, as head does, pipeWriter drops the
// text and returns no error.
type pipeWriter struct{ io.Writer }

// Write is part of io.Writer.
func (w pipeWriter) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	if errors.Is(err, syscall.EPIPE) {
		return len(p), nil
	}
	return n, err
}
