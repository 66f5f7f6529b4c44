package push

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseCapturesSplitsAFileIntoRequests(t *testing.T) {
	t.Parallel()
	request := func(body string) string {
		return fmt.Sprintf("POST /push HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	}
	capture := func(line int, body string, contentLength int) Capture {
		return Capture{Line: line, RequestLine: "POST /push HTTP/1.1", ContentLength: contentLength, Body: []byte(body)}
	}
	for name, test := range map[string]struct {
		data string
		want []Capture
	}{
		"one request":  {request("a=1"), []Capture{capture(1, "a=1", 3)}},
		"two requests": {request("a=1") + request("b=22"), []Capture{capture(1, "a=1", 3), capture(4, "b=22", 4)}},
		"a request with an empty body before another request": {request("") + request("b=22"), []Capture{capture(1, "", 0), capture(4, "b=22", 4)}},
		"line breaks between two requests":                    {request("a=1") + "\r\n\n" + request("b=22"), []Capture{capture(1, "a=1", 3), capture(6, "b=22", 4)}},
		"a line break after the last body: part of the body":  {request("a=1") + "\n", []Capture{capture(1, "a=1\n", 3)}},
		"more bytes than Content-Length: all in the body":     {request("a=1") + "&b=2", []Capture{capture(1, "a=1&b=2", 3)}},
		"a body that looks like a request: part of the body":  {request("POST / HTTP/1.1\r\n\r\n"), []Capture{capture(1, "POST / HTTP/1.1\r\n\r\n", 19)}},
		"no Content-Length: everything is the body":           {"POST /push HTTP/1.1\n\n" + request("a=1"), []Capture{capture(1, request("a=1"), -1)}},
	} {
		got, err := ParseCaptures([]byte(test.data))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: ParseCaptures mismatch (-want +got):\n%s", name, diff)
		}
	}
	_, err := ParseCaptures([]byte(request("a=1") + "\n" + "POST / HTTP/1.1\nno header\n\n"))
	var mistake *CaptureError
	if !errors.As(err, &mistake) || mistake.Line != 6 {
		t.Errorf("error of a file with a mistake in the second request: %v, want line 6 of the file", err)
	}
}
