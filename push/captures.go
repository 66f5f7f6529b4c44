package push

import (
	"bytes"
	"errors"
)

// ParseCaptures reads captured requests that stand one behind the other, at least one. A request ends where its Content-Length ends it if
// the next one begins there, or begins after line breaks that tools put between them. Otherwise all that is left is its body. The error
// is a *CaptureError.
func ParseCaptures(data []byte) ([]Capture, error) {
	var out []Capture
	for line := 1; ; {
		c, err := ParseCapture(data)
		if err != nil {
			var wrong *CaptureError
			if errors.As(err, &wrong) {
				wrong.Line += line - 1
			}
			return nil, err
		}
		c.Line = line
		rest := nextRequest(c)
		if rest == nil {
			return append(out, c), nil
		}
		c.Body = c.Body[:c.Length]
		out = append(out, c)
		line += bytes.Count(data[:len(data)-len(rest)], []byte("\n"))
		data = rest
	}
}

// nextRequest returns the request that begins where the body of a capture ends by its Content-Length; nil if none does.
func nextRequest(c Capture) []byte {
	if c.Length < 0 || c.Length >= len(c.Body) {
		return nil
	}
	rest := bytes.TrimLeft(c.Body[c.Length:], "\r\n")
	if !requestLine.Match(rest) {
		return nil
	}
	return rest
}
