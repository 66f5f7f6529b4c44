package push

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Capture is a captured push: the head and the body of an HTTP request, as they were sent.
type Capture struct {
	Line          int      // the line of the file in which the request begins, from 1; ParseCapture leaves it 0
	RequestLine   string   // the request line, such as POST /push HTTP/1.1
	Signatures    []string // the values of all X-Sipgate-Signature headers; a genuine push has one
	ContentType   string   // the value of Content-Type; "" if there is none
	ContentLength int      // the value of Content-Length; -1 if there is none
	Body          []byte   // everything after the empty line, byte for byte
}

var (
	endOfHeadPattern   = regexp.MustCompile(`\r?\n\r?\n`)
	requestLinePattern = regexp.MustCompile(`^[A-Z]+ \S+ HTTP/\d`)
)

// Push reads the body as a push.
func (c Capture) Push() (Push, error) {
	form, err := ParseForm(c.Body)
	if err != nil {
		return Push{}, err
	}
	return FromForm(form)
}

// CaptureError is the first mistake in a file of captured pushes.
type CaptureError struct {
	Line    int    // line of the mistake in the file, from 1
	Problem string // what is wrong and what was expected
}

func (e *CaptureError) Error() string {
	return fmt.Sprintf("reading captured push: line %d: %s", e.Line, e.Problem)
}

// ParseCapture reads one captured request. The lines of the head may end with CRLF or LF, because tools and editors change line ends. The
// body is kept byte for byte. A body with Transfer-Encoding is an error: sipgate sends no such body, and the signed bytes cannot be
// recovered from it. Every error is a *CaptureError.
func ParseCapture(data []byte) (Capture, error) {
	capture := Capture{ContentLength: -1}
	fail := func(line int, problem string, args ...any) (Capture, error) {
		return capture, &CaptureError{Line: line, Problem: fmt.Sprintf(problem, args...)}
	}
	separator := endOfHeadPattern.FindIndex(data)
	if separator == nil {
		return fail(1, "there is no empty line that ends a head, expected a request with its head, an empty line and its body")
	}
	capture.Body = append([]byte{}, data[separator[1]:]...)
	for i, line := range strings.Split(string(data[:separator[0]]), "\n") {
		line = strings.TrimSuffix(line, "\r")
		if i == 0 {
			if !requestLinePattern.MatchString(line) {
				return fail(1, "%q is no request line, expected POST /path HTTP/1.1", shorten(line))
			}
			capture.RequestLine = line
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return fail(i+1, "%q is no header, expected Name: value", shorten(line))
		}
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case strings.ToLower(SignatureHeader):
			capture.Signatures = append(capture.Signatures, value)
		case "content-type":
			capture.ContentType = value
		case "content-length":
			n, err := strconv.Atoi(value)
			if err != nil || n < 0 {
				return fail(i+1, "Content-Length is %q, expected a number", shorten(value))
			}
			capture.ContentLength = n
		case "transfer-encoding":
			return fail(i+1, "the body is transferred as %q, expected it as it is, with a Content-Length", shorten(value))
		}
	}
	return capture, nil
}

// shorten cuts a text that is longer than 60 bytes and adds an ellipsis.
func shorten(text string) string {
	const maxLength = 60
	if len(text) > maxLength {
		return strings.ToValidUTF8(text[:maxLength], "") + "…"
	}
	return text
}
