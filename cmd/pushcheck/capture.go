package main

import (
	"bytes"
	"cmp"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/sender"
)

// captureText returns a request with its body as text, which push.ParseCaptures can parse. It replaces credentials in headers by
// placeholders.
func captureText(r *http.Request, body []byte) []byte {
	var b bytes.Buffer
	target := r.RequestURI // "" if the request was not received by a server
	if target == "" {
		target = r.URL.RequestURI()
	}
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", r.Method, target, cmp.Or(r.Host, r.URL.Host))
	header := http.Header{}
	for name, values := range r.Header {
		for _, value := range values {
			if http.CanonicalHeaderKey(name) != push.SignatureHeader {
				value = sender.RedactHeader(name, value)
			}
			if value != "" {
				header[name] = append(header[name], value)
			}
		}
	}
	writeHeaderAndBody(&b, header, body)
	return b.Bytes()
}

// writeHeaderAndBody writes the headers and the body of a request or a response. The body is not chunked, even if it was on the wire.
func writeHeaderAndBody(b *bytes.Buffer, header http.Header, body []byte) {
	_ = header.WriteSubset(b, map[string]bool{"Content-Length": true, "Transfer-Encoding": true}) // writing to a buffer never fails
	fmt.Fprintf(b, "Content-Length: %d\r\n\r\n", len(body))
	b.Write(body)
}

// captureName returns a file name for a captured push. The names sort in the order in which the pushes came.
func captureName(receivedAt time.Time, number int, body []byte) string {
	form, _ := push.ParseForm(body) // a body that is not a form has no event
	return fmt.Sprintf("%s-%06d-%s-%s"+captureEnding, receivedAt.UTC().Format("20060102T150405.000"), number,
		safeWord(form.Get(push.FieldEvent), 20), safeWord(form.Get(push.FieldCallID), 140))
}

// safeWord makes a value of another program safe for file names and for printed lines. It keeps letters, digits and hyphens, replaces every
// other character by _, and returns at most maxLength characters. For an empty value it returns "none".
func safeWord(value string, maxLength int) string {
	word := strings.Map(func(r rune) rune {
		if r == '-' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '_'
	}, value)
	return cmp.Or(word[:min(len(word), maxLength)], "none")
}
