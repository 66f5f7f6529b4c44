package push

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Capture is a push as it was captured on the wire: the head of the request and its body.
type Capture struct {
	Line        int      // where it begins in its file, from 1; ParseCapture leaves it 0
	Request     string   // the request line, such as POST /push HTTP/1.1
	Signatures  []string // the values of X-Sipgate-Signature: genuine pushes have one
	ContentType string   // Content-Type; "" if there is none
	Length      int      // the Content-Length; -1 if there is none
	Body        []byte   // everything after the empty line, byte for byte
}

var (
	endOfHead   = regexp.MustCompile(`\r?\n\r?\n`)
	requestLine = regexp.MustCompile(`^[A-Z]+ \S+ HTTP/\d`)
)

// Push reads the body as a push.
func (c Capture) Push() (Push, error) {
	form, err := ParseForm(c.Body)
	if err != nil {
		return Push{}, err
	}
	return FromForm(form)
}

// CaptureError is the place in a file where it stops being a captured push.
type CaptureError struct {
	Line    int    // from 1
	Problem string // what is wrong there and what was expected
}

func (e *CaptureError) Error() string {
	return fmt.Sprintf("reading captured push: line %d: %s", e.Line, e.Problem)
}

// ParseCapture reads a captured request. Its head may end its lines with CRLF or LF, since tools and editors change that; the
// body is kept as it is. A body in chunks is an error: sipgate sends none, and which bytes were signed cannot be seen. The error is
// a *CaptureError.
func ParseCapture(data []byte) (Capture, error) {
	c := Capture{Length: -1}
	wrong := func(line int, problem string, args ...any) (Capture, error) {
		return c, &CaptureError{Line: line, Problem: fmt.Sprintf(problem, args...)}
	}
	at := endOfHead.FindIndex(data)
	if at == nil {
		return wrong(1, "there is no empty line that ends a head, expected a request with its head, an empty line and its body")
	}
	c.Body = append([]byte{}, data[at[1]:]...)
	for i, line := range strings.Split(string(data[:at[0]]), "\n") {
		line = strings.TrimSuffix(line, "\r")
		if i == 0 {
			if !requestLine.MatchString(line) {
				return wrong(1, "%q is no request line, expected POST /path HTTP/1.1", clip(line))
			}
			c.Request = line
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return wrong(i+1, "%q is no header, expected Name: value", clip(line))
		}
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case strings.ToLower(SignatureHeader):
			c.Signatures = append(c.Signatures, value)
		case "content-type":
			c.ContentType = value
		case "content-length":
			n, err := strconv.Atoi(value)
			if err != nil || n < 0 {
				return wrong(i+1, "Content-Length is %q, expected a number", clip(value))
			}
			c.Length = n
		case "transfer-encoding":
			return wrong(i+1, "the body is transferred as %q, expected it as it is, with a Content-Length", clip(value))
		}
	}
	return c, nil
}

// clip makes a text fit for a line.
func clip(text string) string {
	const most = 60
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}
