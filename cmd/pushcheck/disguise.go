package main

import (
	"bytes"
	"fmt"
	"net/http"

	"github.com/pushcheck/pushcheck/internal/relay"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/sender"
)

// replacer replaces values in an exchange before the exchange is saved. Without pseudonyms it replaces only credentials.
type replacer struct {
	form push.Form                // form to save in place of the pushed form; nil if the body is saved unchanged
	text func(text string) string // replaces values in the path, the headers and the response
}

// newReplacer returns the replacer for an exchange with this form.
func (r *recording) newReplacer(form push.Form) replacer {
	if r.names == nil {
		return replacer{text: func(text string) string { return text }}
	}
	return replacer{form: r.names.Form(form), text: r.names.Text(form)}
}

// header replaces values in headers.
func (w replacer) header(h http.Header) {
	for name, values := range h {
		for i, value := range values {
			if name != push.SignatureHeader {
				values[i] = w.text(sender.RedactHeader(name, value))
			}
		}
	}
}

// response returns the text of a response for its file. With pseudonyms, the saved response has no content coding.
func (w replacer) response(x relay.Exchange) []byte {
	var b bytes.Buffer
	header, body := x.Response.Header.Clone(), x.ResponseBody
	if w.form != nil {
		body = []byte(w.text(string(sender.Decode(x.ResponseBody, x.Response.Header))))
		header.Del("Content-Encoding")
	}
	w.header(header)
	fmt.Fprintf(&b, "HTTP/1.1 %03d %s\r\n", x.Response.StatusCode, http.StatusText(x.Response.StatusCode))
	writeHeaderAndBody(&b, header, body)
	return b.Bytes()
}
