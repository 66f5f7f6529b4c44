package push

import (
	"bytes"
	"errors"
)

// ParseCaptures reads a file of one or more captured requests. A body ends after Content-Length bytes if another request follows, directly
// or after line breaks, which some tools add between requests. Otherwise the body reaches to the end of the file. Every error is a
// *CaptureError.
func ParseCaptures(data []byte) ([]Capture, error) {
	var captures []Capture
	for line := 1; ; {
		capture, err := ParseCapture(data)
		if err != nil {
			var mistake *CaptureError
			if errors.As(err, &mistake) {
				mistake.Line += line - 1
			}
			return nil, err
		}
		capture.Line = line
		rest := requestAfterBody(capture)
		if rest == nil {
			return append(captures, capture), nil
		}
		capture.Body = capture.Body[:capture.ContentLength]
		captures = append(captures, capture)
		line += bytes.Count(data[:len(data)-len(rest)], []byte("\n"))
		data = rest
	}
}

// requestAfterBody returns the data from the next request on, if a request begins after the Content-Length bytes of the body. Otherwise it
// returns nil.
func requestAfterBody(c Capture) []byte {
	if c.ContentLength < 0 || c.ContentLength >= len(c.Body) {
		return nil
	}
	rest := bytes.TrimLeft(c.Body[c.ContentLength:], "\r\n")
	if !requestLinePattern.Match(rest) {
		return nil
	}
	return rest
}
